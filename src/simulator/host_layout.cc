#include "host_layout.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "simulator/numerics/unpack.h"

namespace tt_simulator {
namespace {

uint16_t ToBfloat16(uint32_t bits) {
  if ((bits & 0x7fffffff) > 0x7f800000) return static_cast<uint16_t>(bits >> 16 | 0x40);  // NaN
  return static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/// True if a tile element is the host element, bit for bit.
bool SameBits(HostType host, DataFormat format) {
  switch (host) {
    case HostType::kFloat32:
      return format == DataFormat::Float32;
    case HostType::kBfloat16:
      return format == DataFormat::Float16_b;
    case HostType::kFloat16:
      return format == DataFormat::Float16;
    case HostType::kInt32:
      return format == DataFormat::Int32;
    case HostType::kUInt32:
      return format == DataFormat::UInt32;
    case HostType::kUInt16:
      return format == DataFormat::UInt16;
    case HostType::kUInt8:
      return format == DataFormat::UInt8 || format == DataFormat::Int8;
  }
  return false;
}

void Require(HostType host, DataFormat format) {
  const bool host_is_float = host == HostType::kFloat32 || host == HostType::kBfloat16;
  const bool tile_is_float =
      format == DataFormat::Float32 || format == DataFormat::Float16_b || IsBlockFormat(format);
  if (!SameBits(host, format) && !(host_is_float && tile_is_float)) {
    throw std::invalid_argument("no conversion between this host type and tile format");
  }
}

uint32_t LoadFloat(HostType host, const uint8_t* element) {
  if (host == HostType::kFloat32) {
    uint32_t bits;
    std::memcpy(&bits, element, 4);
    return bits;
  }
  uint16_t half;
  std::memcpy(&half, element, 2);
  return uint32_t{half} << 16;
}

void StoreFloat(HostType host, uint32_t bits, uint8_t* element) {
  if (host == HostType::kFloat32) {
    std::memcpy(element, &bits, 4);
  } else {
    const uint16_t half = ToBfloat16(bits);
    std::memcpy(element, &half, 2);
  }
}

/// Bits of the magnitude of an element of a block format.
int MagnitudeBits(DataFormat format) {
  switch (format) {
    case DataFormat::Bfp8_b:
      return 7;
    case DataFormat::Bfp4_b:
      return 3;
    case DataFormat::Bfp2_b:
      return 1;
    default:
      throw std::invalid_argument("no conversion to this tile format on the host");
  }
}

/// The magnitude of a float32 in a group of the shared exponent, as the vendor's host library rounds
/// (convert_u32_to_bfp in its blockfloat_common.cpp): to the nearest, halves to even, saturated. The
/// packer of the device rounds halves away from zero, and cuts bfp8 to get bfp4.
uint32_t HostMagnitude(uint32_t bits, uint32_t shared_exponent, int magnitude_bits) {
  const uint32_t exponent = bits >> 23 & 0xff;
  if (exponent == 0) return 0;
  const uint32_t significand = (bits & 0x7fffff) | 0x800000;
  const uint32_t aligned = significand >> std::min(shared_exponent - exponent, 31u);
  const int dropped = 24 - magnitude_bits;
  const uint32_t rest = aligned & ((1u << dropped) - 1), half = 1u << (dropped - 1);
  uint32_t magnitude = aligned >> dropped;
  if (rest > half || (rest == half && (magnitude & 1) != 0)) ++magnitude;
  return std::min(magnitude, (1u << magnitude_bits) - 1);
}

void PackBlocksOnHost(const DestTile& tile, DataFormat format, uint8_t* page) {
  constexpr int kGroup = 16, kGroups = kTileElements / kGroup;
  const int magnitude_bits = MagnitudeBits(format), width = magnitude_bits + 1;
  uint8_t* const data = page + kGroups;
  std::fill(data, page + TileBytes(format), uint8_t{0});
  for (int group = 0; group < kGroups; ++group) {
    const uint32_t* values = tile.bits + group * kGroup;
    uint32_t shared = 0;
    for (int i = 0; i < kGroup; ++i) shared = std::max(shared, values[i] >> 23 & 0xff);
    page[group] = static_cast<uint8_t>(shared);
    for (int i = 0; i < kGroup; ++i) {
      const uint32_t magnitude = HostMagnitude(values[i], shared, magnitude_bits);
      if (magnitude == 0) continue;
      const uint32_t datum = magnitude | (values[i] >> 31) << magnitude_bits;
      const int bit = (group * kGroup + i) * width;
      data[bit / 8] |= static_cast<uint8_t>(datum << bit % 8);
    }
  }
}

void TilizeFloats(HostType host, DataFormat format, const uint8_t* rows, size_t stride,
                  uint8_t* page) {
  const size_t element = HostTypeBytes(host);
  DestTile tile;
  for (int r = 0; r < kTileDim; ++r) {
    for (int c = 0; c < kTileDim; ++c) {
      tile.bits[TileIndex(r, c)] = LoadFloat(host, rows + r * stride + c * element);
    }
  }
  if (format == DataFormat::Float16_b) {
    for (int i = 0; i < kTileElements; ++i) {
      const uint16_t half = ToBfloat16(tile.bits[i]);
      std::memcpy(page + 2 * i, &half, 2);
    }
  } else if (format == DataFormat::Float32) {
    std::memcpy(page, tile.bits, sizeof(tile.bits));
  } else {
    PackBlocksOnHost(tile, format, page);
  }
}

void UntilizeFloats(HostType host, DataFormat format, const uint8_t* page, uint8_t* rows,
                    size_t stride) {
  const size_t element = HostTypeBytes(host);
  DestTile tile;
  if (format == DataFormat::Float32) {
    std::memcpy(tile.bits, page, sizeof(tile.bits));
  } else if (format == DataFormat::Float16_b) {
    for (int i = 0; i < kTileElements; ++i) {
      tile.bits[i] = LoadFloat(HostType::kBfloat16, page + 2 * i);
    }
  } else {
    SourceTile source;
    UnpackToSource(format, page, true, false, source);
    std::memcpy(tile.bits, source.bits, sizeof(tile.bits));
  }
  for (int r = 0; r < kTileDim; ++r) {
    for (int c = 0; c < kTileDim; ++c) {
      StoreFloat(host, tile.bits[TileIndex(r, c)], rows + r * stride + c * element);
    }
  }
}

}  // namespace

size_t HostTypeBytes(HostType type) {
  switch (type) {
    case HostType::kFloat32:
    case HostType::kInt32:
    case HostType::kUInt32:
      return 4;
    case HostType::kBfloat16:
    case HostType::kFloat16:
    case HostType::kUInt16:
      return 2;
    case HostType::kUInt8:
      return 1;
  }
  return 0;
}

namespace {

size_t ToTiles(size_t extent) { return (extent + kTileDim - 1) / kTileDim * kTileDim; }

/// Copies the matrices of a tensor between dense rows and rows padded to whole tiles.
void CopyMatrices(size_t batch, size_t rows, size_t row_bytes, const uint8_t* from,
                  size_t from_rows, size_t from_stride, uint8_t* to, size_t to_rows,
                  size_t to_stride) {
  for (size_t b = 0; b < batch; ++b) {
    for (size_t r = 0; r < rows; ++r) {
      std::memcpy(to + (b * to_rows + r) * to_stride, from + (b * from_rows + r) * from_stride,
                  row_bytes);
    }
  }
}

void TilizeWhole(HostType host, DataFormat format, size_t rows, size_t cols, const uint8_t* data,
                 const PageAddress& page) {
  const size_t element = HostTypeBytes(host);
  const size_t stride = cols * element;
  size_t tile = 0;
  for (size_t r = 0; r < rows; r += kTileDim) {
    for (size_t c = 0; c < cols; c += kTileDim) {
      const uint8_t* corner = data + r * stride + c * element;
      if (SameBits(host, format)) {
        TilizeFromRows(format, corner, stride, page(tile));
      } else {
        TilizeFloats(host, format, corner, stride, page(tile));
      }
      ++tile;
    }
  }
}

void UntilizeWhole(HostType host, DataFormat format, size_t rows, size_t cols,
                   const PageAddress& page, uint8_t* data) {
  const size_t element = HostTypeBytes(host);
  const size_t stride = cols * element;
  size_t tile = 0;
  for (size_t r = 0; r < rows; r += kTileDim) {
    for (size_t c = 0; c < cols; c += kTileDim) {
      uint8_t* corner = data + r * stride + c * element;
      if (SameBits(host, format)) {
        UntilizeToRows(format, page(tile), corner, stride);
      } else {
        UntilizeFloats(host, format, page(tile), corner, stride);
      }
      ++tile;
    }
  }
}

}  // namespace

void Tilize(const HostMatrices& from, const void* source, DataFormat format,
            const PageAddress& page) {
  Require(from.type, format);
  const auto* data = static_cast<const uint8_t*>(source);
  const size_t rows = ToTiles(from.rows), cols = ToTiles(from.cols);
  if (rows == from.rows && cols == from.cols) {
    TilizeWhole(from.type, format, from.batch * rows, cols, data, page);
    return;
  }
  const size_t element = HostTypeBytes(from.type);
  std::vector<uint8_t> padded(from.batch * rows * cols * element);
  CopyMatrices(from.batch, from.rows, from.cols * element, data, from.rows, from.cols * element,
               padded.data(), rows, cols * element);
  TilizeWhole(from.type, format, from.batch * rows, cols, padded.data(), page);
}

void Untilize(DataFormat format, const PageAddress& page, const HostMatrices& to, void* target) {
  Require(to.type, format);
  auto* data = static_cast<uint8_t*>(target);
  const size_t rows = ToTiles(to.rows), cols = ToTiles(to.cols);
  if (rows == to.rows && cols == to.cols) {
    UntilizeWhole(to.type, format, to.batch * rows, cols, page, data);
    return;
  }
  const size_t element = HostTypeBytes(to.type);
  std::vector<uint8_t> padded(to.batch * rows * cols * element);
  UntilizeWhole(to.type, format, to.batch * rows, cols, page, padded.data());
  CopyMatrices(to.batch, to.rows, to.cols * element, padded.data(), rows, cols * element, data,
               to.rows, to.cols * element);
}

}  // namespace tt_simulator
