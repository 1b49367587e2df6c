/*!
 * \file pack.h
 * \brief The packer: DST tiles to L1 tiles.
 */
#ifndef TT_SIMULATOR_NUMERICS_PACK_H_
#define TT_SIMULATOR_NUMERICS_PACK_H_

#include <cstdint>

#include "formats.h"
#include "tiles.h"

namespace tt_simulator {

/*! \brief Packer ReLU; the threshold modes compare on sign and magnitude. */
enum class PackRelu : uint8_t {
  None,
  Zero,         /*!< v <= 0 becomes +0 */
  MinThreshold, /*!< v <= t becomes +0 */
  MaxThreshold, /*!< v < 0 becomes +0, v > t becomes t */
};

/*! \brief Which part of the tile the packer lets through; the rest is packed as +0. */
enum class PackMask : uint8_t {
  None,   /*!< the whole tile */
  Column, /*!< column 0: result of reduce over rows (REDUCE_ROW) */
  Row,    /*!< row 0: result of reduce over columns (REDUCE_COL) */
  Scalar, /*!< element (0, 0) */
};

/*! \brief State of the packer for one PackTile. */
struct PackConfig {
  DataFormat format = DataFormat::Float16_b; /*!< storage format of the L1 tile */
  bool fp32_dest = false;                    /*!< DST has 32-bit elements */
  bool bfp8_precise = false; /*!< `bfp8_pack_precise` of the compute configuration */
  PackRelu relu = PackRelu::None;
  uint16_t relu_threshold = 0; /*!< bfloat16 pattern */
  bool l1_accumulate =
      false; /*!< L1 += value (IEEE float32, RNE); Float32, Float16_b, Int32 only */
  PackMask mask = PackMask::None;
  bool half_dest = false; /*!< DST has 16-bit elements that are float16 */
};

/*!
 * \brief Packs one DST tile into TileBytes(config.format) bytes at `l1_tile` (any alignment).
 *
 * Float16 from a 32-bit DST is rounded to bfloat16 first: the packer keeps 8-bit exponents until the
 * last step, as the vendor sets it up. Rounds half away from zero; -0 and denormals become +0, NaN becomes an infinity (except a pure
 * 32-bit copy, which keeps every bit). Integer formats are stored by their low bits.
 */
void PackTile(const DestTile& tile, const PackConfig& config, uint8_t* l1_tile);

}  // namespace tt_simulator

#endif  // TT_SIMULATOR_NUMERICS_PACK_H_
