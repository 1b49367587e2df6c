#include "pack.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>

#include "scalar_model.h"

namespace tt_simulator {
namespace {

using scalar_model::ExponentField;
using scalar_model::kInfinity;
using scalar_model::kSignBit;

/*! \brief Packer ReLU on a float32 pattern, on sign and magnitude. */
uint32_t ApplyRelu(uint32_t bits, PackRelu relu, uint32_t threshold) {
  auto order = [](uint32_t x) {
    const int64_t magnitude = x & ~kSignBit;
    return (x & kSignBit) ? -magnitude : magnitude;
  };
  switch (relu) {
    case PackRelu::None:
      return bits;
    case PackRelu::Zero:
      return order(bits) <= 0 ? 0 : bits;
    case PackRelu::MinThreshold:
      return order(bits) <= order(threshold) ? 0 : bits;
    case PackRelu::MaxThreshold:
      if (bits & kSignBit) return 0;
      return order(bits) > order(threshold) ? threshold : bits;
  }
  return bits;
}

bool Masked(PackMask mask, int index) {
  switch (mask) {
    case PackMask::None:
      return false;
    case PackMask::Column:
      return (index & 256) != 0 || (index & 15) != 0;
    case PackMask::Row:
      return (index & 512) != 0 || (index & 255) >= 16;
    case PackMask::Scalar:
      return index != 0;
  }
  return false;
}

/*! \brief old + added in IEEE float32, denormal operands and results flushed keeping the sign. */
uint32_t AddInL1(uint32_t old, uint32_t added, uint32_t nan_result) {
  auto flush = [](uint32_t x) { return ExponentField(x) == 0 ? x & kSignBit : x; };
  const float sum = std::bit_cast<float>(flush(old)) + std::bit_cast<float>(flush(added));
  if (sum != sum) return nan_result;
  return flush(std::bit_cast<uint32_t>(sum));
}

/*! \brief RNE to bfloat16 of a pattern that is not NaN. */
uint32_t RoundToBfloat16Even(uint32_t bits) {
  return (bits + 0x7fffu + ((bits >> 16) & 1u)) & 0xffff0000u;
}

/*!
 * \brief RHA to 7 significant bits, NaN to an infinity. Denormals become 0: after rounding with a
 *        32-bit DST (0x007fffff rounds up to 2^-126), before it with a 16-bit DST.
 */
uint32_t RoundToSevenBits(uint32_t bits, bool fp32_dest) {
  if (!fp32_dest && ExponentField(bits) == 0) return 0;
  uint32_t magnitude = ((bits & ~kSignBit) + 0x10000u) & 0xfffe0000u;
  if (magnitude >= kInfinity) magnitude = kInfinity;
  if (magnitude < 0x00800000u) return 0;
  return (bits & kSignBit) | magnitude;
}

/*! \brief 16 patterns to one shared exponent and 16 data of sign and 7-bit magnitude. */
uint8_t EncodeBlock(const uint32_t* bits, uint8_t* data) {
  int shared = 0;
  for (int i = 0; i < 16; ++i) shared = std::max(shared, ExponentField(bits[i]));
  for (int i = 0; i < 16; ++i) {
    const int field = ExponentField(bits[i]);
    int64_t magnitude = 0;
    if (field != 0) {
      const int64_t significand = (bits[i] & 0x7fffff) | 0x800000;
      magnitude =
          std::min<int64_t>(scalar_model::ShiftRoundHalfUp(significand, 17 + shared - field), 127);
    }
    data[i] = static_cast<uint8_t>(magnitude | (magnitude != 0 ? (bits[i] >> 24) & 0x80 : 0));
  }
  return static_cast<uint8_t>(shared);
}

void PackBlockFloat(const uint32_t* masked, const PackConfig& config, uint8_t* l1) {
  const uint32_t threshold = static_cast<uint32_t>(config.relu_threshold) << 16;
  const bool round_first = !(config.bfp8_precise && config.fp32_dest);
  uint32_t bits[kTileElements];
  for (int i = 0; i < kTileElements; ++i) {
    bits[i] = ApplyRelu(round_first ? RoundToSevenBits(masked[i], config.fp32_dest) : masked[i],
                        config.relu, threshold);
  }
  uint8_t data[kTileElements];
  for (int row = 0; row < 64; ++row) l1[row] = EncodeBlock(bits + 16 * row, data + 16 * row);
  auto narrow = [&](int i, int width) {
    const int magnitude = (data[i] & 127) >> (8 - width);
    return magnitude | (magnitude != 0 ? (data[i] >> 7) << (width - 1) : 0);
  };
  switch (config.format) {
    case DataFormat::Bfp8_b:
      std::memcpy(l1 + 64, data, kTileElements);
      return;
    case DataFormat::Bfp4_b:
      for (int i = 0; i < kTileElements; i += 2) {
        l1[64 + i / 2] = static_cast<uint8_t>(narrow(i, 4) | narrow(i + 1, 4) << 4);
      }
      return;
    default:
      for (int i = 0; i < kTileElements; i += 4) {
        l1[64 + i / 4] = static_cast<uint8_t>(narrow(i, 2) | narrow(i + 1, 2) << 2 |
                                              narrow(i + 2, 2) << 4 | narrow(i + 3, 2) << 6);
      }
      return;
  }
}

}  // namespace

void PackTile(const DestTile& tile, const PackConfig& config, uint8_t* l1_tile) {
  uint32_t bits[kTileElements];
  for (int i = 0; i < kTileElements; ++i) bits[i] = Masked(config.mask, i) ? 0 : tile.bits[i];
  const uint32_t threshold = static_cast<uint32_t>(config.relu_threshold) << 16;
  switch (config.format) {
    case DataFormat::Float32:
      for (int i = 0; i < kTileElements; ++i) {
        uint32_t value = config.fp32_dest ? bits[i] : scalar_model::Flush(bits[i]);
        value = ApplyRelu(value, config.relu, threshold);
        uint32_t old;
        std::memcpy(&old, l1_tile + 4 * i, 4);
        if (config.l1_accumulate) value = AddInL1(old, value, 0x7fc00000u);
        std::memcpy(l1_tile + 4 * i, &value, 4);
      }
      return;
    case DataFormat::Float16_b:
      for (int i = 0; i < kTileElements; ++i) {
        uint32_t value = static_cast<uint32_t>(scalar_model::PackToBfloat16(bits[i])) << 16;
        value = ApplyRelu(value, config.relu, threshold);
        uint16_t half;
        std::memcpy(&half, l1_tile + 2 * i, 2);
        if (config.l1_accumulate) {
          value = RoundToBfloat16Even(AddInL1(static_cast<uint32_t>(half) << 16, value, kInfinity));
        }
        half = static_cast<uint16_t>(value >> 16);
        std::memcpy(l1_tile + 2 * i, &half, 2);
      }
      return;
    case DataFormat::Bfp8_b:
    case DataFormat::Bfp4_b:
    case DataFormat::Bfp2_b:
      if (config.l1_accumulate) throw std::invalid_argument("L1 accumulation into a block format");
      PackBlockFloat(bits, config, l1_tile);
      return;
    case DataFormat::Int32:
    case DataFormat::UInt32:
      for (int i = 0; i < kTileElements; ++i) {
        uint32_t value = bits[i];
        uint32_t old;
        std::memcpy(&old, l1_tile + 4 * i, 4);
        if (config.l1_accumulate) value += old;
        std::memcpy(l1_tile + 4 * i, &value, 4);
      }
      return;
    case DataFormat::UInt16:
      for (int i = 0; i < kTileElements; ++i) {
        const uint16_t half = static_cast<uint16_t>(bits[i]);
        std::memcpy(l1_tile + 2 * i, &half, 2);
      }
      return;
    case DataFormat::Int8:
    case DataFormat::UInt8:
      for (int i = 0; i < kTileElements; ++i) l1_tile[i] = static_cast<uint8_t>(bits[i]);
      return;
    default:
      throw std::invalid_argument("pack: data format " +
                                  std::to_string(static_cast<int>(config.format)) +
                                  " is not supported");
  }
}

}  // namespace tt_simulator
