#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdio>
#include <optional>

#include "random_tiles.h"
#include "simulator/numerics/matrix_unit.h"
#include "simulator/numerics/scalar_model.h"

namespace tt_simulator {
namespace {

using testing::ForEachTarget;
using testing::Kind;
using testing::RandomTile;

/*! \brief The plain definition of one matmul_tiles, element by element. */
void Reference(const SourceTile& in0, const SourceTile& in1, const MathConfig& config,
               DestTile& dst) {
  const int phases = scalar_model::PhaseCount(static_cast<int>(config.fidelity));
  for (int row = 0; row < kTileDim; ++row) {
    for (int col = 0; col < kTileDim; ++col) {
      uint32_t& acc = dst.bits[TileIndex(row, col)];
      for (int phase = 0; phase < phases; ++phase) {
        for (int face = 0; face < 2; ++face) {
          const uint32_t* a = in1.bits + TileIndex(16 * face, col);
          const uint32_t* b = in0.bits + TileIndex(row, 16 * face);
          acc = scalar_model::Accumulate(acc, scalar_model::DotGroup(a, 16, b, 1, 8, phase),
                                         scalar_model::DotGroup(a + 128, 16, b + 8, 1, 8, phase),
                                         config.fp32_dest);
        }
      }
    }
  }
}

std::string FirstDifference(const DestTile& actual, const DestTile& expected) {
  for (int i = 0; i < kTileElements; ++i) {
    if (actual.bits[i] != expected.bits[i]) {
      char text[80];
      std::snprintf(text, sizeof(text), "element %d: %08x instead of %08x", i, actual.bits[i],
                    expected.bits[i]);
      return text;
    }
  }
  return "";
}

struct Operands {
  SourceTile in0, in1;
  DestTile dst;
  MathConfig config;
};

Operands RandomOperands(std::mt19937& generator) {
  Operands o;
  o.config.fp32_dest = generator() & 1;
  constexpr MathFidelity kFidelities[] = {MathFidelity::LoFi, MathFidelity::HiFi2,
                                          MathFidelity::HiFi3, MathFidelity::HiFi4};
  o.config.fidelity = kFidelities[generator() % 4];
  const uint32_t source_mask = generator() & 1 ? 0xffffe000u : 0xffff0000u;
  o.in0 = RandomTile<SourceTile>(testing::RandomKind(generator), source_mask, generator);
  o.in1 = RandomTile<SourceTile>(testing::RandomKind(generator), source_mask, generator);
  const uint32_t dst_mask = o.config.fp32_dest ? 0xffffffffu : 0xffff0000u;
  o.dst = RandomTile<DestTile>(testing::RandomKind(generator), dst_mask, generator);
  return o;
}

TEST(Matmul, EveryTargetAgreesWithTheScalarModel) {
  std::mt19937 generator(7);
  for (int round = 0; round < 150; ++round) {
    const Operands o = RandomOperands(generator);
    DestTile expected = o.dst;
    Reference(o.in0, o.in1, o.config, expected);
    ForEachTarget([&](const std::string& target) {
      DestTile actual = o.dst;
      MatmulAccumulate(o.in0, o.in1, o.config, actual);
      EXPECT_EQ(FirstDifference(actual, expected), "") << target << " round " << round;
    });
    if (HasFailure()) return;
  }
}

/*! \brief A long chain of products: the accumulator takes every exponent relative to the groups. */
TEST(Matmul, ChainsAgreeWithTheScalarModel) {
  std::mt19937 generator(11);
  for (const bool fp32_dest : {false, true}) {
    const MathConfig config{MathFidelity::HiFi4, fp32_dest, Numerics::Exact};
    DestTile expected{};
    DestTile actual{};
    for (int k = 0; k < 12; ++k) {
      const auto in0 = RandomTile<SourceTile>(Kind::Normal, 0xffff0000u, generator);
      const auto in1 =
          RandomTile<SourceTile>(k % 3 == 2 ? Kind::Ties : Kind::Normal, 0xffff0000u, generator);
      Reference(in0, in1, config, expected);
      MatmulAccumulate(in0, in1, config, actual);
    }
    EXPECT_EQ(FirstDifference(actual, expected), "");
  }
}

TEST(Matmul, FastIsAFloatProduct) {
  std::mt19937 generator(13);
  const auto in0 = RandomTile<SourceTile>(Kind::Normal, 0xffff0000u, generator);
  const auto in1 = RandomTile<SourceTile>(Kind::Normal, 0xffff0000u, generator);
  for (const bool fp32_dest : {false, true}) {
    const MathConfig config{MathFidelity::HiFi4, fp32_dest, Numerics::Fast};
    std::optional<DestTile> first;
    ForEachTarget([&](const std::string& target) {
      DestTile dst{};
      MatmulAccumulate(in0, in1, config, dst);
      if (!first) first = dst;
      EXPECT_EQ(FirstDifference(dst, *first), "") << target;
    });
    for (int row = 0; row < kTileDim; ++row) {
      for (int col = 0; col < kTileDim; ++col) {
        double exact = 0, magnitude = 0;
        for (int k = 0; k < kTileDim; ++k) {
          const double product =
              static_cast<double>(std::bit_cast<float>(in0.bits[TileIndex(row, k)])) *
              std::bit_cast<float>(in1.bits[TileIndex(k, col)]);
          exact += product;
          magnitude += std::abs(product);
        }
        const double actual = std::bit_cast<float>(first->bits[TileIndex(row, col)]);
        EXPECT_NEAR(actual, exact, magnitude * 1e-5 + (fp32_dest ? 0 : std::abs(exact) / 256));
      }
    }
  }
}

}  // namespace
}  // namespace tt_simulator
