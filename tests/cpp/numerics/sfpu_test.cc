#include "simulator/numerics/sfpu.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <optional>
#include <stdexcept>

#include "random_tiles.h"

namespace tt_simulator {
namespace {

using testing::ForEachTarget;
using testing::Kind;
using testing::RandomTile;

/*! \brief Runs `operation` on every instruction set and expects the same tile from each. */
void ExpectSameOnAllTargets(const std::function<DestTile()>& operation, const std::string& what) {
  std::optional<DestTile> first;
  ForEachTarget([&](const std::string& target) {
    const DestTile tile = operation();
    if (!first) {
      first = tile;
      return;
    }
    for (int i = 0; i < kTileElements; ++i) {
      ASSERT_EQ(tile.bits[i], first->bits[i]) << what << " element " << i << " on " << target;
    }
  });
}

constexpr Kind kKinds[] = {Kind::Normal, Kind::WideExponent, Kind::AnyBits};

TEST(Sfpu, UnaryIsTheSameOnAllTargets) {
  std::mt19937 generator(3);
  for (int op = 0; op < static_cast<int>(SfpuUnaryOp::Count); ++op) {
    for (const bool fp32_dest : {false, true}) {
      for (const Kind kind : kKinds) {
        const DestTile input =
            RandomTile<DestTile>(kind, fp32_dest ? 0xffffffffu : 0xffff0000u, generator);
        SfpuConfig config;
        config.fp32_dest = fp32_dest;
        config.params = {0x3f000000u, 0x40200000u, 0x41a00000u};
        if (static_cast<SfpuUnaryOp>(op) == SfpuUnaryOp::Round) config.params[0] = 2;
        if (static_cast<SfpuUnaryOp>(op) == SfpuUnaryOp::PowerIterative) config.params[0] = 11;
        ExpectSameOnAllTargets(
            [&] {
              DestTile tile = input;
              SfpuUnary(static_cast<SfpuUnaryOp>(op), config, tile);
              return tile;
            },
            "unary " + std::to_string(op));
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(Sfpu, BinaryAndTernaryAreTheSameOnAllTargets) {
  std::mt19937 generator(4);
  for (const bool fp32_dest : {false, true}) {
    for (const Kind kind : kKinds) {
      const uint32_t mask = fp32_dest ? 0xffffffffu : 0xffff0000u;
      const auto a = RandomTile<DestTile>(kind, mask, generator);
      const auto b = RandomTile<DestTile>(kind, mask, generator);
      const auto c = RandomTile<DestTile>(kind, mask, generator);
      SfpuConfig config;
      config.fp32_dest = fp32_dest;
      config.params[0] = 0x40490fdbu;
      for (int op = 0; op < static_cast<int>(SfpuBinaryOp::Count); ++op) {
        ExpectSameOnAllTargets(
            [&] {
              DestTile out;
              SfpuBinary(static_cast<SfpuBinaryOp>(op), config, a, b, out);
              return out;
            },
            "binary " + std::to_string(op));
        if (HasFatalFailure()) return;
      }
      for (int op = 0; op < static_cast<int>(SfpuTernaryOp::Count); ++op) {
        ExpectSameOnAllTargets(
            [&] {
              DestTile out;
              SfpuTernary(static_cast<SfpuTernaryOp>(op), config, a, b, c, out);
              return out;
            },
            "ternary " + std::to_string(op));
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(Sfpu, TypecastsAreTheSameOnAllTargets) {
  std::mt19937 generator(5);
  constexpr DataFormat kFormats[] = {DataFormat::Float32, DataFormat::Float16_b, DataFormat::Bfp8_b,
                                     DataFormat::Int32,   DataFormat::UInt32,    DataFormat::UInt16,
                                     DataFormat::UInt8,   DataFormat::Int8};
  SfpuConfig config;
  config.fp32_dest = true;
  for (const DataFormat from : kFormats) {
    for (const DataFormat to : kFormats) {
      const auto input = RandomTile<DestTile>(Kind::AnyBits, 0xffffffffu, generator);
      DestTile probe = input;
      try {
        SfpuTypecast(from, to, config, probe);
      } catch (const std::invalid_argument&) {
        continue;
      }
      ExpectSameOnAllTargets(
          [&] {
            DestTile tile = input;
            SfpuTypecast(from, to, config, tile);
            return tile;
          },
          "typecast");
      if (HasFatalFailure()) return;
    }
  }
}

DestTile Filled(float value) {
  DestTile tile;
  for (uint32_t& bits : tile.bits) bits = std::bit_cast<uint32_t>(value);
  return tile;
}

/*! \brief Largest relative error of a program against the C library, in float32 steps. */
double WorstError(SfpuUnaryOp op, double (*function)(double), float low, float high,
                  bool fp32_dest) {
  std::mt19937 generator(6);
  std::uniform_real_distribution<float> uniform(low, high);
  DestTile input;
  const uint32_t mask = fp32_dest ? 0xffffffffu : 0xffff0000u;
  for (uint32_t& bits : input.bits) bits = std::bit_cast<uint32_t>(uniform(generator)) & mask;
  DestTile tile = input;
  SfpuConfig config;
  config.fp32_dest = fp32_dest;
  SfpuUnary(op, config, tile);
  double worst = 0;
  for (int i = 0; i < kTileElements; ++i) {
    const double exact = function(std::bit_cast<float>(input.bits[i]));
    const double step = std::ldexp(1.0, std::ilogb(exact) - (fp32_dest ? 23 : 7));
    worst = std::max(worst, std::abs(std::bit_cast<float>(tile.bits[i]) - exact) / step);
  }
  return worst;
}

struct Accuracy {
  const char* name;
  SfpuUnaryOp op;
  double (*function)(double);
  float low, high;
  double steps_fp32; /*!< bound in steps of float32, negative: no 32-bit program of this accuracy */
  double steps_bfloat16;
};

/*! \brief Programs without measurements (or with few) compute the function they are named after. */
TEST(Sfpu, ProgramsApproximateTheirFunctions) {
  const Accuracy kTable[] = {
      {"exp", SfpuUnaryOp::Exp, [](double x) { return std::exp(x); }, -80, 80, 3, 1},
      {"exp2", SfpuUnaryOp::Exp2, [](double x) { return std::exp2(x); }, -120, 120, 3, 1},
      {"expm1", SfpuUnaryOp::Expm1, [](double x) { return std::expm1(x); }, -10, 10, 4, 1},
      {"log", SfpuUnaryOp::Log, [](double x) { return std::log(x); }, 0.001f, 100, 4, 1},
      {"log1p", SfpuUnaryOp::Log1p, [](double x) { return std::log1p(x); }, 0.001f, 100, 4, 1},
      {"tanh", SfpuUnaryOp::Tanh, [](double x) { return std::tanh(x); }, -5, 5, 4, 2},
      {"tan", SfpuUnaryOp::Tan, [](double x) { return std::tan(x); }, -1.4f, 1.4f, 4, 1},
      {"cos", SfpuUnaryOp::Cos, [](double x) { return std::cos(x); }, -1.4f, 1.4f, 4, 1},
      {"sigmoid", SfpuUnaryOp::Sigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }, -10, 10, 4,
       1},
      {"gelu", SfpuUnaryOp::GeluAccurate,
       [](double x) { return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))); }, -2, 4, 64, 1},
      {"gelu_tanh", SfpuUnaryOp::GeluTanh,
       [](double x) {
         return 0.5 * x * (1 + std::tanh(0.7978845608 * (x + 0.044715 * x * x * x)));
       },
       -2, 4, 64, 1},
      {"mish", SfpuUnaryOp::Mish, [](double x) { return x * std::tanh(std::log1p(std::exp(x))); },
       -5, 7, 16, 4},
      {"atan", SfpuUnaryOp::Atan, [](double x) { return std::atan(x); }, -9, 9, 1, 1},
      {"sinh", SfpuUnaryOp::Sinh, [](double x) { return std::sinh(x); }, -9, 9, 1, 1},
  };
  for (const Accuracy& row : kTable) {
    EXPECT_LE(WorstError(row.op, row.function, row.low, row.high, true), row.steps_fp32)
        << row.name;
    EXPECT_LE(WorstError(row.op, row.function, row.low, row.high, false), row.steps_bfloat16)
        << row.name;
  }
}

TEST(Sfpu, PowersOfBothSigns) {
  SfpuConfig config;
  config.fp32_dest = true;
  config.params[0] = std::bit_cast<uint32_t>(3.0f);
  DestTile tile = Filled(-2.0f);
  SfpuUnary(SfpuUnaryOp::Power, config, tile);
  EXPECT_NEAR(std::bit_cast<float>(tile.bits[0]), -8.0f, 1e-5f);

  DestTile out;
  SfpuBinary(SfpuBinaryOp::Power, config, Filled(9.0f), Filled(-0.5f), out);
  EXPECT_NEAR(std::bit_cast<float>(out.bits[0]), 1.0f / 3.0f, 1e-6f);
}

TEST(Sfpu, ScaledExponentials) {
  SfpuConfig config;
  config.fp32_dest = true;
  config.params[0] = std::bit_cast<uint32_t>(0.5f);
  auto run = [&](SfpuUnaryOp op, float x) {
    DestTile tile = Filled(x);
    SfpuUnary(op, config, tile);
    return std::bit_cast<float>(tile.bits[0]);
  };
  EXPECT_NEAR(run(SfpuUnaryOp::ExpScaled, 2.0f), std::exp(1.0f), 1e-6f);
  EXPECT_NEAR(run(SfpuUnaryOp::ExpApproxScaled, -2.0f), std::exp(-1.0f), 0.03f);
  EXPECT_NEAR(run(SfpuUnaryOp::ExpApproxUnclamped, -2.0f), std::exp(-1.0f), 0.03f);
  EXPECT_EQ(run(SfpuUnaryOp::ExpApproxScaled, -1000.0f), 0.0f);
  EXPECT_LT(run(SfpuUnaryOp::ExpApproxUnclamped, -1000.0f), 0.0f);
}

TEST(Sfpu, LogarithmsOfOtherBases) {
  SfpuConfig config;
  config.fp32_dest = true;
  config.params[0] = std::bit_cast<uint32_t>(1.0f / std::log(2.0f));
  for (const SfpuUnaryOp op : {SfpuUnaryOp::LogWithBase, SfpuUnaryOp::LogBaseTwo}) {
    DestTile tile = Filled(10.0f);
    SfpuUnary(op, config, tile);
    EXPECT_NEAR(std::bit_cast<float>(tile.bits[0]), std::log2(10.0f), 1e-6f);
  }
  DestTile tile = Filled(0.0f);
  SfpuUnary(SfpuUnaryOp::Log, config, tile);
  EXPECT_EQ(tile.bits[0], 0xff800000u);
  tile = Filled(-1.0f);
  SfpuUnary(SfpuUnaryOp::Log, config, tile);
  EXPECT_TRUE(std::isnan(std::bit_cast<float>(tile.bits[0])));
}

TEST(Sfpu, RemainderHasTheSignOfTheDividend) {
  SfpuConfig config;
  config.fp32_dest = true;
  DestTile out;
  SfpuBinary(SfpuBinaryOp::Fmod, config, Filled(-7.5f), Filled(2.0f), out);
  EXPECT_EQ(std::bit_cast<float>(out.bits[0]), -1.5f);
}

TEST(Sfpu, DivisionIsCorrectlyRoundedForOrdinaryQuotients) {
  std::mt19937 generator(8);
  SfpuConfig config;
  config.fp32_dest = true;
  const auto a = RandomTile<DestTile>(Kind::Normal, 0xffffffffu, generator);
  const auto b = RandomTile<DestTile>(Kind::Normal, 0xffffffffu, generator);
  DestTile out;
  SfpuBinary(SfpuBinaryOp::Div, config, a, b, out);
  for (int i = 0; i < kTileElements; ++i) {
    const double exact =
        static_cast<double>(std::bit_cast<float>(a.bits[i])) / std::bit_cast<float>(b.bits[i]);
    const double step = std::ldexp(1.0, std::ilogb(exact) - 23);
    EXPECT_LE(std::abs(std::bit_cast<float>(out.bits[i]) - exact), 2 * step);
  }
}

TEST(Sfpu, VectorModeLeavesTheOtherFacesAlone) {
  for (const VectorMode mode : {VectorMode::R, VectorMode::C, VectorMode::None}) {
    DestTile tile = Filled(2.0f);
    SfpuConfig config;
    config.fp32_dest = true;
    config.mode = mode;
    SfpuUnary(SfpuUnaryOp::Square, config, tile);
    for (int face = 0; face < 4; ++face) {
      const bool covered = mode == VectorMode::None ? face == 0
                           : mode == VectorMode::R  ? face < 2
                                                    : face % 2 == 0;
      EXPECT_EQ(std::bit_cast<float>(tile.bits[256 * face + 255]), covered ? 4.0f : 2.0f);
    }
  }
}

TEST(Sfpu, CumsumRunsDownTheRowsAndOverTiles) {
  std::array<float, kTileDim> carry;
  SfpuConfig config;
  config.fp32_dest = true;
  DestTile tile = Filled(1.0f);
  SfpuCumsum(true, config, carry, tile);
  EXPECT_EQ(std::bit_cast<float>(tile.bits[TileIndex(31, 31)]), 32.0f);
  tile = Filled(1.0f);
  SfpuCumsum(false, config, carry, tile);
  EXPECT_EQ(std::bit_cast<float>(tile.bits[TileIndex(0, 5)]), 33.0f);
}

TEST(Sfpu, IntegerTypecastsSaturate) {
  SfpuConfig config;
  config.fp32_dest = true;
  auto cast = [&](float value, DataFormat to) {
    DestTile tile = Filled(value);
    SfpuTypecast(DataFormat::Float32, to, config, tile);
    return tile.bits[0];
  };
  EXPECT_EQ(cast(-2.9f, DataFormat::Int32), static_cast<uint32_t>(-2));
  EXPECT_EQ(cast(3e9f, DataFormat::Int32), 0x7fffffffu);
  EXPECT_EQ(cast(-3e9f, DataFormat::Int32), 0x80000000u);
  EXPECT_EQ(cast(3e9f, DataFormat::UInt32), 3000000000u);
  EXPECT_EQ(cast(-1.0f, DataFormat::UInt32), 0u);
  EXPECT_EQ(cast(70000.0f, DataFormat::UInt16), 65535u);
  EXPECT_EQ(cast(2.5f, DataFormat::UInt16), 3u);
  EXPECT_EQ(cast(300.0f, DataFormat::UInt8), 44u);
}

TEST(Sfpu, UnknownOperationsAreRefused) {
  DestTile tile{};
  EXPECT_THROW(SfpuUnary(SfpuUnaryOp::Count, {}, tile), std::invalid_argument);
  EXPECT_THROW(SfpuBinary(SfpuBinaryOp::Count, {}, tile, tile, tile), std::invalid_argument);
  EXPECT_THROW(SfpuTernary(SfpuTernaryOp::Count, {}, tile, tile, tile, tile),
               std::invalid_argument);
  EXPECT_THROW(SfpuTypecast(DataFormat::Lf8, DataFormat::Int32, {}, tile), std::invalid_argument);
}

}  // namespace
}  // namespace tt_simulator
