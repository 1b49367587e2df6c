/*!
 * \file numerics_benchmark.cc
 * \brief Time of one tile operation of src/simulator/numerics, one thread.
 *
 * Operands are standard normal numbers. `--benchmark_filter` selects; times are per tile.
 */
#include <benchmark/benchmark.h>

#include <bit>
#include <cstring>
#include <random>
#include <vector>

#include "simulator/numerics/matrix_unit.h"
#include "simulator/numerics/pack.h"
#include "simulator/numerics/sfpu.h"
#include "simulator/numerics/unpack.h"

namespace {

using namespace tt_simulator;  // NOLINT: nothing but calls into this namespace.

constexpr DataFormat kFormats[] = {DataFormat::Float16_b, DataFormat::Float32, DataFormat::Bfp8_b,
                                   DataFormat::Bfp4_b};

std::vector<uint8_t> RandomL1(DataFormat format, int seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<float> normal;
  DestTile dst;
  for (uint32_t& bits : dst.bits) bits = std::bit_cast<uint32_t>(normal(generator));
  std::vector<uint8_t> l1(TileBytes(format));
  PackConfig config;
  config.format = format;
  config.fp32_dest = true;
  PackTile(dst, config, l1.data());
  return l1;
}

SourceTile RandomSource(DataFormat format, bool fp32_dest, int seed) {
  SourceTile source;
  UnpackToSource(format, RandomL1(format, seed).data(), fp32_dest, false, source);
  return source;
}

/*! \brief Arguments: fidelity, fp32_dest, fast, operand format. */
void Matmul(benchmark::State& state) {
  const MathConfig config{static_cast<MathFidelity>(state.range(0)), state.range(1) != 0,
                          state.range(2) ? Numerics::Fast : Numerics::Exact};
  const DataFormat format = kFormats[state.range(3)];
  const SourceTile in0 = RandomSource(format, config.fp32_dest, 1);
  const SourceTile in1 = RandomSource(format, config.fp32_dest, 2);
  DestTile dst{};
  for (auto _ : state) {
    MatmulAccumulate(in0, in1, config, dst);
    benchmark::DoNotOptimize(dst);
  }
}
BENCHMARK(Matmul)
    ->ArgNames({"fidelity", "fp32_dest", "fast", "format"})
    ->ArgsProduct({{0, 2, 3, 4}, {0, 1}, {0}, {0}})
    ->Args({4, 0, 0, 2})
    ->Args({4, 1, 0, 1})
    ->Args({4, 0, 1, 0})
    ->Args({4, 1, 1, 0});

/*! \brief A product whose exponents leave the common range (general path). */
void MatmulWideRange(benchmark::State& state) {
  const MathConfig config{MathFidelity::HiFi4, state.range(0) != 0, Numerics::Exact};
  SourceTile in0 = RandomSource(DataFormat::Float16_b, config.fp32_dest, 1);
  const SourceTile in1 = RandomSource(DataFormat::Float16_b, config.fp32_dest, 2);
  in0.bits[0] = 0x00800000u;
  DestTile dst{};
  for (auto _ : state) {
    MatmulAccumulate(in0, in1, config, dst);
    benchmark::DoNotOptimize(dst);
  }
}
BENCHMARK(MatmulWideRange)->ArgName("fp32_dest")->Arg(0)->Arg(1);

/*! \brief Arguments: operation, broadcast, fp32_dest, fast. */
void Eltwise(benchmark::State& state) {
  const MathConfig config{MathFidelity::HiFi4, state.range(2) != 0,
                          state.range(3) ? Numerics::Fast : Numerics::Exact};
  const SourceTile a = RandomSource(DataFormat::Float16_b, config.fp32_dest, 1);
  const SourceTile b = RandomSource(DataFormat::Float16_b, config.fp32_dest, 2);
  DestTile dst{};
  for (auto _ : state) {
    EltwiseBinary(static_cast<BinaryOp>(state.range(0)), static_cast<Broadcast>(state.range(1)), a,
                  b, config, false, dst);
    benchmark::DoNotOptimize(dst);
  }
}
BENCHMARK(Eltwise)
    ->ArgNames({"op", "broadcast", "fp32_dest", "fast"})
    ->ArgsProduct({{0, 2}, {0, 1, 2, 3}, {0, 1}, {0}})
    ->Args({0, 0, 0, 1})
    ->Args({2, 0, 0, 1});

/*! \brief Arguments: storage format, transpose. */
void Unpack(benchmark::State& state) {
  const DataFormat format = kFormats[state.range(0)];
  const std::vector<uint8_t> l1 = RandomL1(format, 1);
  SourceTile source;
  for (auto _ : state) {
    UnpackToSource(format, l1.data(), true, state.range(1) != 0, source);
    benchmark::DoNotOptimize(source);
  }
}
BENCHMARK(Unpack)->ArgNames({"format", "transpose"})->ArgsProduct({{0, 1, 2, 3}, {0, 1}});

/*! \brief Arguments: storage format, fp32_dest, L1 accumulation. */
void Pack(benchmark::State& state) {
  PackConfig config;
  config.format = kFormats[state.range(0)];
  config.fp32_dest = state.range(1) != 0;
  config.l1_accumulate = state.range(2) != 0;
  DestTile dst;
  std::mt19937 generator(1);
  std::normal_distribution<float> normal;
  for (uint32_t& bits : dst.bits) bits = std::bit_cast<uint32_t>(normal(generator)) & 0xffff0000u;
  std::vector<uint8_t> l1(TileBytes(config.format));
  for (auto _ : state) {
    PackTile(dst, config, l1.data());
    benchmark::DoNotOptimize(l1.data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(Pack)
    ->ArgNames({"format", "fp32_dest", "l1_accumulate"})
    ->ArgsProduct({{0, 1, 2, 3}, {0, 1}, {0}})
    ->Args({0, 0, 1})
    ->Args({1, 1, 1});

void Copy(benchmark::State& state) {
  const SourceTile source = RandomSource(DataFormat::Float16_b, state.range(0) != 0, 1);
  DestTile dst;
  for (auto _ : state) {
    CopySourceToDest(DataFormat::Float16_b, source, state.range(0) != 0, dst);
    benchmark::DoNotOptimize(dst);
  }
}
BENCHMARK(Copy)->ArgName("fp32_dest")->Arg(0)->Arg(1);

/*! \brief Arguments: pool, dimension, fp32_dest. */
void Reduce(benchmark::State& state) {
  ReduceConfig config;
  config.pool = static_cast<PoolType>(state.range(0));
  config.dim = static_cast<ReduceDim>(state.range(1));
  config.math.fp32_dest = state.range(2) != 0;
  const SourceTile data = RandomSource(DataFormat::Float16_b, config.math.fp32_dest, 1);
  SourceTile scaler{};
  for (int face = 0; face < 4; ++face) {
    for (int col = 0; col < 16; ++col) scaler.bits[256 * face + col] = 0x3f800000u;
  }
  DestTile dst{};
  for (auto _ : state) {
    ReduceAccumulate(config, data, scaler, dst);
    benchmark::DoNotOptimize(dst);
  }
}
BENCHMARK(Reduce)->ArgNames({"pool", "dim", "fp32_dest"})->ArgsProduct({{0, 2}, {0, 1, 2}, {0, 1}});

}  // namespace

BENCHMARK_MAIN();
