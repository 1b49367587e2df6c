/*!
 * \file eltwise.h
 * \brief Arguments of the element-wise operations, the same for all targets.
 */
#ifndef TT_SIMULATOR_NUMERICS_ELTWISE_H_
#define TT_SIMULATOR_NUMERICS_ELTWISE_H_

#include "tiles.h"

namespace tt_simulator {

/*! \brief Arguments of one EltwiseBinary, the same for all targets. */
struct EltwiseArguments {
  const SourceTile& a;
  const SourceTile& b;
  int phases;
  int broadcast_row;
  bool accumulate;
  DestTile& dst;
};

}  // namespace tt_simulator

#endif  // TT_SIMULATOR_NUMERICS_ELTWISE_H_
