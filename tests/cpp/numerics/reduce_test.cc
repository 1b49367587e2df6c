#include <gtest/gtest.h>

#include "random_tiles.h"
#include "simulator/numerics/matrix_unit.h"
#include "simulator/numerics/scalar_model.h"

namespace tt_simulator {
namespace {

using scalar_model::Accumulate;
using scalar_model::DotGroup;
using testing::ForEachTarget;
using testing::RandomTile;

/*! \brief One GAPOOL of a column of a face, the scaler being SrcB. */
uint32_t PoolColumn(uint32_t acc, const uint32_t* face, int col, const uint32_t* scaler, int phase,
                    bool fp32_dest) {
  return Accumulate(acc, DotGroup(face + col, 16, scaler, 1, 8, phase),
                    DotGroup(face + 128 + col, 16, scaler + 8, 1, 8, phase), fp32_dest);
}

/*! \brief The sums as the machine orders their steps. */
void ReferenceSum(const ReduceConfig& config, const SourceTile& data, const SourceTile& scaler,
                  DestTile& dst) {
  const bool wide = config.math.fp32_dest;
  const int phases = scalar_model::PhaseCount(static_cast<int>(config.math.fidelity));
  if (config.dim == ReduceDim::Row) {
    for (int row = 0; row < kTileDim; ++row) {
      uint32_t& acc = dst.bits[TileIndex(row, 0)];
      for (int phase = 0; phase < phases; ++phase) {
        for (int face = 0; face < 2; ++face) {
          const uint32_t* b = data.bits + TileIndex(row, 16 * face);
          acc = Accumulate(acc, DotGroup(scaler.bits, 1, b, 1, 8, phase),
                           DotGroup(scaler.bits + 8, 1, b + 8, 1, 8, phase), wide);
        }
      }
    }
  } else if (config.dim == ReduceDim::Col) {
    for (int col = 0; col < kTileDim; ++col) {
      uint32_t& acc = dst.bits[TileIndex(0, col)];
      for (int face = 0; face < 2; ++face) {
        for (int phase = 0; phase < phases; ++phase) {
          acc = PoolColumn(acc, data.bits + 512 * face + 256 * (col >> 4), col & 15, scaler.bits,
                           phase, wide);
        }
      }
    }
  } else {
    uint32_t partial[16];
    for (int col = 0; col < 16; ++col) {
      uint32_t acc = 0;
      for (int face = 0; face < 4; ++face) {
        for (int phase = 0; phase < phases; ++phase) {
          acc = PoolColumn(acc, data.bits + 256 * face, col, scaler.bits, phase, wide);
        }
      }
      partial[col] = acc & (wide && config.float32_input ? 0xffffe000u : 0xffff0000u);
    }
    for (int phase = 0; phase < phases; ++phase) {
      dst.bits[0] = Accumulate(dst.bits[0], DotGroup(partial, 1, scaler.bits, 1, 8, phase),
                               DotGroup(partial + 8, 1, scaler.bits + 8, 1, 8, phase), wide);
    }
  }
}

SourceTile ScalerTile(uint32_t bits) {
  SourceTile tile{};
  for (int face = 0; face < 4; ++face) {
    for (int col = 0; col < 16; ++col) tile.bits[256 * face + col] = bits;
  }
  return tile;
}

ReduceConfig RandomConfig(std::mt19937& generator) {
  constexpr MathFidelity kFidelities[] = {MathFidelity::LoFi, MathFidelity::HiFi2,
                                          MathFidelity::HiFi3, MathFidelity::HiFi4};
  ReduceConfig config;
  config.dim = static_cast<ReduceDim>(generator() % 3);
  config.math.fidelity = kFidelities[generator() % 4];
  config.math.fp32_dest = generator() & 1;
  config.float32_input = generator() & 1;
  config.dest_is_cleared = generator() & 1;
  return config;
}

TEST(Reduce, SumsAgreeWithTheScalarModelOnEveryTarget) {
  std::mt19937 generator(41);
  for (int round = 0; round < 1500; ++round) {
    const ReduceConfig config = RandomConfig(generator);
    const uint32_t mask = generator() & 1 ? 0xffffe000u : 0xffff0000u;
    const auto data = RandomTile<SourceTile>(testing::RandomKind(generator), mask, generator);
    const SourceTile scaler =
        ScalerTile(testing::RandomBits(testing::RandomKind(generator), generator) & mask);
    const auto dst =
        RandomTile<DestTile>(testing::RandomKind(generator),
                             config.math.fp32_dest ? 0xffffffffu : 0xffff0000u, generator);
    DestTile expected = dst;
    ReferenceSum(config, data, scaler, expected);
    ForEachTarget([&](const std::string& target) {
      DestTile actual = dst;
      ReduceAccumulate(config, data, scaler, actual);
      for (int i = 0; i < kTileElements; ++i) {
        ASSERT_EQ(actual.bits[i], expected.bits[i])
            << target << " round " << round << " dim " << static_cast<int>(config.dim)
            << " element " << i;
      }
    });
    if (HasFatalFailure()) return;
  }
}

TEST(Reduce, MaximumOfEveryDimension) {
  std::mt19937 generator(42);
  const auto data = RandomTile<SourceTile>(testing::Kind::Normal, 0xffff0000u, generator);
  auto value = [&](int row, int col) {
    return std::bit_cast<float>(data.bits[TileIndex(row, col)]);
  };
  ForEachTarget([&](const std::string& target) {
    for (const float in_dst : {-100.0f, 100.0f}) {
      for (const bool cleared : {false, true}) {
        ReduceConfig config;
        config.pool = PoolType::Max;
        config.dest_is_cleared = cleared;
        const float start = cleared ? -1e30f : in_dst;
        DestTile dst;
        for (uint32_t& bits : dst.bits) bits = std::bit_cast<uint32_t>(in_dst);
        config.dim = ReduceDim::Row;
        ReduceAccumulate(config, data, ScalerTile(0x3f800000u), dst);
        config.dim = ReduceDim::Col;
        DestTile columns = dst;
        for (uint32_t& bits : columns.bits) bits = std::bit_cast<uint32_t>(in_dst);
        ReduceAccumulate(config, data, ScalerTile(0x3f800000u), columns);
        float all = start;
        for (int i = 0; i < kTileDim; ++i) {
          float row = start, col = start;
          for (int j = 0; j < kTileDim; ++j) {
            row = std::max(row, value(i, j));
            col = std::max(col, value(j, i));
          }
          all = std::max(all, row);
          ASSERT_EQ(std::bit_cast<float>(dst.bits[TileIndex(i, 0)]), row) << target;
          ASSERT_EQ(std::bit_cast<float>(columns.bits[TileIndex(0, i)]), col) << target;
        }
        config.dim = ReduceDim::Scalar;
        DestTile scalar{};
        scalar.bits[0] = std::bit_cast<uint32_t>(in_dst);
        ReduceAccumulate(config, data, ScalerTile(0x3f800000u), scalar);
        ASSERT_EQ(std::bit_cast<float>(scalar.bits[0]), all) << target;
      }
    }
  });
}

}  // namespace
}  // namespace tt_simulator
