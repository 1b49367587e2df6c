#include "simulator/numerics/pack.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "random_tiles.h"
#include "simulator/numerics/scalar_model.h"
#include "simulator/numerics/unpack.h"

namespace tt_simulator {
namespace {

using scalar_model::ExponentField;
using scalar_model::kInfinity;
using scalar_model::kSignBit;
using testing::ForEachTarget;
using testing::Kind;
using testing::RandomTile;

/*! \brief Sign and magnitude as an integer. */
int64_t Order(uint32_t bits) {
  const int64_t magnitude = bits & ~kSignBit;
  return (bits & kSignBit) ? -magnitude : magnitude;
}

uint32_t Relu(uint32_t bits, const PackConfig& config) {
  const uint32_t threshold = static_cast<uint32_t>(config.relu_threshold) << 16;
  switch (config.relu) {
    case PackRelu::None:
      return bits;
    case PackRelu::Zero:
      return Order(bits) <= 0 ? 0 : bits;
    case PackRelu::MinThreshold:
      return Order(bits) <= Order(threshold) ? 0 : bits;
    case PackRelu::MaxThreshold:
      if (bits & kSignBit) return 0;
      return Order(bits) > Order(threshold) ? threshold : bits;
  }
  return bits;
}

/*! \brief One block of 16: the rules of the packer, datum by datum. */
void ReferenceBlock(const uint32_t* bits, const PackConfig& config, uint8_t* exponent,
                    uint8_t* data) {
  uint32_t value[16];
  int shared = 0;
  for (int i = 0; i < 16; ++i) {
    uint32_t x = bits[i];
    if (!config.fp32_dest && ExponentField(x) == 0) x = 0;
    if (!(config.bfp8_precise && config.fp32_dest)) {
      uint32_t magnitude = std::min(x & ~kSignBit, kInfinity);
      magnitude = (magnitude + 0x10000u) & 0xfffe0000u;
      x = magnitude < 0x00800000u ? 0 : (x & kSignBit) | magnitude;
    }
    value[i] = Relu(x, config);
    shared = std::max(shared, ExponentField(value[i]));
  }
  *exponent = static_cast<uint8_t>(shared);
  for (int i = 0; i < 16; ++i) {
    const int field = ExponentField(value[i]);
    int64_t magnitude = 0;
    if (field != 0) {
      const int64_t significand = (value[i] & 0x7fffff) | 0x800000;
      magnitude =
          std::min<int64_t>(scalar_model::ShiftRoundHalfUp(significand, 17 + shared - field), 127);
    }
    data[i] = static_cast<uint8_t>(magnitude | (magnitude ? (value[i] >> 24) & 0x80u : 0));
  }
}

std::vector<uint8_t> ReferencePack(const DestTile& tile, const PackConfig& config) {
  std::vector<uint8_t> l1(TileBytes(config.format));
  for (int i = 0; i < kTileElements; ++i) {
    if (config.format == DataFormat::Float32) {
      uint32_t x = config.fp32_dest ? tile.bits[i] : scalar_model::Flush(tile.bits[i]);
      x = Relu(x, config);
      std::memcpy(&l1[4 * i], &x, 4);
    } else if (config.format == DataFormat::Float16_b) {
      const uint32_t rounded = static_cast<uint32_t>(scalar_model::PackToBfloat16(tile.bits[i]))
                               << 16;
      const uint16_t half = static_cast<uint16_t>(Relu(rounded, config) >> 16);
      std::memcpy(&l1[2 * i], &half, 2);
    } else if (i % 16 == 0) {
      std::array<uint8_t, 16> data;
      ReferenceBlock(tile.bits + i, config, &l1[i / 16], data.data());
      const int width = config.format == DataFormat::Bfp8_b   ? 8
                        : config.format == DataFormat::Bfp4_b ? 4
                                                              : 2;
      for (int j = 0; j < 16; ++j) {
        const uint32_t magnitude = (data[j] & 127u) >> (8 - width);
        const uint32_t datum = magnitude ? magnitude | (data[j] >> 7) << (width - 1) : 0;
        l1[64 + (i + j) * width / 8] |= static_cast<uint8_t>(datum << ((i + j) * width % 8));
      }
    }
  }
  return l1;
}

TEST(Pack, EveryTargetAgreesWithTheRules) {
  std::mt19937 generator(31);
  constexpr DataFormat kFormats[] = {DataFormat::Float32, DataFormat::Float16_b, DataFormat::Bfp8_b,
                                     DataFormat::Bfp4_b, DataFormat::Bfp2_b};
  for (int round = 0; round < 600; ++round) {
    PackConfig config;
    config.format = kFormats[generator() % 5];
    config.fp32_dest = generator() & 1;
    config.bfp8_precise = generator() & 1;
    config.relu = static_cast<PackRelu>(generator() % 4);
    config.relu_threshold = static_cast<uint16_t>(0x3e00 + generator() % 0x300);
    const auto tile = RandomTile<DestTile>(testing::RandomKind(generator),
                                           config.fp32_dest ? 0xffffffffu : 0xffff0000u, generator);
    const std::vector<uint8_t> expected = ReferencePack(tile, config);
    ForEachTarget([&](const std::string& target) {
      std::vector<uint8_t> actual(expected.size(), 0xcd);
      PackTile(tile, config, actual.data());
      ASSERT_EQ(actual, expected) << target << " round " << round << " format "
                                  << static_cast<int>(config.format);
    });
    if (HasFatalFailure()) return;
  }
}

TEST(Pack, L1AccumulationIsTheSameOnEveryTarget) {
  std::mt19937 generator(32);
  for (const DataFormat format : {DataFormat::Float32, DataFormat::Float16_b}) {
    for (const Kind kind : {Kind::Normal, Kind::WideExponent, Kind::AnyBits, Kind::Ties}) {
      const auto tile = RandomTile<DestTile>(kind, 0xffffffffu, generator);
      const auto old = RandomTile<DestTile>(kind, 0xffffffffu, generator);
      PackConfig config;
      config.format = format;
      config.fp32_dest = true;
      std::vector<uint8_t> before(TileBytes(format)), first;
      PackTile(old, config, before.data());
      config.l1_accumulate = true;
      ForEachTarget([&](const std::string& target) {
        std::vector<uint8_t> l1 = before;
        PackTile(tile, config, l1.data());
        if (first.empty()) first = l1;
        ASSERT_EQ(l1, first) << target;
      });
    }
  }
}

TEST(Pack, IntegersAccumulateModulo) {
  DestTile tile;
  for (int i = 0; i < kTileElements; ++i) tile.bits[i] = 0xffffff00u + i;
  PackConfig config;
  config.format = DataFormat::UInt16;
  std::vector<uint8_t> l1(TileBytes(config.format));
  PackTile(tile, config, l1.data());
  config.l1_accumulate = true;
  PackTile(tile, config, l1.data());
  uint16_t value;
  std::memcpy(&value, &l1[2], 2);
  EXPECT_EQ(value, static_cast<uint16_t>(2 * 0xff01));
}

TEST(Pack, MasksLetOnlyTheResultThrough) {
  DestTile tile;
  for (uint32_t& bits : tile.bits) bits = 0x3f800000u;
  for (const PackMask mask : {PackMask::Column, PackMask::Row, PackMask::Scalar}) {
    PackConfig config;
    config.format = DataFormat::Float32;
    config.fp32_dest = true;
    config.mask = mask;
    std::vector<uint8_t> l1(TileBytes(config.format));
    PackTile(tile, config, l1.data());
    for (int row = 0; row < kTileDim; ++row) {
      for (int col = 0; col < kTileDim; ++col) {
        float value;
        std::memcpy(&value, &l1[4 * TileIndex(row, col)], 4);
        const bool kept =
            (mask == PackMask::Row || col == 0) && (mask == PackMask::Column || row == 0);
        EXPECT_EQ(value, kept ? 1.0f : 0.0f);
      }
    }
  }
}

TEST(Pack, RefusesWhatDoesNotExist) {
  DestTile tile{};
  std::vector<uint8_t> l1(4096);
  PackConfig config;
  config.format = DataFormat::Bfp8;
  EXPECT_THROW(PackTile(tile, config, l1.data()), std::invalid_argument);
  config.format = DataFormat::Bfp8_b;
  config.l1_accumulate = true;
  EXPECT_THROW(PackTile(tile, config, l1.data()), std::invalid_argument);
}

/*! \brief Value of a block-float datum, normalised, exponent modulo 256. */
uint32_t ReferenceDatum(uint32_t exponent, uint32_t sign, uint32_t magnitude7) {
  if (magnitude7 == 0) return sign << 31;
  const int leading = std::countl_zero(magnitude7 << 25);
  const uint32_t field = (exponent - static_cast<uint32_t>(leading)) & 255u;
  return (sign << 31) | (field << 23) | ((magnitude7 << (leading + 17)) & 0x7fffffu);
}

uint32_t ReferenceUnpack(DataFormat format, const uint8_t* l1, int i) {
  uint16_t half;
  uint32_t word;
  switch (format) {
    case DataFormat::Float32:
    case DataFormat::Int32:
      std::memcpy(&word, l1 + 4 * i, 4);
      return word;
    case DataFormat::Float16_b:
      std::memcpy(&half, l1 + 2 * i, 2);
      return static_cast<uint32_t>(half) << 16;
    case DataFormat::UInt16:
      std::memcpy(&half, l1 + 2 * i, 2);
      return half;
    case DataFormat::Int8:
      return static_cast<uint32_t>(static_cast<int32_t>(static_cast<int8_t>(l1[i])));
    case DataFormat::UInt8:
      return l1[i];
    case DataFormat::Bfp8_b:
      return ReferenceDatum(l1[i / 16], l1[64 + i] >> 7, l1[64 + i] & 127);
    case DataFormat::Bfp4_b: {
      const uint32_t datum = (l1[64 + i / 2] >> (4 * (i & 1))) & 15;
      return ReferenceDatum(l1[i / 16], datum >> 3, (datum & 7) << 4);
    }
    default: {
      const uint32_t datum = (l1[64 + i / 4] >> (2 * (i & 3))) & 3;
      return ReferenceDatum(l1[i / 16], datum >> 1, (datum & 1) << 6);
    }
  }
}

TEST(Unpack, EveryTargetAgreesWithTheRules) {
  std::mt19937 generator(33);
  constexpr DataFormat kFormats[] = {DataFormat::Float32, DataFormat::Float16_b, DataFormat::Bfp8_b,
                                     DataFormat::Bfp4_b,  DataFormat::Bfp2_b,    DataFormat::Int32,
                                     DataFormat::UInt16,  DataFormat::Int8,      DataFormat::UInt8};
  for (const DataFormat format : kFormats) {
    std::vector<uint8_t> l1(TileBytes(format));
    for (uint8_t& byte : l1) byte = static_cast<uint8_t>(generator());
    for (const bool fp32_dest : {false, true}) {
      ForEachTarget([&](const std::string& target) {
        SourceTile straight, transposed;
        DestTile dest;
        UnpackToSource(format, l1.data(), fp32_dest, false, straight);
        UnpackToSource(format, l1.data(), fp32_dest, true, transposed);
        UnpackToDest(format, l1.data(), dest);
        for (int i = 0; i < kTileElements; ++i) {
          const uint32_t exact = ReferenceUnpack(format, l1.data(), i);
          const uint32_t mask = format != DataFormat::Float32 ? 0xffffffffu
                                : fp32_dest                   ? 0xffffe000u
                                                              : 0xffff0000u;
          ASSERT_EQ(dest.bits[i], exact) << target << " format " << static_cast<int>(format);
          ASSERT_EQ(straight.bits[i], exact & mask) << target;
        }
        for (int row = 0; row < kTileDim; ++row) {
          for (int col = 0; col < kTileDim; ++col) {
            ASSERT_EQ(transposed.bits[TileIndex(col, row)], straight.bits[TileIndex(row, col)]);
          }
        }
      });
    }
  }
}

TEST(Unpack, TilizeAndUntilizeAreInverse) {
  std::mt19937 generator(34);
  constexpr size_t kStride = 160;  // Two and a half tiles of bfloat16 a row.
  std::vector<uint8_t> rows(kStride * kTileDim), back(rows.size());
  for (uint8_t& byte : rows) byte = static_cast<uint8_t>(generator());
  back = rows;
  std::vector<uint8_t> tile(TileBytes(DataFormat::Float16_b));
  TilizeFromRows(DataFormat::Float16_b, rows.data() + 64, kStride, tile.data());
  EXPECT_EQ(std::memcmp(&tile[2 * TileIndex(5, 20)], &rows[5 * kStride + 64 + 40], 2), 0);
  for (int row = 0; row < kTileDim; ++row) std::memset(&back[row * kStride + 64], 0, 64);
  UntilizeToRows(DataFormat::Float16_b, tile.data(), back.data() + 64, kStride);
  EXPECT_EQ(back, rows);
  EXPECT_THROW(TilizeFromRows(DataFormat::Bfp8_b, rows.data(), kStride, tile.data()),
               std::invalid_argument);
}

TEST(Unpack, RefusesBlocksWithFiveExponentBits) {
  SourceTile tile;
  std::vector<uint8_t> l1(4096);
  for (const DataFormat format : {DataFormat::Bfp8, DataFormat::Bfp4, DataFormat::Lf8}) {
    EXPECT_FALSE(IsSupportedFormat(format));
    EXPECT_THROW(UnpackToSource(format, l1.data(), false, false, tile), std::invalid_argument);
  }
}

}  // namespace
}  // namespace tt_simulator
