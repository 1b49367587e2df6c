#include "unpack.h"

#include <bit>
#include <cstring>
#include <stdexcept>
#include <string>

namespace tt_simulator {
namespace {

[[noreturn]] void Unsupported(DataFormat format, const char* what) {
  throw std::invalid_argument(std::string(what) + ": data format " +
                              std::to_string(static_cast<int>(format)) + " is not supported");
}

/*! \brief Block-float datum to a float32 pattern: normalise, exponent modulo 256. */
uint32_t BlockToFloat(uint32_t exponent, uint32_t sign, uint32_t magnitude7) {
  if (magnitude7 == 0) return sign << 31;
  const int leading = std::countl_zero(magnitude7 << 25);
  const uint32_t field = (exponent - static_cast<uint32_t>(leading)) & 255u;
  const uint32_t mantissa = (magnitude7 << (leading + 17)) & 0x7fffffu;
  return (sign << 31) | (field << 23) | mantissa;
}

/*! \brief All 1024 data as 32-bit patterns, without loss. */
void Decode(DataFormat format, const uint8_t* l1, uint32_t* bits) {
  switch (format) {
    case DataFormat::Float32:
    case DataFormat::Tf32:
    case DataFormat::Int32:
    case DataFormat::UInt32:
      std::memcpy(bits, l1, 4 * kTileElements);
      return;
    case DataFormat::Float16_b:
    case DataFormat::UInt16:
      for (int i = 0; i < kTileElements; ++i) {
        uint16_t half;
        std::memcpy(&half, l1 + 2 * i, 2);
        bits[i] = format == DataFormat::UInt16 ? half : static_cast<uint32_t>(half) << 16;
      }
      return;
    case DataFormat::Int8:
      for (int i = 0; i < kTileElements; ++i) bits[i] = static_cast<uint32_t>(int8_t(l1[i]));
      return;
    case DataFormat::UInt8:
      for (int i = 0; i < kTileElements; ++i) bits[i] = l1[i];
      return;
    case DataFormat::Bfp8_b:
      for (int i = 0; i < kTileElements; ++i) {
        const uint32_t datum = l1[64 + i];
        bits[i] = BlockToFloat(l1[i / 16], datum >> 7, datum & 127);
      }
      return;
    case DataFormat::Bfp4_b:
      for (int i = 0; i < kTileElements; ++i) {
        const uint32_t datum = (l1[64 + i / 2] >> (4 * (i & 1))) & 15;
        bits[i] = BlockToFloat(l1[i / 16], datum >> 3, (datum & 7) << 4);
      }
      return;
    case DataFormat::Bfp2_b:
      for (int i = 0; i < kTileElements; ++i) {
        const uint32_t datum = (l1[64 + i / 4] >> (2 * (i & 3))) & 3;
        bits[i] = BlockToFloat(l1[i / 16], datum >> 1, (datum & 1) << 6);
      }
      return;
    default:
      Unsupported(format, "unpack");
  }
}

}  // namespace

void UnpackToSource(DataFormat format, const uint8_t* l1_tile, bool fp32_dest, bool transpose,
                    SourceTile& tile) {
  Decode(format, l1_tile, tile.bits);
  if (format == DataFormat::Float32 || format == DataFormat::Tf32) {
    const uint32_t keep = fp32_dest ? 0xffffe000u : 0xffff0000u;
    for (uint32_t& bits : tile.bits) bits &= keep;
  }
  if (!transpose) return;
  const SourceTile straight = tile;
  for (int row = 0; row < kTileDim; ++row) {
    for (int col = 0; col < kTileDim; ++col) {
      tile.bits[TileIndex(col, row)] = straight.bits[TileIndex(row, col)];
    }
  }
}

void UnpackToDest(DataFormat format, const uint8_t* l1_tile, DestTile& tile) {
  Decode(format, l1_tile, tile.bits);
}

namespace {

size_t DatumBytes(DataFormat format) {
  if (format == DataFormat::Invalid || IsBlockFormat(format)) Unsupported(format, "tilize");
  return TileBytes(format) / kTileElements;
}

}  // namespace

void TilizeFromRows(DataFormat format, const uint8_t* rows, size_t row_stride_bytes,
                    uint8_t* tile) {
  const size_t run = kFaceDim * DatumBytes(format);
  for (int row = 0; row < kTileDim; ++row) {
    for (int half = 0; half < 2; ++half) {
      std::memcpy(tile + TileIndex(row, half * kFaceDim) * DatumBytes(format),
                  rows + row * row_stride_bytes + half * run, run);
    }
  }
}

void UntilizeToRows(DataFormat format, const uint8_t* tile, uint8_t* rows,
                    size_t row_stride_bytes) {
  const size_t run = kFaceDim * DatumBytes(format);
  for (int row = 0; row < kTileDim; ++row) {
    for (int half = 0; half < 2; ++half) {
      std::memcpy(rows + row * row_stride_bytes + half * run,
                  tile + TileIndex(row, half * kFaceDim) * DatumBytes(format), run);
    }
  }
}

}  // namespace tt_simulator
