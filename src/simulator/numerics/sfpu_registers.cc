/*!
 * \file sfpu_registers.cc
 * \brief Arithmetic on single registers of the vector unit.
 */
#include "sfpu_registers.h"

#include <algorithm>

#include "flush_denormals.h"

namespace tt_simulator {

void MultiplyAddLanes(SfpuRegisters::Lanes& to, const SfpuRegisters::Lanes& a,
                      const SfpuRegisters::Lanes& b, const SfpuRegisters::Lanes& c) {
  const FlushDenormals mode;
  SfpuRegisters::MultiplyAdd(to, a, b, c);
}

void UnaryLanes(SfpuUnaryOp op, SfpuConfig config, SfpuRegisters::Lanes& lanes) {
  config.mode = VectorMode::None;
  DestTile tile;
  std::copy(lanes.begin(), lanes.end(), tile.bits);
  std::fill(tile.bits + lanes.size(), tile.bits + kFaceDim * kFaceDim, 0);
  SfpuUnary(op, config, tile);
  std::copy_n(tile.bits, lanes.size(), lanes.begin());
}

}  // namespace tt_simulator
