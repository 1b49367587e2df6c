#include "abi_compute.h"

#include <algorithm>

#include "simulation.h"
#include "simulator/numerics/matrix_unit.h"
#include "simulator/numerics/sfpu.h"
#include "timing/engine_cost.h"

namespace tt_simulator::abi {

using namespace tt_simulator_abi;  // NOLINT: enumerators of the ABI

namespace {

using Operand = ComputeEngine::Operand;
using Register = ComputeEngine::SourceRegister;

constexpr Register kA = ComputeEngine::kSrcA;
constexpr Register kB = ComputeEngine::kSrcB;

BinaryOp OpOf(uint32_t op) {
  static constexpr BinaryOp kOps[] = {BinaryOp::Add, BinaryOp::Sub, BinaryOp::Mul};
  return kOps[op];
}

Broadcast BroadcastOf(uint32_t broadcast) {
  static constexpr Broadcast kKinds[] = {Broadcast::None, Broadcast::Col, Broadcast::Row,
                                         Broadcast::Scalar};
  return kKinds[broadcast];
}

/// Nearest even; infinities and NaN keep their class.
void RoundToBfloat16(DestTile& tile) {
  for (uint32_t& bits : tile.bits) {
    if ((bits & 0x7f800000) != 0x7f800000) bits += 0x7fff + (bits >> 16 & 1);
    bits &= 0xffff0000;
  }
}

/// Index of a RISC in the mailboxes: unpack, math, pack, data movement.
uint32_t ThreadOf(const Risc& risc) { return risc.role >= kUnpack ? risc.role - kUnpack : 3; }

void SetUnpackAndMath(Risc& risc, const char* call, Operation operation,
                      std::array<uint32_t, 4> parameters) {
  if (risc.role == kPack) return;
  risc.engine->SetMode(risc, call, {operation, parameters});
}

DataFormat FormatOf(const Risc& risc, uint32_t cb) {
  return cb < risc.core->cbs.size() ? risc.core->cbs[cb].format : DataFormat::Invalid;
}

/// Whether tiles of a circular buffer go straight to DST: the unpacker's program differs, so the
/// init of a copy must name a buffer of the same kind.
uint32_t UnpacksToDest(const Risc& risc, uint32_t cb) {
  const auto& cbs = risc.core->cbs;
  return risc.role != kPack && cb < cbs.size() && risc.engine->UnpacksToDest(cbs[cb], cb);
}

/// The mode in force if it is `operation`, else one with no parameters (which will not match).
OperationMode CurrentMode(Risc& risc, Operation operation) {
  const OperationMode& mode = risc.engine->StateOf(risc).mode;
  return mode.operation == operation ? mode : OperationMode{operation, {}};
}

using Fpu = timing::FpuOperation;

void CountFpu(Risc& risc, Fpu operation) {
  risc.simulation->Account(risc, Cost::kFpuTile, 1);
  risc.engine->RecordMath(risc, timing::Fpu(risc.simulation->timing_model(), operation,
                                            risc.engine->config().math_fidelity));
}

void CountVector(Risc& risc, uint32_t cycles) {
  risc.simulation->Account(risc, Cost::kSfpuTile, 1);
  risc.engine->RecordEngine(risc, timing::EventKind::kVector, cycles,
                            risc.simulation->timing_model().tile_call);
}

}  // namespace

void hw_startup(Risc& risc, uint32_t srca, uint32_t srcb, uint32_t out, Site) {
  risc.engine->HwStartup(risc, srca, srcb, out);
}

void reconfig_source(Risc& risc, uint32_t which, uint32_t has_old, uint32_t old_cb, uint32_t new_cb,
                     Site) {
  if (risc.role == kPack) return;
  risc.engine->ReconfigSource(risc, which, has_old, old_cb, new_cb);
}

void reconfig_pack(Risc& risc, uint32_t has_old, uint32_t old_cb, uint32_t new_cb, Site) {
  if (risc.role == kPack) risc.engine->ReconfigPack(risc, has_old, old_cb, new_cb);
}

void pack_init(Risc& risc, uint32_t, Site) {
  if (risc.role == kPack) risc.engine->untilize = {0, 0};
}

void pack_l1_accumulate(Risc& risc, uint32_t enable, Site) {
  if (risc.role == kPack) risc.engine->pack_config.l1_accumulate = enable != 0;
}

void pack_relu(Risc& risc, uint32_t mode, uint32_t threshold, Site) {
  if (risc.role != kPack) return;
  risc.engine->pack_config.relu = static_cast<PackRelu>(mode);
  risc.engine->pack_config.relu_threshold = static_cast<uint16_t>(threshold);
}

void dst_sync(Risc& risc, uint32_t what, Site) {
  ComputeEngine& engine = *risc.engine;
  if (risc.role == kMath && what == kDstAcquire) engine.Acquire(risc);
  if (risc.role == kMath && what == kDstCommit) engine.Commit(risc);
  if (risc.role == kPack && what == kDstWait) engine.Wait(risc);
  if (risc.role == kPack && what == kDstRelease) engine.Release(risc);
}

void matmul_init(Risc& risc, uint32_t, uint32_t, MatmulShape shape, Site) {
  SetUnpackAndMath(risc, "matmul_init", Operation::kMatmul,
                   {shape.transpose, shape.ct_dim, shape.rt_dim, shape.kt_dim});
}

void matmul(Risc& risc, uint32_t in0, uint32_t in1, uint32_t tile0, uint32_t tile1, uint32_t dst,
            uint32_t is_block, MatmulShape shape, Site) {
  const char* call = is_block ? "matmul_block" : "matmul_tiles";
  ComputeEngine& engine = *risc.engine;
  OperationMode mode{Operation::kMatmul,
                     {shape.transpose, shape.ct_dim, shape.rt_dim, shape.kt_dim}};
  if (!is_block && risc.role != kPack) {
    // matmul_tiles has no shape of its own; any single-tile matmul init serves it.
    const OperationMode current = CurrentMode(risc, Operation::kMatmul);
    mode.parameters = {current.parameters[0], 1, 1, current.parameters[3]};
    if (current.parameters[3] == 0) mode.parameters[3] = 1;
  }
  const uint32_t ct = mode.parameters[1];
  const uint32_t rt = mode.parameters[2];
  if (risc.role == kUnpack) {
    // in0 goes to SrcB and in1 to SrcA; kt_dim is only the stride of in0.
    const Operand operands[] = {{in0, tile0, rt, mode.parameters[3]},
                                {in1, tile1, ct, 1, mode.parameters[0] != 0}};
    const Register registers[] = {kB, kA};
    engine.Unpack(risc, call, mode, operands, registers, 2);
  } else if (risc.role == kMath) {
    engine.RequireDest(risc, call, dst + rt * ct - 1);
    engine.Matmul(engine.Receive(risc, call, mode), dst, rt, ct);
    risc.simulation->Account(risc, Cost::kMatmulTile, rt * ct);
    engine.RecordMath(risc, timing::Matmul(risc.simulation->timing_model(),
                                           engine.config().math_fidelity, rt * ct));
    engine.ReturnPacket(risc);
  }
}

void eltwise_init(Risc& risc, uint32_t op, uint32_t broadcast, uint32_t, uint32_t,
                  uint32_t accumulate, uint32_t full, Site) {
  if (risc.role == kUnpack && !full) return;
  SetUnpackAndMath(risc, "add_init", Operation::kEltwise, {op, broadcast, accumulate, 0});
}

void eltwise(Risc& risc, uint32_t op, uint32_t broadcast, uint32_t in0, uint32_t in1,
             uint32_t tile0, uint32_t tile1, uint32_t dst, uint32_t row, Site) {
  static constexpr const char* kCalls[] = {"add_tiles", "sub_tiles", "mul_tiles"};
  static constexpr const char* kBroadcastCalls[] = {"add_tiles_bcast", "sub_tiles_bcast",
                                                    "mul_tiles_bcast"};
  const char* call = broadcast == kBroadcastNone ? kCalls[op] : kBroadcastCalls[op];
  if (risc.role == kPack) return;
  ComputeEngine& engine = *risc.engine;
  const uint32_t accumulate = CurrentMode(risc, Operation::kEltwise).parameters[2];
  const OperationMode mode{Operation::kEltwise, {op, broadcast, accumulate, 0}};
  if (risc.role == kUnpack) {
    const Operand operands[] = {{in0, tile0}, {in1, tile1}};
    const Register registers[] = {kA, kB};
    engine.Unpack(risc, call, mode, operands, registers, 2);
    return;
  }
  DestTile& tile = engine.DestForMath(risc, call, dst);
  const SourcePacket& packet = engine.Receive(risc, call, mode);
  EltwiseBinary(OpOf(op), BroadcastOf(broadcast), packet.a[0], packet.b[0], engine.math_config(),
                accumulate != 0, tile, static_cast<int>(row));
  engine.MarkWritten(dst);
  CountFpu(risc, op == kMul ? Fpu::kMultiply : Fpu::kAdd);
  engine.ReturnPacket(risc);
}

void reuse_init(Risc& risc, uint32_t op, uint32_t reuse, uint32_t, Site) {
  SetUnpackAndMath(risc, "add_reuse_dest_init", Operation::kReuseDest, {op, reuse, 0, 0});
}

void reuse(Risc& risc, uint32_t op, uint32_t reuse, uint32_t in, uint32_t tile, uint32_t dst,
           Site) {
  static constexpr const char* kCalls[] = {"add_reuse_dest_tiles", "sub_reuse_dest_tiles",
                                           "mul_reuse_dest_tiles"};
  const char* call = kCalls[op];
  if (risc.role == kPack) return;
  ComputeEngine& engine = *risc.engine;
  const OperationMode mode{Operation::kReuseDest, {op, reuse, 0, 0}};
  if (risc.role == kUnpack) {
    const Operand operand{in, tile};
    const Register source = reuse == kDestToSrcA ? kB : kA;
    engine.Unpack(risc, call, mode, &operand, &source, 1);
    return;
  }
  DestTile& dest = engine.WrittenDest(risc, call, dst);
  const SourcePacket& packet = engine.Receive(risc, call, mode);
  const MathConfig config = engine.math_config();
  SourceTile old;
  if (engine.float16() && config.fp32_dest) {
    engine.RefuseFloat16(risc, call, "a 32-bit DST read back as Float16");
  }
  DestToSource(dest, config.fp32_dest || config.half_dest, old);
  const SourceTile& a = reuse == kDestToSrcA ? old : packet.a[0];
  const SourceTile& b = reuse == kDestToSrcA ? packet.a[0] : old;
  EltwiseBinary(OpOf(op), Broadcast::None, a, b, config, false, dest);
  engine.MarkWritten(dst);
  CountFpu(risc, op == kMul ? Fpu::kMultiply : Fpu::kAdd);
  engine.ReturnPacket(risc);
}

void copy_init(Risc& risc, uint32_t in, uint32_t transpose, uint32_t within_face, Site) {
  if ((transpose != 0) != (within_face != 0)) {
    risc.simulation->Raise(risc, Violation::kUnsupportedOperation, -1,
                           fmt::arg("call", "copy_init"),
                           fmt::arg("detail", "transposing only faces or only inside faces"));
  }
  SetUnpackAndMath(risc, "copy_init", Operation::kCopy,
                   {transpose, within_face, UnpacksToDest(risc, in), 0});
}

void copy(Risc& risc, uint32_t in, uint32_t tile, uint32_t dst, Site) {
  const char* call = "copy_tile";
  if (risc.role == kPack) return;
  ComputeEngine& engine = *risc.engine;
  OperationMode mode = CurrentMode(risc, Operation::kCopy);
  mode.parameters[2] = UnpacksToDest(risc, in);
  if (risc.role == kUnpack) {
    const Operand operand{in, tile, 1, 1, mode.parameters[0] != 0};
    engine.Unpack(risc, call, mode, &operand, &kA, 1);
    return;
  }
  DestTile& dest = engine.DestForMath(risc, call, dst);
  const SourcePacket& packet = engine.Receive(risc, call, mode);
  if (!packet.direct.empty()) {
    dest = packet.direct[0];
    if (mode.parameters[0]) TransposeDest(dest);
  } else {
    CopySourceToDest(FormatOf(risc, in), packet.a[0], engine.math_config().fp32_dest, dest);
  }
  engine.MarkWritten(dst);
  CountFpu(risc, Fpu::kCopy);
  engine.ReturnPacket(risc);
}

void transpose_init(Risc& risc, uint32_t in, Site) {
  SetUnpackAndMath(risc, "transpose_init", Operation::kTranspose,
                   {0, 0, UnpacksToDest(risc, in), 0});
}

void transpose(Risc& risc, uint32_t in, uint32_t tile, uint32_t dst, Site) {
  const char* call = "transpose_tile";
  if (risc.role == kPack) return;
  ComputeEngine& engine = *risc.engine;
  const OperationMode mode{Operation::kTranspose, {0, 0, UnpacksToDest(risc, in), 0}};
  if (risc.role == kUnpack) {
    const Operand operand{in, tile, 1, 1, true};
    engine.Unpack(risc, call, mode, &operand, &kA, 1);
    return;
  }
  DestTile& dest = engine.DestForMath(risc, call, dst);
  const SourcePacket& packet = engine.Receive(risc, call, mode);
  if (!packet.direct.empty()) {
    dest = packet.direct[0];
    TransposeDest(dest);
  } else {
    CopySourceToDest(FormatOf(risc, in), packet.a[0], engine.math_config().fp32_dest, dest);
  }
  engine.MarkWritten(dst);
  CountFpu(risc, Fpu::kCopy);
  engine.ReturnPacket(risc);
}

void transpose_dest_init(Risc& risc, uint32_t is_32bit, uint32_t faces, Site) {
  // The unpacker only flags an empty source register, so its setting stays.
  if (risc.role != kMath) return;
  risc.engine->SetMode(risc, "transpose_dest_init",
                       {Operation::kTransposeDest, {is_32bit, faces, 0, 0}});
}

void transpose_dest(Risc& risc, uint32_t dst, uint32_t is_32bit, uint32_t faces, Site) {
  const char* call = "transpose_dest";
  if (risc.role != kMath) return;
  ComputeEngine& engine = *risc.engine;
  engine.RequireMode(risc, call, {Operation::kTransposeDest, {is_32bit, faces, 0, 0}});
  const bool fp32_dest = engine.config().fp32_dest_acc_en;
  if ((is_32bit && !fp32_dest) || (!is_32bit && !faces)) {
    risc.simulation->Raise(risc, Violation::kOperandMismatch, -1, fmt::arg("call", call),
                           fmt::arg("detail", is_32bit ? "is_32bit with a 16-bit DST"
                                                       : "faces alone only with is_32bit"));
  }
  DestTile& tile = engine.WrittenDest(risc, call, dst);
  if (fp32_dest && !is_32bit) {
    // The tile passes through SrcB, which keeps the bits of its format.
    SourceTile narrow;
    DestToSource(tile, engine.StateOf(risc).srca == DataFormat::Float32, narrow);
    std::copy(std::begin(narrow.bits), std::end(narrow.bits), tile.bits);
  }
  TransposeDest(tile);
  if (!faces) std::swap_ranges(tile.bits + 256, tile.bits + 512, tile.bits + 512);
  risc.simulation->Account(risc, Cost::kFpuTile, 1);
  const tt_target::TimingModel& model = risc.simulation->timing_model();
  risc.engine->RecordEngine(risc, timing::EventKind::kVector, model.transpose_tile,
                            model.tile_call);
}

void unary_broadcast_init(Risc& risc, uint32_t broadcast, uint32_t in, Site) {
  SetUnpackAndMath(risc, "unary_bcast_init", Operation::kUnaryBroadcast,
                   {broadcast, 0, UnpacksToDest(risc, in), 0});
}

void unary_broadcast(Risc& risc, uint32_t broadcast, uint32_t in, uint32_t tile, uint32_t dst,
                     Site) {
  const char* call = "unary_bcast";
  if (risc.role == kPack) return;
  ComputeEngine& engine = *risc.engine;
  const uint32_t direct = UnpacksToDest(risc, in);
  const OperationMode mode{Operation::kUnaryBroadcast, {broadcast, 0, direct, 0}};
  if (risc.role == kUnpack) {
    const Operand operand{in, tile};
    const Register source = broadcast == kBroadcastNone || direct ? kA : kB;
    engine.Unpack(risc, call, mode, &operand, &source, 1);
    return;
  }
  DestTile& dest = engine.DestForMath(risc, call, dst);
  const SourcePacket& packet = engine.Receive(risc, call, mode);
  if (!packet.direct.empty()) {
    SourceTile source;
    std::copy(std::begin(packet.direct[0].bits), std::end(packet.direct[0].bits), source.bits);
    // Math repeats high and low halves on their own: patterns, not numbers.
    BroadcastSourceToDest(FormatOf(risc, in), BroadcastOf(broadcast), source, false, dest);
  } else {
    BroadcastSourceToDest(FormatOf(risc, in), BroadcastOf(broadcast), packet.a[0],
                          engine.math_config().fp32_dest, dest);
  }
  engine.MarkWritten(dst);
  CountFpu(risc, Fpu::kCopy);
  engine.ReturnPacket(risc);
}

void reduce_init(Risc& risc, uint32_t pool, uint32_t dim, uint32_t, uint32_t, uint32_t, Site) {
  SetUnpackAndMath(risc, "reduce_init", Operation::kReduce, {pool, dim, 0, 0});
  if (risc.role != kPack) return;
  static constexpr PackMask kMasks[] = {PackMask::Column, PackMask::Row, PackMask::Scalar};
  risc.engine->pack_config.mask = kMasks[dim];
}

void reduce(Risc& risc, uint32_t pool, uint32_t dim, uint32_t in, uint32_t scaler, uint32_t tile,
            uint32_t scaler_tile, uint32_t dst, Site) {
  const char* call = "reduce_tile";
  if (risc.role == kPack) return;
  ComputeEngine& engine = *risc.engine;
  const OperationMode mode{Operation::kReduce, {pool, dim, 0, 0}};
  if (risc.role == kUnpack) {
    const Operand operands[] = {{in, tile}, {scaler, scaler_tile}};
    // Row sums run as a matmul with the scaler, which swaps the source registers.
    const bool swapped = dim == kReduceRow && pool != kPoolMax;
    const Register registers[] = {swapped ? kB : kA, swapped ? kA : kB};
    engine.Unpack(risc, call, mode, operands, registers, 2);
    return;
  }
  DestTile& dest = engine.DestForMath(risc, call, dst);
  const SourcePacket& packet = engine.Receive(risc, call, mode);
  static constexpr PoolType kPools[] = {PoolType::Sum, PoolType::Avg, PoolType::Max};
  static constexpr ReduceDim kDims[] = {ReduceDim::Row, ReduceDim::Col, ReduceDim::Scalar};
  ReduceConfig config{
      .pool = kPools[pool],
      .dim = kDims[dim],
      .math = engine.math_config(),
      .float32_input = FormatOf(risc, in) == DataFormat::Float32 || engine.float16(),
      .dest_is_cleared = !engine.IsWritten(dst)};
  if (engine.float16() && config.math.fp32_dest && config.dim == ReduceDim::Scalar) {
    engine.RefuseFloat16(risc, call, "REDUCE_SCALAR, which reads a 32-bit DST back as Float16");
  }
  ReduceAccumulate(config, packet.a[0], packet.b[0], dest);
  engine.MarkWritten(dst);
  CountFpu(risc, Fpu::kReduce);
  engine.ReturnPacket(risc);
}

void reduce_uninit(Risc& risc, Site) {
  if (risc.role == kPack) risc.engine->pack_config.mask = PackMask::None;
}

void tilize_init(Risc& risc, uint32_t, uint32_t block, uint32_t, Site) {
  SetUnpackAndMath(risc, "tilize_init", Operation::kTilize, {block, 0, 0, 0});
}

void tilize_tile(Risc& risc, uint32_t in, uint32_t block, uint32_t tile, uint32_t dst, Site) {
  const char* call = "tilize_block";
  if (risc.role == kPack) return;
  ComputeEngine& engine = *risc.engine;
  const OperationMode mode{Operation::kTilize, {block, 0, 0, 0}};
  if (risc.role == kUnpack) {
    engine.UnpackTilized(risc, call, mode, in, block, tile);
    return;
  }
  DestTile& dest = engine.DestForMath(risc, call, dst);
  const SourcePacket& packet = engine.Receive(risc, call, mode);
  if (!packet.direct.empty()) {
    dest = packet.direct[0];
  } else {
    CopySourceToDest(FormatOf(risc, in), packet.a[0], engine.math_config().fp32_dest, dest);
  }
  engine.MarkWritten(dst);
  CountFpu(risc, Fpu::kCopy);
  engine.ReturnPacket(risc);
}

void tilize_uninit(Risc& risc, uint32_t, uint32_t, Site) {
  SetUnpackAndMath(risc, "tilize_uninit", Operation::kNone, {});
}

void pack(Risc& risc, uint32_t dst, uint32_t out, uint32_t tile, uint32_t out_of_order, Site) {
  if (risc.role == kPack) risc.engine->Pack(risc, dst, out, tile, out_of_order != 0);
}

void pack_untilize_init(Risc& risc, uint32_t out, uint32_t block_ct, uint32_t full_ct, Site) {
  if (risc.role != kPack) return;
  risc.engine->ReconfigPack(risc, false, 0, out);
  risc.engine->untilize = {block_ct, full_ct};
}

void pack_untilize(Risc& risc, uint32_t out, uint32_t block_ct, uint32_t full_ct, uint32_t block_rt,
                   uint32_t block_c, uint32_t dst, Site) {
  if (risc.role != kPack) return;
  risc.engine->PackUntilize(risc, out, block_ct, full_ct, block_rt, block_c, dst);
}

void pack_untilize_uninit(Risc& risc, uint32_t out, Site) {
  if (risc.role != kPack) return;
  risc.engine->untilize = {0, 0};
  risc.engine->ReconfigPack(risc, false, 0, out);
}

void sfpu_init(Risc& risc, uint32_t op, Site) {
  if (risc.role == kMath) risc.engine->SetSfpuInit(risc, op);
}

void sfpu_unary(Risc& risc, uint32_t op, uint32_t dst, const uint32_t* parameters, uint32_t count,
                uint32_t vector_mode, Site) {
  if (risc.role != kMath) return;
  const char* call = "SFPU operation";
  ComputeEngine& engine = *risc.engine;
  engine.RequireSfpuInit(risc, call, op >> 16);
  op &= 0xffff;
  SfpuConfig config{.fp32_dest = engine.config().fp32_dest_acc_en,
                    .mode = static_cast<VectorMode>(vector_mode)};
  for (uint32_t i = 0; i < count && i < config.params.size(); ++i) config.params[i] = parameters[i];
  const auto unary = static_cast<SfpuUnaryOp>(op);
  const bool fills = unary == SfpuUnaryOp::Fill || unary == SfpuUnaryOp::FillInt;
  DestTile& tile =
      fills ? engine.DestForMath(risc, call, dst) : engine.WrittenDest(risc, call, dst);
  if (op == kSfpuTypecast) {
    SfpuTypecast(static_cast<DataFormat>(config.params[0]),
                 static_cast<DataFormat>(config.params[1]), config, tile);
  } else if (op == kSfpuCumsum) {
    SfpuCumsum(config.params[0] != 0, config, engine.cumsum_carry, tile);
  } else {
    SfpuUnary(unary, config, tile);
  }
  engine.MarkWritten(dst);
  const tt_target::TimingModel& model = risc.simulation->timing_model();
  CountVector(risc, op == kSfpuTypecast ? timing::VectorTypecast(model)
                    : op == kSfpuCumsum
                        ? timing::VectorCumsum(model)
                        : timing::Vector(model, unary, config.fp32_dest, config.mode));
}

void sfpu_binary(Risc& risc, uint32_t op, uint32_t in0, uint32_t in1, uint32_t out, Site) {
  if (risc.role != kMath) return;
  const char* call = "SFPU binary operation";
  ComputeEngine& engine = *risc.engine;
  engine.RequireSfpuInit(risc, call, op >> 16);
  op &= 0xffff;
  const bool fp32_dest = engine.config().fp32_dest_acc_en;
  const bool round = op < kSfpuTypecast && (op & kSfpuNearestEven) && !fp32_dest;
  if (op < kSfpuTypecast) op &= ~kSfpuNearestEven;
  const SfpuConfig config{.fp32_dest = fp32_dest || round};
  const DestTile& a = engine.WrittenDest(risc, call, in0);
  DestTile& result = engine.DestForMath(risc, call, out);
  if (op == kSfpuCopyDest) {
    if (&result != &a) result = a;
  } else {
    SfpuBinary(static_cast<SfpuBinaryOp>(op), config, a, engine.WrittenDest(risc, call, in1),
               result);
    if (round) RoundToBfloat16(result);
  }
  engine.MarkWritten(out);
  const tt_target::TimingModel& model = risc.simulation->timing_model();
  CountVector(risc, op == kSfpuCopyDest
                        ? timing::VectorCopy(model)
                        : timing::Vector(model, static_cast<SfpuBinaryOp>(op), fp32_dest));
}

void sfpu_ternary(Risc& risc, uint32_t op, uint32_t in0, uint32_t in1, uint32_t in2, uint32_t out,
                  uint32_t parameter, Site) {
  if (risc.role != kMath) return;
  const char* call = "SFPU ternary operation";
  ComputeEngine& engine = *risc.engine;
  engine.RequireSfpuInit(risc, call, op >> 16);
  const SfpuConfig config{.fp32_dest = engine.config().fp32_dest_acc_en, .params = {parameter}};
  SfpuTernary(static_cast<SfpuTernaryOp>(op & 0xffff), config, engine.WrittenDest(risc, call, in0),
              engine.WrittenDest(risc, call, in1), engine.WrittenDest(risc, call, in2),
              engine.DestForMath(risc, call, out));
  engine.MarkWritten(out);
  CountVector(risc, timing::Vector(risc.simulation->timing_model(),
                                   static_cast<SfpuTernaryOp>(op & 0xffff)));
}

void mailbox_write(Risc& risc, uint32_t to, uint32_t value, Site) {
  if (to >= Core::kMailboxes) throw std::out_of_range("mailbox_write: unknown thread");
  risc.core->mailbox[ThreadOf(risc)][to].push_back(value);
  risc.simulation->Record(
      risc, {.kind = timing::EventKind::kMailboxWrite, .target = static_cast<uint16_t>(to)},
      risc.simulation->timing_model().semaphore_set);
  risc.simulation->Notify(*risc.core);
}

uint32_t mailbox_read(Risc& risc, uint32_t from, Site site) {
  if (from >= Core::kMailboxes) throw std::out_of_range("mailbox_read: unknown thread");
  std::deque<uint32_t>& box = risc.core->mailbox[from][ThreadOf(risc)];
  const bool from_trisc = from < 3;
  risc.wait = {.call = "mailbox_read",
               .site = site,
               .waits_on = static_cast<uint8_t>(from_trisc ? kUnpack + from : kBrisc)};
  risc.simulation->WaitUntil(risc, [&box] { return !box.empty(); });
  risc.simulation->Record(
      risc, {.kind = timing::EventKind::kMailboxRead, .target = static_cast<uint16_t>(from)},
      risc.simulation->timing_model().semaphore_poll);
  const uint32_t value = box.front();
  box.pop_front();
  return value;
}

}  // namespace tt_simulator::abi
