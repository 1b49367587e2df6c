// float16: every pattern through unpacker and packer, and the matrix unit with a float16 DST.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <string>
#include <vector>

#include "random_tiles.h"
#include "simulator/numerics/matrix_unit.h"
#include "simulator/numerics/pack.h"
#include "simulator/numerics/unpack.h"

namespace tt_simulator {
namespace {

using testing::ForEachTarget;

/*! \brief The number of a pattern as the matrix unit reads it. */
double ValueOf(uint16_t half) {
  const int exponent = half >> 10 & 31;
  if (exponent == 0) return 0;
  const double magnitude = std::ldexp(1024 + (half & 1023), exponent - 25);
  return half & 0x8000 ? -magnitude : magnitude;
}

/*! \brief Half away from zero to `bits` significant bits. */
double Rounded(double value, int bits) {
  if (value == 0) return 0;
  const int exponent = std::ilogb(value) - (bits - 1);
  return std::ldexp(std::round(std::ldexp(value, -exponent)), exponent);
}

/*! \brief What float16 keeps of a number with at most 11 significant bits. */
double Stored(double value) {
  if (std::fabs(value) < 0x1p-14) return 0;
  return std::copysign(std::min(std::fabs(value), 131008.0), value);
}

float Float(uint32_t bits) { return std::bit_cast<float>(bits); }

std::vector<uint16_t> Packed(const DestTile& tile, bool half_dest, PackConfig config = {}) {
  std::vector<uint16_t> result(kTileElements);
  config.format = DataFormat::Float16;
  config.fp32_dest = !half_dest;
  config.half_dest = half_dest;
  PackTile(tile, config, reinterpret_cast<uint8_t*>(result.data()));
  return result;
}

TEST(Half, EveryPatternThroughUnpackerAndPacker) {
  ForEachTarget([](const std::string& target) {
    for (uint32_t first = 0; first < 65536; first += kTileElements) {
      std::vector<uint16_t> halves(kTileElements);
      for (int i = 0; i < kTileElements; ++i) halves[i] = static_cast<uint16_t>(first + i);
      SourceTile source;
      UnpackToSource(DataFormat::Float16, reinterpret_cast<const uint8_t*>(halves.data()), false,
                     false, source);
      DestTile dest;
      CopySourceToDest(DataFormat::Float16, source, false, dest);
      const std::vector<uint16_t> packed = Packed(dest, /*half_dest=*/true);
      for (int i = 0; i < kTileElements; ++i) {
        ASSERT_EQ(Float(source.bits[i]), ValueOf(halves[i])) << target << " " << halves[i];
        ASSERT_EQ(packed[i], ValueOf(halves[i]) == 0 ? 0 : halves[i]) << target;
      }
    }
  });
}

TEST(Half, A32BitDestIsRoundedToBfloat16First) {
  std::mt19937 generator(1);
  ForEachTarget([&](const std::string& target) {
    DestTile tile;
    for (uint32_t& bits : tile.bits) {
      bits = (generator() & 0x807fffffu) | (105 + generator() % 45) << 23;
    }
    const std::vector<uint16_t> packed = Packed(tile, /*half_dest=*/false);
    for (int i = 0; i < kTileElements; ++i) {
      ASSERT_EQ(ValueOf(packed[i]), Stored(Rounded(Float(tile.bits[i]), 8)))
          << target << " " << Float(tile.bits[i]);
    }
  });
}

TEST(Half, ReluAndAccumulation) {
  DestTile tile{};
  tile.bits[0] = std::bit_cast<uint32_t>(-2.0f);
  tile.bits[1] = std::bit_cast<uint32_t>(3.0f);
  const std::vector<uint16_t> packed = Packed(tile, true, {.relu = PackRelu::Zero});
  EXPECT_EQ(ValueOf(packed[0]), 0);
  EXPECT_EQ(ValueOf(packed[1]), 3);
  EXPECT_THROW(Packed(tile, true, {.l1_accumulate = true}), std::invalid_argument);
}

SourceTile RandomHalves(std::mt19937& generator, uint32_t low_exponent, uint32_t high_exponent) {
  SourceTile tile;
  const uint32_t span = high_exponent - low_exponent + 1;
  for (uint32_t& bits : tile.bits) {
    bits = (generator() & 0x807fe000u) | (127 + low_exponent + generator() % span) << 23;
  }
  return tile;
}

constexpr MathConfig kHalf = {.half_dest = true};

TEST(Half, SumsAreRoundedOnceToElevenBits) {
  std::mt19937 generator(2);
  const SourceTile a = RandomHalves(generator, -13, 16), b = RandomHalves(generator, -13, 16);
  for (const BinaryOp op : {BinaryOp::Add, BinaryOp::Sub}) {
    DestTile sum{};
    EltwiseBinary(op, Broadcast::None, a, b, kHalf, false, sum);
    for (int i = 0; i < kTileElements; ++i) {
      const double x = Float(a.bits[i]), y = Float(b.bits[i]) * (op == BinaryOp::Add ? 1 : -1);
      // Both operands are first rounded to the grid of the larger one.
      const int unit = std::max(std::ilogb(x), std::ilogb(y)) - 10;
      auto on_grid = [unit](double v) {
        return std::ldexp(std::round(std::ldexp(v, -unit)), unit);
      };
      ASSERT_EQ(Float(sum.bits[i]), Stored(Rounded(on_grid(x) + on_grid(y), 11))) << x << " " << y;
    }
  }
}

TEST(Half, ProductsOfSmallIntegersAreExact) {
  std::mt19937 generator(3);
  SourceTile a, b;
  for (int i = 0; i < kTileElements; ++i) {
    a.bits[i] = std::bit_cast<uint32_t>(static_cast<float>(generator() % 9) - 4);
    b.bits[i] = std::bit_cast<uint32_t>(static_cast<float>(generator() % 9) - 4);
  }
  DestTile product{}, sums{};
  MatmulAccumulate(a, b, kHalf, product);
  SourceTile scaler{};
  for (int face = 0; face < 4; ++face) {
    std::fill_n(scaler.bits + 256 * face, kFaceDim, std::bit_cast<uint32_t>(1.0f));
  }
  for (const ReduceDim dim : {ReduceDim::Row, ReduceDim::Col, ReduceDim::Scalar}) {
    ReduceAccumulate({.dim = dim, .math = kHalf}, a, scaler, sums);
    double expected = 0;
    for (int i = 0; i < kTileDim; ++i) {
      if (dim == ReduceDim::Row) expected += Float(a.bits[TileIndex(0, i)]);
      if (dim == ReduceDim::Col) expected += Float(a.bits[TileIndex(i, 5)]);
    }
    if (dim == ReduceDim::Scalar) {
      for (const uint32_t bits : a.bits) expected += Float(bits);
    }
    const int index = dim == ReduceDim::Col ? TileIndex(0, 5) : 0;
    EXPECT_EQ(Float(sums.bits[index]), expected) << static_cast<int>(dim);
    sums = {};
  }
  for (int row = 0; row < kTileDim; ++row) {
    for (int col = 0; col < kTileDim; ++col) {
      double expected = 0;
      for (int k = 0; k < kTileDim; ++k) {
        expected += double{Float(a.bits[TileIndex(row, k)])} * Float(b.bits[TileIndex(k, col)]);
      }
      ASSERT_EQ(Float(product.bits[TileIndex(row, col)]), expected);
    }
  }
}

TEST(Half, TooLargeIsTheLargestNumberTooSmallIsZero) {
  SourceTile large, small;
  for (uint32_t& bits : large.bits) bits = std::bit_cast<uint32_t>(-60000.0f);
  for (uint32_t& bits : small.bits) bits = std::bit_cast<uint32_t>(0x1p-10f);
  DestTile dest{};
  EltwiseBinary(BinaryOp::Mul, Broadcast::None, large, large, kHalf, false, dest);
  EXPECT_EQ(Float(dest.bits[0]), 131008.0f);
  EXPECT_EQ(Packed(dest, true)[0], 0x7fff);
  EltwiseBinary(BinaryOp::Mul, Broadcast::None, small, small, kHalf, false, dest);
  EXPECT_EQ(dest.bits[0], 0u);
}

TEST(Half, A32BitDestComputesAsWithOtherFormats) {
  std::mt19937 generator(4);
  const SourceTile a = RandomHalves(generator, -3, 3), b = RandomHalves(generator, -3, 3);
  DestTile narrow{}, wide{};
  MatmulAccumulate(a, b, kHalf, narrow);
  MatmulAccumulate(a, b, {.fp32_dest = true}, wide);
  for (int i = 0; i < kTileElements; ++i) {
    // Eight steps of accumulation, each rounded to 11 bits.
    EXPECT_NEAR(Float(narrow.bits[i]), Float(wide.bits[i]), 8 * 0x1p-11 * 512);
  }
}

}  // namespace
}  // namespace tt_simulator
