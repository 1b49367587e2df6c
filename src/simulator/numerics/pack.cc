#include "pack.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>

#include "flush_denormals.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simulator/numerics/pack.cc"  // NOLINT
#include <hwy/foreach_target.h>                          // NOLINT
#include <hwy/highway.h>

#include "tiles.h"

HWY_BEFORE_NAMESPACE();
namespace tt_simulator {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using DPack = hn::CappedTag<int32_t, 16>;
using DPackFloat = hn::RebindToFloat<DPack>;
using DPackHalves = hn::Rebind<uint16_t, DPack>;
using DPackBytes = hn::Rebind<uint8_t, DPack>;
using VPack = hn::VFromD<DPack>;

HWY_INLINE VPack Constant(uint32_t x) { return hn::Set(DPack(), static_cast<int32_t>(x)); }
HWY_INLINE VPack MagnitudeOf(VPack x) { return hn::And(x, Constant(0x7fffffffu)); }
HWY_INLINE VPack SignOf(VPack x) { return hn::And(x, Constant(0x80000000u)); }
HWY_INLINE VPack FieldOf(VPack x) { return hn::ShiftRight<23>(MagnitudeOf(x)); }

/*!
 * \brief Rounds a magnitude half away from zero to a multiple of `2 * half`; NaN becomes an
 * infinity, what is below the smallest normal number afterwards becomes +0.
 */
HWY_INLINE VPack RoundPattern(VPack x, uint32_t half) {
  const VPack keep = Constant(~(2 * half - 1));
  const VPack capped = hn::Min(MagnitudeOf(x), Constant(0x7f800000u));
  const VPack rounded = hn::And(hn::Add(capped, Constant(half)), keep);
  return hn::IfThenElseZero(hn::Gt(rounded, Constant(0x007fffffu)), hn::Or(rounded, SignOf(x)));
}

/*! \brief -0 and denormals to +0, NaN to an infinity (a 16-bit DST packed to float32). */
HWY_INLINE VPack FlushPattern(VPack x) {
  const VPack capped = hn::Min(MagnitudeOf(x), Constant(0x7f800000u));
  return hn::IfThenElseZero(hn::Gt(FieldOf(x), hn::Zero(DPack())), hn::Or(capped, SignOf(x)));
}

/*! \brief Integer whose order is that of sign and magnitude, both zeros alike. */
HWY_INLINE VPack SignedOrder(VPack x) {
  const VPack minus = hn::ShiftRight<31>(x);
  return hn::Sub(hn::Xor(MagnitudeOf(x), minus), minus);
}

/*! \brief Packer ReLU on values that are already rounded to the storage format. */
HWY_INLINE VPack Relu(VPack x, PackRelu relu, VPack threshold) {
  const VPack zero = hn::Zero(DPack());
  switch (relu) {
    case PackRelu::None:
      return x;
    case PackRelu::Zero:
      return hn::IfThenElseZero(hn::Gt(SignedOrder(x), zero), x);
    case PackRelu::MinThreshold:
      return hn::IfThenElseZero(hn::Gt(SignedOrder(x), SignedOrder(threshold)), x);
    case PackRelu::MaxThreshold: {
      const auto above = hn::Gt(SignedOrder(x), SignedOrder(threshold));
      return hn::IfThenZeroElse(hn::Lt(x, zero), hn::IfThenElse(above, threshold, x));
    }
  }
  return x;
}

/*!
 * \brief The adder of L1 accumulation: IEEE float32, to nearest even; the caller has switched
 * denormals to zero (the sign stays).
 */
HWY_INLINE VPack AddToOld(VPack old, VPack added, uint32_t nan_result) {
  const DPack d;
  const DPackFloat df;
  const auto sum = hn::Add(hn::BitCast(df, old), hn::BitCast(df, added));
  const VPack bits = hn::BitCast(d, sum);
  return hn::IfThenElse(hn::Gt(MagnitudeOf(bits), Constant(0x7f800000u)), Constant(nan_result),
                        bits);
}

void PackFloat32(const uint32_t* bits, const PackConfig& config, uint8_t* l1) {
  const DPack d;
  const VPack threshold = Constant(static_cast<uint32_t>(config.relu_threshold) << 16);
  int32_t* const words = reinterpret_cast<int32_t*>(l1);
  for (int i = 0; i < kTileElements; i += static_cast<int>(hn::Lanes(d))) {
    VPack x = hn::Load(d, reinterpret_cast<const int32_t*>(bits) + i);
    if (!config.fp32_dest) x = FlushPattern(x);
    x = Relu(x, config.relu, threshold);
    if (config.l1_accumulate) x = AddToOld(hn::LoadU(d, words + i), x, 0x7fc00000u);
    hn::StoreU(x, d, words + i);
  }
}

void PackBfloat16(const uint32_t* bits, const PackConfig& config, uint8_t* l1) {
  const DPack d;
  const DPackHalves dh;
  const VPack threshold = Constant(static_cast<uint32_t>(config.relu_threshold) << 16);
  uint16_t* const halves = reinterpret_cast<uint16_t*>(l1);
  for (int i = 0; i < kTileElements; i += static_cast<int>(hn::Lanes(d))) {
    VPack x = RoundPattern(hn::Load(d, reinterpret_cast<const int32_t*>(bits) + i), 0x8000u);
    x = Relu(x, config.relu, threshold);
    if (config.l1_accumulate) {
      const VPack old = hn::ShiftLeft<16>(hn::PromoteTo(d, hn::LoadU(dh, halves + i)));
      const VPack sum = AddToOld(old, x, 0x7f800000u);
      const VPack odd = hn::And(hn::ShiftRight<16>(sum), Constant(1));
      x = hn::Add(hn::Add(sum, Constant(0x7fff)), odd);
    }
    // Logical shift: what is left is a positive number below 2^16, which demotion keeps.
    const VPack high = hn::And(hn::ShiftRight<16>(x), Constant(0xffff));
    hn::StoreU(hn::DemoteTo(dh, high), dh, halves + i);
  }
}

/*!
 * \brief To float16: what is too large becomes the largest number (0x7fff), what is below the
 * smallest normal number +0.
 */
void PackFloat16(const uint32_t* bits, const PackConfig& config, uint8_t* l1) {
  const DPack d;
  const DPackHalves dh;
  const VPack threshold = Constant(static_cast<uint32_t>(config.relu_threshold) << 16);
  uint16_t* const halves = reinterpret_cast<uint16_t*>(l1);
  for (int i = 0; i < kTileElements; i += static_cast<int>(hn::Lanes(d))) {
    VPack x = hn::Load(d, reinterpret_cast<const int32_t*>(bits) + i);
    x = config.half_dest ? FlushPattern(x) : RoundPattern(x, 0x8000u);
    x = Relu(x, config.relu, threshold);
    const VPack offset = hn::Sub(MagnitudeOf(x), Constant(112u << 23));
    const VPack magnitude = hn::Min(hn::ShiftRight<13>(offset), Constant(0x7fff));
    const VPack half = hn::Or(magnitude, hn::ShiftRight<16>(SignOf(x)));
    const VPack kept = hn::IfThenElseZero(hn::Gt(offset, Constant(0x7fffff)), half);
    hn::StoreU(hn::DemoteTo(dh, hn::And(kept, Constant(0xffff))), dh, halves + i);
  }
}

/*! \brief Replaces every block of 16 bytes by copies of its maximum. */
HWY_INLINE void MaximumOfBlocks(uint8_t* bytes) {
#if HWY_TARGET == HWY_SCALAR
  for (uint8_t* block = bytes; block < bytes + kTileElements; block += 16) {
    std::memset(block, *std::max_element(block, block + 16), 16);
  }
#else
  const hn::ScalableTag<uint8_t> d;
  for (size_t i = 0; i < kTileElements; i += hn::Lanes(d)) {
    auto x = hn::Load(d, bytes + i);
    x = hn::Max(x, hn::CombineShiftRightBytes<8>(d, x, x));
    x = hn::Max(x, hn::CombineShiftRightBytes<4>(d, x, x));
    x = hn::Max(x, hn::CombineShiftRightBytes<2>(d, x, x));
    x = hn::Max(x, hn::CombineShiftRightBytes<1>(d, x, x));
    hn::Store(x, d, bytes + i);
  }
#endif
}

/*!
 * \brief 1024 patterns to 64 shared exponents and 1024 data of sign and 7-bit magnitude.
 *
 * The first rounding, to 7 significant bits, is skipped in the precise mode; the second is to the
 * grid of the largest exponent of the 16 data, saturated at 127. A zero magnitude has no sign.
 */
void PackBlocks(const uint32_t* bits, const PackConfig& config, uint8_t* exponents, uint8_t* data) {
  const DPack d;
  const DPackBytes db;
  const int step = static_cast<int>(hn::Lanes(d));
  const VPack zero = hn::Zero(d);
  const VPack threshold = Constant(static_cast<uint32_t>(config.relu_threshold) << 16);
  const bool round_first = !(config.bfp8_precise && config.fp32_dest);
  const bool flush_first = !config.fp32_dest;
  HWY_ALIGN int32_t rounded[kTileElements];
  HWY_ALIGN uint8_t fields[kTileElements];
  for (int i = 0; i < kTileElements; i += step) {
    VPack x = hn::Load(d, reinterpret_cast<const int32_t*>(bits) + i);
    if (flush_first) x = hn::IfThenElseZero(hn::Gt(FieldOf(x), zero), x);
    if (round_first) x = RoundPattern(x, 0x10000u);
    if (config.relu != PackRelu::None) x = Relu(x, config.relu, threshold);
    hn::Store(x, d, rounded + i);
    hn::StoreU(hn::DemoteTo(db, FieldOf(x)), db, fields + i);
  }
  MaximumOfBlocks(fields);
  for (int i = 0; i < kTileElements; i += step) {
    const int32_t shared = fields[i];
    if (i % 16 == 0) exponents[i / 16] = static_cast<uint8_t>(shared);
    const VPack x = hn::Load(d, rounded + i);
    const VPack field = FieldOf(x);
    VPack significand = hn::Or(hn::And(x, Constant(0x7fffff)), Constant(0x800000));
    significand = hn::IfThenElseZero(hn::Gt(field, zero), significand);
    // Shifted to one bit more than is kept; half away is then (v + 1) >> 1.
    const VPack shift = hn::Min(hn::Sub(hn::Set(d, shared + 16), field), Constant(31));
    VPack magnitude = hn::ShiftRight<1>(hn::Add(hn::Shr(significand, shift), Constant(1)));
    magnitude = hn::Min(magnitude, Constant(127));
    const VPack sign = hn::And(hn::ShiftRight<24>(x), Constant(128));
    const VPack datum = hn::IfThenElseZero(hn::Gt(magnitude, zero), hn::Or(magnitude, sign));
    hn::StoreU(hn::DemoteTo(db, datum), db, data + i);
  }
}

/*! \brief 1024 bfp8 data to 512 bytes of two bfp4 data: the magnitude is cut to its top 3 bits. */
void NarrowToNibbles(const uint8_t* data, uint8_t* nibbles) {
#if HWY_TARGET == HWY_SCALAR
  auto narrow = [](uint32_t datum) {
    const uint32_t magnitude = (datum >> 4) & 7u;
    return magnitude != 0 ? magnitude | (datum >> 7) << 3 : 0u;
  };
  for (int i = 0; i < kTileElements / 2; ++i) {
    nibbles[i] = static_cast<uint8_t>(narrow(data[2 * i]) | narrow(data[2 * i + 1]) << 4);
  }
#else
  const hn::ScalableTag<uint8_t> d;
  const hn::RepartitionToWide<decltype(d)> d16;
  const hn::Rebind<uint8_t, decltype(d16)> dhalf;
  const hn::RebindToSigned<decltype(d16)> di16;
  for (size_t i = 0; i < kTileElements; i += hn::Lanes(d)) {
    const auto x = hn::LoadU(d, data + i);
    const auto magnitude = hn::And(x, hn::Set(d, 0x70));
    const auto nonzero = hn::Ne(magnitude, hn::Zero(d));
    const auto kept = hn::IfThenElseZero(nonzero, hn::And(x, hn::Set(d, 0xf0)));
    // Two bytes a lane: the first becomes the low nibble, the second the high one.
    const auto pair = hn::BitCast(d16, kept);
    const auto high = hn::ShiftRight<8>(hn::And(pair, hn::Set(d16, 0xf000)));
    const auto low = hn::And(hn::ShiftRight<4>(pair), hn::Set(d16, 0x000f));
    hn::StoreU(hn::DemoteTo(dhalf, hn::BitCast(di16, hn::Or(low, high))), dhalf, nibbles + i / 2);
  }
#endif
}

}  // namespace HWY_NAMESPACE
}  // namespace tt_simulator
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tt_simulator {

HWY_EXPORT(PackFloat32);
HWY_EXPORT(PackBfloat16);
HWY_EXPORT(PackFloat16);
HWY_EXPORT(PackBlocks);
HWY_EXPORT(NarrowToNibbles);

namespace {

constexpr int kExponentBytes = 64;

/*! \brief The part of a tile that a reduce mask lets through, the rest +0. */
void ApplyMask(PackMask mask, const DestTile& tile, DestTile& masked) {
  masked = {};
  if (mask == PackMask::Scalar) {
    masked.bits[0] = tile.bits[0];
    return;
  }
  for (int i = 0; i < kTileDim; ++i) {
    const int index = mask == PackMask::Column ? TileIndex(i, 0) : TileIndex(0, i);
    masked.bits[index] = tile.bits[index];
  }
}

void PackBlockFormat(const DestTile& tile, const PackConfig& config, uint8_t* l1) {
  if (config.l1_accumulate) {
    throw std::invalid_argument("pack: L1 accumulation into a block format");
  }
  if (config.format == DataFormat::Bfp8_b) {
    return HWY_DYNAMIC_DISPATCH(PackBlocks)(tile.bits, config, l1, l1 + kExponentBytes);
  }
  uint8_t data[kTileElements];
  HWY_DYNAMIC_DISPATCH(PackBlocks)(tile.bits, config, l1, data);
  if (config.format == DataFormat::Bfp4_b) {
    return HWY_DYNAMIC_DISPATCH(NarrowToNibbles)(data, l1 + kExponentBytes);
  }
  // bfp2: the top magnitude bit and, if that is set, the sign.
  for (int i = 0; i < kTileElements; i += 4) {
    uint32_t byte = 0;
    for (int j = 0; j < 4; ++j) {
      const uint32_t datum = data[i + j];
      if (datum & 64u) byte |= (datum >> 6) << (2 * j);
    }
    l1[kExponentBytes + i / 4] = static_cast<uint8_t>(byte);
  }
}

template <typename Integer>
void PackIntegers(const DestTile& tile, bool accumulate, uint8_t* l1) {
  for (int i = 0; i < kTileElements; ++i) {
    uint8_t* const address = l1 + i * sizeof(Integer);
    Integer value = static_cast<Integer>(tile.bits[i]);
    if (accumulate) {
      Integer old;
      std::memcpy(&old, address, sizeof(old));
      value = static_cast<Integer>(value + old);
    }
    std::memcpy(address, &value, sizeof(value));
  }
}

void PackUnmasked(const DestTile& tile, const PackConfig& config, uint8_t* l1) {
  switch (config.format) {
    case DataFormat::Float32:
      return HWY_DYNAMIC_DISPATCH(PackFloat32)(tile.bits, config, l1);
    case DataFormat::Float16_b:
      return HWY_DYNAMIC_DISPATCH(PackBfloat16)(tile.bits, config, l1);
    case DataFormat::Float16:
      if (config.l1_accumulate) throw std::invalid_argument("pack: L1 accumulation into Float16");
      return HWY_DYNAMIC_DISPATCH(PackFloat16)(tile.bits, config, l1);
    case DataFormat::Bfp8_b:
    case DataFormat::Bfp4_b:
    case DataFormat::Bfp2_b:
      return PackBlockFormat(tile, config, l1);
    case DataFormat::Int32:
    case DataFormat::UInt32:
      return PackIntegers<uint32_t>(tile, config.l1_accumulate, l1);
    case DataFormat::UInt16:
      return PackIntegers<uint16_t>(tile, config.l1_accumulate, l1);
    case DataFormat::Int8:
    case DataFormat::UInt8:
      return PackIntegers<uint8_t>(tile, config.l1_accumulate, l1);
    default:
      throw std::invalid_argument("pack: data format " +
                                  std::to_string(static_cast<int>(config.format)) +
                                  " is not supported");
  }
}

}  // namespace

void PackTile(const DestTile& tile, const PackConfig& config, uint8_t* l1_tile) {
  // Only L1 accumulation computes with floats.
  std::optional<FlushDenormals> flush;
  if (config.l1_accumulate) flush.emplace();
  if (config.mask == PackMask::None) return PackUnmasked(tile, config, l1_tile);
  DestTile masked;
  ApplyMask(config.mask, tile, masked);
  PackUnmasked(masked, config, l1_tile);
}

}  // namespace tt_simulator
#endif  // HWY_ONCE
