#include <gtest/gtest.h>

#include "random_tiles.h"
#include "simulator/numerics/broadcast.h"
#include "simulator/numerics/matrix_unit.h"
#include "simulator/numerics/scalar_model.h"

namespace tt_simulator {
namespace {

using testing::ForEachTarget;
using testing::RandomKind;
using testing::RandomTile;

constexpr MathFidelity kFidelities[] = {MathFidelity::LoFi, MathFidelity::HiFi2,
                                        MathFidelity::HiFi3, MathFidelity::HiFi4};

/*! \brief The plain definition, element by element. */
void Reference(BinaryOp op, Broadcast broadcast, const SourceTile& a, const SourceTile& b,
               const MathConfig& config, bool accumulate, DestTile& dst, int broadcast_row) {
  const int phases =
      op == BinaryOp::Mul ? scalar_model::PhaseCount(static_cast<int>(config.fidelity)) : 1;
  for (int i = 0; i < kTileElements; ++i) {
    const uint32_t x = a.bits[i];
    const uint32_t y =
        b.bits[BroadcastIndex(broadcast, RowOfIndex(i), ColOfIndex(i), broadcast_row)];
    uint32_t acc = accumulate ? dst.bits[i] : 0;
    for (int phase = 0; phase < phases; ++phase) {
      const scalar_model::Group group =
          op == BinaryOp::Mul
              ? scalar_model::Product(x, y, phase)
              : scalar_model::Sum(x, op == BinaryOp::Sub ? y ^ scalar_model::kSignBit : y);
      acc = scalar_model::Accumulate(acc, group, {}, config.fp32_dest);
    }
    dst.bits[i] = acc;
  }
}

TEST(Eltwise, EveryTargetAgreesWithTheScalarModel) {
  std::mt19937 generator(17);
  for (int round = 0; round < 1500; ++round) {
    const auto op = static_cast<BinaryOp>(generator() % 3);
    const auto broadcast = static_cast<Broadcast>(generator() % 4);
    const bool accumulate = generator() % 3 == 0;
    const int broadcast_row = static_cast<int>(generator() % 32);
    MathConfig config;
    config.fidelity = kFidelities[generator() % 4];
    config.fp32_dest = generator() & 1;
    const uint32_t mask = generator() & 1 ? 0xffffe000u : 0xffff0000u;
    const auto kind = RandomKind(generator);
    const auto a = RandomTile<SourceTile>(kind, mask, generator);
    const auto b =
        RandomTile<SourceTile>(generator() & 1 ? kind : RandomKind(generator), mask, generator);
    const auto dst = RandomTile<DestTile>(RandomKind(generator),
                                          config.fp32_dest ? 0xffffffffu : 0xffff0000u, generator);
    DestTile expected = dst;
    Reference(op, broadcast, a, b, config, accumulate, expected, broadcast_row);
    ForEachTarget([&](const std::string& target) {
      DestTile actual = dst;
      EltwiseBinary(op, broadcast, a, b, config, accumulate, actual, broadcast_row);
      for (int i = 0; i < kTileElements; ++i) {
        ASSERT_EQ(actual.bits[i], expected.bits[i])
            << target << " round " << round << " op " << static_cast<int>(op) << " element " << i
            << std::hex << " a " << a.bits[i] << " b " << b.bits[i];
      }
    });
    if (HasFatalFailure()) return;
  }
}

TEST(Eltwise, FastIsFloatArithmeticRoundedOnce) {
  std::mt19937 generator(18);
  const auto a = RandomTile<SourceTile>(testing::Kind::Normal, 0xffff0000u, generator);
  const auto b = RandomTile<SourceTile>(testing::Kind::Normal, 0xffff0000u, generator);
  MathConfig config;
  config.numerics = Numerics::Fast;
  config.fp32_dest = true;
  ForEachTarget([&](const std::string& target) {
    DestTile dst{};
    EltwiseBinary(BinaryOp::Mul, Broadcast::None, a, b, config, false, dst);
    for (int i = 0; i < kTileElements; ++i) {
      ASSERT_EQ(std::bit_cast<float>(dst.bits[i]),
                std::bit_cast<float>(a.bits[i]) * std::bit_cast<float>(b.bits[i]))
          << target;
    }
  });
}

TEST(Copy, EveryTargetFlushesOnlyIntoA32BitDest) {
  std::mt19937 generator(19);
  const auto source = RandomTile<SourceTile>(testing::Kind::AnyBits, 0xffffe000u, generator);
  for (const bool fp32_dest : {false, true}) {
    ForEachTarget([&](const std::string& target) {
      DestTile floats, integers;
      CopySourceToDest(DataFormat::Float32, source, fp32_dest, floats);
      CopySourceToDest(DataFormat::UInt16, source, fp32_dest, integers);
      for (int i = 0; i < kTileElements; ++i) {
        const uint32_t x = source.bits[i];
        ASSERT_EQ(floats.bits[i], fp32_dest ? scalar_model::Flush(x) : x) << target;
        ASSERT_EQ(integers.bits[i], x) << target;
      }
    });
  }
}

TEST(Copy, BroadcastRepeatsRowColumnAndScalar) {
  std::mt19937 generator(20);
  const auto source = RandomTile<SourceTile>(testing::Kind::Normal, 0xffff0000u, generator);
  for (const Broadcast kind :
       {Broadcast::None, Broadcast::Row, Broadcast::Col, Broadcast::Scalar}) {
    DestTile dst;
    BroadcastSourceToDest(DataFormat::Float16_b, kind, source, false, dst);
    for (int row = 0; row < kTileDim; ++row) {
      for (int col = 0; col < kTileDim; ++col) {
        const bool by_row = kind == Broadcast::None || kind == Broadcast::Col;
        const bool by_col = kind == Broadcast::None || kind == Broadcast::Row;
        ASSERT_EQ(dst.bits[TileIndex(row, col)],
                  source.bits[TileIndex(by_row ? row : 0, by_col ? col : 0)]);
      }
    }
  }
}

TEST(Copy, TransposeIsTheSameOnEveryTarget) {
  std::mt19937 generator(21);
  const auto original = RandomTile<DestTile>(testing::Kind::AnyBits, 0xffffffffu, generator);
  ForEachTarget([&](const std::string& target) {
    DestTile dst = original;
    TransposeDest(dst);
    for (int row = 0; row < kTileDim; ++row) {
      for (int col = 0; col < kTileDim; ++col) {
        ASSERT_EQ(dst.bits[TileIndex(col, row)], original.bits[TileIndex(row, col)]) << target;
      }
    }
  });
}

TEST(Copy, DestReadBackAsSourceIsTruncated) {
  std::mt19937 generator(22);
  const auto dst = RandomTile<DestTile>(testing::Kind::Normal, 0xffffffffu, generator);
  SourceTile tf32, bfloat16;
  DestToSource(dst, true, tf32);
  DestToSource(dst, false, bfloat16);
  for (int i = 0; i < kTileElements; ++i) {
    ASSERT_EQ(tf32.bits[i], dst.bits[i] & 0xffffe000u);
    ASSERT_EQ(bfloat16.bits[i], dst.bits[i] & 0xffff0000u);
  }
}

}  // namespace
}  // namespace tt_simulator
