// Calls of the vector unit that move data between lanes.
#include "abi_compute.h"
#include "simulation.h"
#include "simulator/numerics/sfpu_reduce.h"

namespace tt_simulator::abi {

using namespace tt_simulator_abi;  // NOLINT: enumerators of the ABI

namespace {

/// Init families beyond those of simulator_abi/sfpu.h.
constexpr uint32_t kReduceFamily = 0x10000;
constexpr uint32_t kRowProgramRecorded = 0x8000;
constexpr uint32_t kBroadcastFamily = 0x20000;

constexpr uint32_t ReduceFamily(uint32_t pool, uint32_t format) {
  return kReduceFamily | pool << 8 | format;
}

void Mismatch(Risc& risc, const char* call, const std::string& detail) {
  risc.simulation->Raise(risc, Violation::kOperandMismatch, -1, fmt::arg("call", call),
                         fmt::arg("detail", detail));
}

SfpuNumber NumberOf(DataFormat format) {
  if (format == DataFormat::Int32) return SfpuNumber::Int32;
  return format == DataFormat::UInt32 ? SfpuNumber::UInt32 : SfpuNumber::Float;
}

/// Only bfloat16 exists in a 16-bit DST: the others would address it as a 32-bit one.
void RequireReduceFormat(Risc& risc, const char* call, DataFormat format) {
  if (format == DataFormat::UInt16) {
    risc.simulation->Raise(risc, Violation::kUnsupportedOperation, -1, fmt::arg("call", call),
                           fmt::arg("detail", "UInt16 is not modelled"));
  }
  if (format != DataFormat::Float16_b && !risc.engine->config().fp32_dest_acc_en) {
    Mismatch(risc, call,
             fmt::format("{} data need a 32-bit DST (fp32_dest_acc_en)", FormatName(format)));
  }
}

/// Extrema of rows record their own program over the one that the init call recorded for columns.
void RequireReduceInit(Risc& risc, const char* call, uint32_t family, bool rows) {
  ComputeEngine& engine = *risc.engine;
  if (engine.sfpu_init() != (family | kRowProgramRecorded)) {
    engine.RequireSfpuInit(risc, call, family);
  } else if (!rows) {
    risc.simulation->Raise(risc, Violation::kInitMissing, -1, fmt::arg("call", call),
                           fmt::arg("need", "sfpu_reduce_init again"),
                           fmt::arg("have", "the program that REDUCE_ROW recorded"));
  }
}

}  // namespace

void sfpu_reduce_init(Risc& risc, uint32_t pool, uint32_t format, Site) {
  if (risc.role != kMath) return;
  RequireReduceFormat(risc, "sfpu_reduce_init", static_cast<DataFormat>(format));
  risc.engine->SetSfpuInit(risc, ReduceFamily(pool, format));
}

void sfpu_reduce(Risc& risc, uint32_t pool, uint32_t format, uint32_t dim, uint32_t dst,
                 uint32_t ct_dim, uint32_t rt_dim, Site) {
  if (risc.role != kMath) return;
  const char* call = "sfpu_reduce";
  ComputeEngine& engine = *risc.engine;
  const bool rows = dim == kReduceRow;
  const uint32_t family = ReduceFamily(pool, format);
  RequireReduceInit(risc, call, family, rows);
  const uint32_t count = ct_dim * rt_dim;
  if (count == 0 || (!rows && count != 1)) {
    Mismatch(risc, call,
             fmt::format("{} of a block of {} x {} tiles; {}", rows ? "REDUCE_ROW" : "REDUCE_COL",
                         rt_dim, ct_dim, rows ? "it needs at least one" : "it takes one tile"));
    return;
  }
  for (uint32_t i = 0; i < count; ++i) engine.WrittenDest(risc, call, dst + i);
  DestTile* const tiles = &engine.DestForMath(risc, call, dst);
  const SfpuReduceConfig config{.pool = static_cast<SfpuPool>(pool),
                                .number = NumberOf(static_cast<DataFormat>(format)),
                                .fp32_dest = engine.config().fp32_dest_acc_en};
  if (rows) {
    SfpuReduceRows(config, {tiles, count}, static_cast<int>(ct_dim));
    const bool extremum = config.pool == SfpuPool::Max || config.pool == SfpuPool::Min;
    if (extremum && config.number == SfpuNumber::Float) {
      engine.SetSfpuInit(risc, family | kRowProgramRecorded);
    }
  } else {
    SfpuReduceColumns(config, *tiles);
  }
  risc.simulation->Account(risc, Cost::kSfpuTile, count);
}

void sfpu_broadcast_init(Risc& risc, uint32_t broadcast, Site) {
  if (risc.role == kMath) risc.engine->SetSfpuInit(risc, kBroadcastFamily | broadcast);
}

void sfpu_broadcast(Risc& risc, uint32_t op, uint32_t broadcast, uint32_t data, uint32_t vector,
                    Site) {
  if (risc.role != kMath) return;
  const char* call = "sfpu_bcast";
  ComputeEngine& engine = *risc.engine;
  engine.RequireSfpuInit(risc, call, kBroadcastFamily | broadcast);
  static constexpr SfpuBroadcastOp kOps[] = {SfpuBroadcastOp::Add, SfpuBroadcastOp::Sub,
                                             SfpuBroadcastOp::Mul};
  const bool fp32_dest = engine.config().fp32_dest_acc_en;
  if (!fp32_dest) Mismatch(risc, call, "float32 data need a 32-bit DST (fp32_dest_acc_en)");
  const auto run = broadcast == kBroadcastCol ? SfpuBroadcastColumn : SfpuBroadcastRow;
  run(kOps[op], fp32_dest, engine.WrittenDest(risc, call, vector),
      engine.WrittenDest(risc, call, data));
  risc.simulation->Account(risc, Cost::kSfpuTile, 1);
}

}  // namespace tt_simulator::abi
