/*! Tiles: their shape, the machine's data format of a dtype, and blocks measured in tiles. */
#pragma once

#include <tvm/ir/source_map.h>
#include <tvm/runtime/data_type.h>
#include <tvm/tirx/buffer.h>

#include <cstdint>
#include <string>

namespace tvm::tt {

/*! Rows and columns of a tile (the 32x32 tile of four 16x16 faces). */
constexpr int64_t kTileDim = 32;
/*! Rows and columns of a face; a tile holds its four faces one after another, each row by row. */
constexpr int64_t kFaceDim = 16;

/*! Whether a buffer is a conceptual circular buffer / a set of DST tiles. */
bool IsCB(const tirx::Buffer& buffer);
bool IsDst(const tirx::Buffer& buffer);
/*! Whether a buffer is a TileLang block buffer (shared memory or fragment) / a global tensor. */
bool IsBlockBuffer(const tirx::Buffer& buffer);
bool IsGlobal(const tirx::Buffer& buffer);

/*! The machine's data format of a dtype, or an empty string if it has none here. */
std::string DataFormatOf(DataType dtype);
/*! Dtypes with a data format, for messages. */
const char* SupportedDtypes();
/*! Bytes of one 32x32 tile of a dtype, or of one in a data format that is known here. */
int64_t TileBytes(DataType dtype);
int64_t TileBytes(const std::string& data_format);
/*! Bytes of a page of so many elements, which are a tile or, but for block formats, a row. */
int64_t PageBytes(const std::string& data_format, int64_t elements);
/*! Whether 16 elements of a row share an exponent in a data format, so that none stands by itself. */
bool IsBlockFormat(const std::string& data_format);
/*! The block format that the user calls `name` (bfp8_b, bfp4_b), or an empty string. */
std::string BlockFormatOf(const std::string& name);

/*! Tiles that cover an extent in elements. */
constexpr int64_t TilesFor(int64_t extent) { return (extent + kTileDim - 1) / kTileDim; }

/*! The same of an extent that may be made of sizes. */
PrimExpr TilesFor(const PrimExpr& extent);

/*! Rows and columns of a block, in tiles. */
struct BlockTiles {
  int64_t rows;
  int64_t cols;
  int64_t Count() const { return rows * cols; }
};
/*!
 * The block of a 2-D buffer in tiles; throws a user error with the span if the buffer is not 2-D,
 * not of constant shape, or if an extent is neither 1 nor a multiple of the tile.
 */
BlockTiles TilesOf(const tirx::Buffer& buffer, const Span& span);

}  // namespace tvm::tt
