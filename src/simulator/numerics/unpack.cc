#include "unpack.h"

#include <cstring>
#include <stdexcept>
#include <string>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simulator/numerics/unpack.cc"  // NOLINT
#include <hwy/foreach_target.h>                            // NOLINT
#include <hwy/highway.h>

#include "transpose-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tt_simulator {
namespace HWY_NAMESPACE {

using DWords = hn::CappedTag<uint32_t, 16>;
using DHalves = hn::Rebind<uint16_t, DWords>;
using DBytes = hn::Rebind<uint8_t, DWords>;

void DecodeWords(const uint8_t* l1, uint32_t mask, uint32_t* bits) {
  const DWords d;
  const uint32_t* const words = reinterpret_cast<const uint32_t*>(l1);
  for (size_t i = 0; i < kTileElements; i += hn::Lanes(d)) {
    hn::Store(hn::And(hn::LoadU(d, words + i), hn::Set(d, mask)), d, bits + i);
  }
}

/*! \brief 16-bit data to the low (integers) or high (bfloat16) half of a word. */
void DecodeHalves(const uint8_t* l1, bool to_high, uint32_t* bits) {
  const DWords d;
  const uint16_t* const halves = reinterpret_cast<const uint16_t*>(l1);
  for (size_t i = 0; i < kTileElements; i += hn::Lanes(d)) {
    const auto x = hn::PromoteTo(d, hn::LoadU(DHalves(), halves + i));
    hn::Store(to_high ? hn::ShiftLeft<16>(x) : x, d, bits + i);
  }
}

/*!
 * \brief float16 to float32 patterns. There is no infinity and no NaN: exponent 31 is an ordinary
 * one; denormals are zeros.
 */
void DecodeFloat16(const uint8_t* l1, uint32_t* bits) {
  const DWords d;
  const uint16_t* const halves = reinterpret_cast<const uint16_t*>(l1);
  for (size_t i = 0; i < kTileElements; i += hn::Lanes(d)) {
    const auto x = hn::PromoteTo(d, hn::LoadU(DHalves(), halves + i));
    const auto magnitude = hn::And(x, hn::Set(d, 0x7fffu));
    const auto sign = hn::ShiftLeft<16>(hn::Sub(x, magnitude));
    const auto number = hn::Add(hn::ShiftLeft<13>(magnitude), hn::Set(d, 112u << 23));
    const auto normal = hn::Gt(magnitude, hn::Set(d, 0x3ffu));
    hn::Store(hn::Or(sign, hn::IfThenElseZero(normal, number)), d, bits + i);
  }
}

void DecodeBytes(const uint8_t* l1, bool sign_extend, uint32_t* bits) {
  const hn::RebindToSigned<DWords> d;
  for (size_t i = 0; i < kTileElements; i += hn::Lanes(d)) {
    auto x = hn::PromoteTo(d, hn::LoadU(DBytes(), l1 + i));
    if (sign_extend) x = hn::ShiftRight<24>(hn::ShiftLeft<24>(x));
    hn::Store(x, d, reinterpret_cast<int32_t*>(bits) + i);
  }
}

/*!
 * \brief 64 exponents and 1024 data of sign and 7-bit magnitude to patterns.
 *
 * A magnitude m means m * 2^(E - 133). Converting m to float normalises it; adding E - 133 to the
 * exponent field, modulo 256, is what the unpacker does (it wraps below 1).
 */
void DecodeBlocks(const uint8_t* exponents, const uint8_t* data, uint32_t* bits) {
  const hn::RebindToSigned<DWords> d;
  const hn::RebindToFloat<DWords> df;
  for (int row = 0; row < 64; ++row) {
    const auto offset =
        hn::Set(d, static_cast<int32_t>(static_cast<uint32_t>(exponents[row] - 133) << 23));
    for (size_t i = 0; i < 16; i += hn::Lanes(d)) {
      const auto datum = hn::PromoteTo(d, hn::LoadU(DBytes(), data + 16 * row + i));
      const auto magnitude = hn::And(datum, hn::Set(d, 127));
      const auto number = hn::BitCast(d, hn::ConvertTo(df, magnitude));
      auto x = hn::And(hn::Add(number, offset), hn::Set(d, 0x7fffffff));
      x = hn::IfThenElseZero(hn::Ne(magnitude, hn::Zero(d)), x);
      const auto sign = hn::ShiftLeft<24>(hn::And(datum, hn::Set(d, 128)));
      hn::Store(hn::Or(x, sign), d, reinterpret_cast<int32_t*>(bits) + 16 * row + i);
    }
  }
}

/*! \brief 512 bytes of two data each (low first), sign and 3-bit magnitude, to 1024 bfp8 data. */
void WidenNibbles(const uint8_t* nibbles, uint8_t* data) {
#if HWY_TARGET == HWY_SCALAR
  for (int i = 0; i < 512; ++i) {
    const uint32_t b = nibbles[i];
    data[2 * i] = static_cast<uint8_t>((b & 8) << 4 | (b & 7) << 4);
    data[2 * i + 1] = static_cast<uint8_t>((b & 128) | (b & 112));
  }
#else
  const hn::FixedTag<uint8_t, 16> d;
  const hn::FixedTag<uint16_t, 8> d16;
  for (int i = 0; i < 512; i += 16) {
    const auto b = hn::LoadU(d, nibbles + i);
    const auto low = hn::BitCast(d, hn::ShiftLeft<4>(hn::BitCast(d16, b)));
    const auto first = hn::And(low, hn::Set(d, 0xf0));
    const auto second = hn::And(b, hn::Set(d, 0xf0));
    hn::StoreU(hn::InterleaveLower(d, first, second), d, data + 2 * i);
    hn::StoreU(hn::InterleaveUpper(d, first, second), d, data + 2 * i + 16);
  }
#endif
}

void TransposeInto(const uint32_t* source, uint32_t* dst) { TransposeBits(source, dst); }

}  // namespace HWY_NAMESPACE
}  // namespace tt_simulator
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tt_simulator {

HWY_EXPORT(DecodeWords);
HWY_EXPORT(DecodeHalves);
HWY_EXPORT(DecodeFloat16);
HWY_EXPORT(DecodeBytes);
HWY_EXPORT(DecodeBlocks);
HWY_EXPORT(WidenNibbles);
HWY_EXPORT(TransposeInto);

namespace {

/*! \brief Bytes of shared exponents before the data of a block format. */
constexpr int kExponentBytes = 64;

[[noreturn]] void Unsupported(DataFormat format, const char* what) {
  throw std::invalid_argument(std::string(what) + ": data format " +
                              std::to_string(static_cast<int>(format)) + " is not supported");
}

/*! \brief All 1024 data as 32-bit patterns; words are masked, everything else is exact. */
void Decode(DataFormat format, const uint8_t* l1, uint32_t mask, uint32_t* bits) {
  switch (format) {
    case DataFormat::Float32:
    case DataFormat::Tf32:
      return HWY_DYNAMIC_DISPATCH(DecodeWords)(l1, mask, bits);
    case DataFormat::Int32:
    case DataFormat::UInt32:
      return HWY_DYNAMIC_DISPATCH(DecodeWords)(l1, 0xffffffffu, bits);
    case DataFormat::Float16_b:
    case DataFormat::UInt16:
      return HWY_DYNAMIC_DISPATCH(DecodeHalves)(l1, format == DataFormat::Float16_b, bits);
    case DataFormat::Float16:
      return HWY_DYNAMIC_DISPATCH(DecodeFloat16)(l1, bits);
    case DataFormat::Int8:
    case DataFormat::UInt8:
      return HWY_DYNAMIC_DISPATCH(DecodeBytes)(l1, format == DataFormat::Int8, bits);
    case DataFormat::Bfp8_b:
      return HWY_DYNAMIC_DISPATCH(DecodeBlocks)(l1, l1 + kExponentBytes, bits);
    case DataFormat::Bfp4_b: {
      uint8_t data[kTileElements];
      HWY_DYNAMIC_DISPATCH(WidenNibbles)(l1 + kExponentBytes, data);
      return HWY_DYNAMIC_DISPATCH(DecodeBlocks)(l1, data, bits);
    }
    case DataFormat::Bfp2_b: {
      // One bit of magnitude, the top one of seven; four data a byte, low first.
      uint8_t data[kTileElements];
      for (int i = 0; i < kTileElements; ++i) {
        const uint32_t datum = (l1[kExponentBytes + i / 4] >> (2 * (i & 3))) & 3u;
        data[i] = static_cast<uint8_t>(datum << 6);
      }
      return HWY_DYNAMIC_DISPATCH(DecodeBlocks)(l1, data, bits);
    }
    default:
      Unsupported(format, "unpack");
  }
}

size_t DatumBytes(DataFormat format) {
  if (format == DataFormat::Invalid || IsBlockFormat(format)) Unsupported(format, "tilize");
  return TileBytes(format) / kTileElements;
}

template <size_t kDatum, typename Move>
void ForEachRunOf(size_t row_stride_bytes, Move&& move) {
  constexpr std::integral_constant<size_t, kFaceDim * kDatum> bytes;
  for (int row = 0; row < kTileDim; ++row) {
    for (int half = 0; half < 2; ++half) {
      move(TileIndex(row, half * kFaceDim) * kDatum, row * row_stride_bytes + half * bytes, bytes);
    }
  }
}

/*!
 * \brief Calls `move(offset in the tile, offset in the rows, bytes)` for each run of 16 data; `bytes`
 * is a constant, so that a copy needs no call.
 */
template <typename Move>
void ForEachRun(DataFormat format, size_t row_stride_bytes, Move&& move) {
  switch (DatumBytes(format)) {
    case 1:
      return ForEachRunOf<1>(row_stride_bytes, move);
    case 2:
      return ForEachRunOf<2>(row_stride_bytes, move);
    default:
      return ForEachRunOf<4>(row_stride_bytes, move);
  }
}

}  // namespace

void UnpackToSource(DataFormat format, const uint8_t* l1_tile, bool fp32_dest, bool transpose,
                    SourceTile& tile) {
  const uint32_t mask = fp32_dest ? 0xffffe000u : 0xffff0000u;
  if (!transpose) return Decode(format, l1_tile, mask, tile.bits);
  SourceTile straight;
  Decode(format, l1_tile, mask, straight.bits);
  HWY_DYNAMIC_DISPATCH(TransposeInto)(straight.bits, tile.bits);
}

void UnpackToDest(DataFormat format, const uint8_t* l1_tile, DestTile& tile) {
  Decode(format, l1_tile, 0xffffffffu, tile.bits);
}

void TilizeFromRows(DataFormat format, const uint8_t* rows, size_t row_stride_bytes,
                    uint8_t* tile) {
  ForEachRun(format, row_stride_bytes, [&](size_t in_tile, size_t in_rows, auto bytes) {
    std::memcpy(tile + in_tile, rows + in_rows, bytes);
  });
}

void UntilizeToRows(DataFormat format, const uint8_t* tile, uint8_t* rows,
                    size_t row_stride_bytes) {
  ForEachRun(format, row_stride_bytes, [&](size_t in_tile, size_t in_rows, auto bytes) {
    std::memcpy(rows + in_rows, tile + in_tile, bytes);
  });
}

}  // namespace tt_simulator
#endif  // HWY_ONCE
