/*! Tiles, blocks and data formats. */
#include "ir/tiles.h"

#include <tvm/tirx/op.h>

#include "ir/errors.h"
#include "ir/loops.h"
#include "schema/schema.h"

namespace tvm::tt {

using tirx::Buffer;

bool IsCB(const Buffer& buffer) { return buffer.scope() == Key(Scope::CB); }
bool IsDst(const Buffer& buffer) { return buffer.scope() == Key(Scope::Dst); }
bool IsBlockBuffer(const Buffer& buffer) {
  const ffi::String scope = buffer.scope();
  return scope == "shared" || scope == "shared.dyn" || scope == "local.fragment";
}
bool IsGlobal(const Buffer& buffer) { return buffer.scope() == "global"; }

std::string DataFormatOf(DataType dtype) {
  if (dtype == DataType::BFloat(16)) return "Float16_b";
  if (dtype == DataType::Float(32)) return "Float32";
  if (dtype == DataType::Int(32)) return "Int32";
  if (dtype == DataType::UInt(32)) return "UInt32";
  if (dtype == DataType::UInt(16)) return "UInt16";
  // The vector unit takes bytes apart itself; the unpacker would read an Int8 as sign and magnitude.
  if (dtype == DataType::UInt(8) || dtype == DataType::Int(8)) return "UInt8";
  return "";
}

const char* SupportedDtypes() {
  return "bfloat16, float16, float32, int32, uint32, uint16, int8, uint8, bool";
}

int64_t TileBytes(DataType dtype) { return kTileDim * kTileDim * dtype.bytes(); }

int64_t TileBytes(const std::string& data_format) {
  constexpr int64_t kElements = kTileDim * kTileDim;
  constexpr int64_t kExponents = kElements / 16;
  if (data_format == "Bfp8_b") return kExponents + kElements;
  if (data_format == "Bfp4_b") return kExponents + kElements / 2;
  for (DataType dtype : {DataType::BFloat(16), DataType::Float(32), DataType::Int(32),
                         DataType::UInt(32), DataType::UInt(16), DataType::UInt(8)}) {
    if (DataFormatOf(dtype) == data_format) return TileBytes(dtype);
  }
  TVM_FFI_THROW(InternalError) << "no data format " << data_format;
  TVM_FFI_UNREACHABLE();
}

int64_t PageBytes(const std::string& data_format, int64_t elements) {
  return elements * TileBytes(data_format) / (kTileDim * kTileDim);
}

bool IsBlockFormat(const std::string& data_format) {
  return data_format == "Bfp8_b" || data_format == "Bfp4_b";
}

std::string BlockFormatOf(const std::string& name) {
  return name == "bfp8_b" ? "Bfp8_b" : name == "bfp4_b" ? "Bfp4_b" : "";
}

PrimExpr TilesFor(const PrimExpr& extent) {
  return floordiv(extent + Imm(kTileDim - 1), Imm(kTileDim));
}

BlockTiles TilesOf(const Buffer& buffer, const Span& span) {
  if (buffer->shape.size() != 2) {
    TT_USER_ERROR(span) << "Buffer '" << buffer->name << "' has " << buffer->shape.size()
                        << " dimensions. Supported: blocks of 2 dimensions, in multiples of "
                        << kTileDim << ".";
  }
  int64_t tiles[2];
  for (int i = 0; i < 2; ++i) {
    const int64_t* extent = tirx::as_const_int(buffer->shape[i]);
    if (extent == nullptr || *extent <= 0 || (*extent != 1 && *extent % kTileDim != 0)) {
      TT_USER_ERROR(span) << "Dimension " << i << " of buffer '" << buffer->name << "' is "
                          << buffer->shape[i] << ". Supported: positive constant multiples of "
                          << kTileDim << ", and 1; round the block up to the next multiple.";
    }
    tiles[i] = TilesFor(*extent);
  }
  return {tiles[0], tiles[1]};
}

}  // namespace tvm::tt
