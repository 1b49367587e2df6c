/*!
 * \file unpack.h
 * \brief The unpacker: L1 tiles to source registers or DST; row-major blocks to tiles.
 */
#ifndef TT_SIMULATOR_NUMERICS_UNPACK_H_
#define TT_SIMULATOR_NUMERICS_UNPACK_H_

#include <cstddef>
#include <cstdint>

#include "formats.h"
#include "tiles.h"

namespace tt_simulator {

/*!
 * \brief Unpacks one tile into a source register.
 *
 * float32 is truncated to 10 mantissa bits (TF32), or to 7 (bfloat16) when DST is 16 bit; the other
 * supported formats fit exactly. A block-float datum is normalised; its exponent wraps modulo 256.
 *
 * \param format storage format; must satisfy IsSupportedFormat, else std::invalid_argument.
 * \param l1_tile TileBytes(format) bytes, any alignment.
 * \param fp32_dest whether DST has 32-bit elements (`fp32_dest_acc_en`).
 * \param transpose whether the 32x32 tile is transposed on the way.
 */
void UnpackToSource(DataFormat format, const uint8_t* l1_tile, bool fp32_dest, bool transpose,
                    SourceTile& tile);

/*! \brief Unpacks one tile straight into a 32-bit DST, bit for bit (no flush, no truncation). */
void UnpackToDest(DataFormat format, const uint8_t* l1_tile, DestTile& tile);

/*!
 * \brief Gathers one tile from row-major data (what the tilizing unpacker reads).
 *
 * \param format a format with whole-byte data (not a block format).
 * \param rows address of element (0, 0) of the tile in row-major data.
 * \param row_stride_bytes distance between consecutive rows.
 * \param tile receives TileBytes(format) bytes in face order.
 */
void TilizeFromRows(DataFormat format, const uint8_t* rows, size_t row_stride_bytes, uint8_t* tile);

/*! \brief Inverse of TilizeFromRows: scatters one tile into row-major data. */
void UntilizeToRows(DataFormat format, const uint8_t* tile, uint8_t* rows, size_t row_stride_bytes);

}  // namespace tt_simulator

#endif  // TT_SIMULATOR_NUMERICS_UNPACK_H_
