// Calls of kernels that program the vector unit themselves, register by register.
#include <algorithm>

#include "abi_compute.h"
#include "simulation.h"
#include "simulator/numerics/sfpu_registers.h"
#include "timing/engine_cost.h"

namespace tt_simulator::abi {
namespace {

using Lanes = SfpuRegisters::Lanes;

constexpr const char* kCall = "vector unit instruction";
/// Rows of a tile in DST: four faces of 16.
constexpr uint32_t kTileRows = 64;

LaneFormat FormatOf(const Risc& risc) {
  return risc.engine->config().fp32_dest_acc_en ? LaneFormat::Float32 : LaneFormat::Bfloat16;
}

Lanes LanesAt(const uint32_t* words) {
  Lanes lanes;
  std::copy_n(words, lanes.size(), lanes.begin());
  return lanes;
}

void RequireMath(Risc& risc) {
  if (risc.role == tt_simulator_abi::kMath) return;
  risc.simulation->Raise(risc, Violation::kUnsupportedOperation, -1, fmt::arg("call", kCall),
                         fmt::arg("detail", "only the math thread drives the vector unit here"));
}

}  // namespace

void lanes_load(Risc& risc, uint32_t row, uint32_t* lanes, Site) {
  RequireMath(risc);
  risc.engine->RequireSfpuInit(risc, kCall, 0);
  SfpuRegisters registers(FormatOf(risc));
  registers.Load(0, risc.engine->WrittenDest(risc, kCall, row / kTileRows), row % kTileRows);
  std::copy_n(registers[0].begin(), registers[0].size(), lanes);
}

void lanes_store(Risc& risc, uint32_t row, const uint32_t* lanes, uint32_t active, Site) {
  RequireMath(risc);
  risc.engine->RequireSfpuInit(risc, kCall, 0);
  DestTile& tile = risc.engine->DestForMath(risc, kCall, row / kTileRows);
  SfpuRegisters registers(FormatOf(risc));
  registers.Load(0, tile, row % kTileRows);
  for (uint32_t lane = 0; lane < kRegisterLanes; ++lane) {
    if (active >> lane & 1) registers[0][lane] = lanes[lane];
  }
  registers.Store(0, tile, row % kTileRows);
  risc.engine->MarkWritten(row / kTileRows);
}

void lanes_multiply_add(Risc&, const uint32_t* a, const uint32_t* b, const uint32_t* c,
                        uint32_t* result) {
  Lanes sum;
  MultiplyAddLanes(sum, LanesAt(a), LanesAt(b), LanesAt(c));
  std::copy(sum.begin(), sum.end(), result);
}

/// One register through the program of a unary call; its cycles.
uint32_t lanes_unary(Risc& risc, uint32_t op, uint32_t* lanes, const uint32_t* parameters,
                     uint32_t count) {
  RequireMath(risc);
  SfpuConfig config{.fp32_dest = risc.engine->config().fp32_dest_acc_en, .mode = VectorMode::None};
  std::copy_n(parameters, std::min<size_t>(count, config.params.size()), config.params.begin());
  const auto unary = static_cast<SfpuUnaryOp>(op);
  Lanes result = LanesAt(lanes);
  UnaryLanes(unary, config, result);
  std::copy(result.begin(), result.end(), lanes);
  const tt_target::TimingModel& model = risc.simulation->timing_model();
  return timing::Vector(model, unary, config.fp32_dest, VectorMode::RC) / model.sfpu_vectors;
}

void lanes_done(Risc& risc, uint32_t cycles, Site) {
  RequireMath(risc);
  risc.simulation->Account(risc, Cost::kSfpuTile, 1);
  risc.engine->RecordEngine(risc, timing::EventKind::kVector, cycles,
                            risc.simulation->timing_model().tile_call);
}

}  // namespace tt_simulator::abi
