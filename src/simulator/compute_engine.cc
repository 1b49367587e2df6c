#include "compute_engine.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>

#include "simulation.h"
#include "simulator/numerics/unpack.h"
#include "timing/engine_cost.h"

namespace tt_simulator {
namespace {

// A product in float32 takes less than a microsecond a tile: about what handing it over costs.
constexpr uint32_t kTilesWorthDeferring = 4;
// Operands stay in a circular buffer that holds this many times as many.
constexpr uint32_t kRoomyBuffer = 8;

const char* OperationName(Operation operation) {
  switch (operation) {
    case Operation::kNone:
      return "no operation";
    case Operation::kMatmul:
      return "matmul";
    case Operation::kEltwise:
      return "element-wise binary";
    case Operation::kReuseDest:
      return "element-wise binary with DST reuse";
    case Operation::kCopy:
      return "copy";
    case Operation::kTranspose:
      return "transpose";
    case Operation::kTransposeDest:
      return "transpose in DST";
    case Operation::kUnaryBroadcast:
      return "unary broadcast";
    case Operation::kReduce:
      return "reduce";
    case Operation::kTilize:
      return "tilize";
  }
  return "";
}

std::string ModeName(const OperationMode& mode) {
  std::string name = OperationName(mode.operation);
  const auto& p = mode.parameters;
  static constexpr const char* kOps[] = {"add", "sub", "mul"};
  static constexpr const char* kBroadcasts[] = {"", " with column broadcast", " with row broadcast",
                                                " with scalar broadcast"};
  switch (mode.operation) {
    case Operation::kMatmul:
      return fmt::format("matmul(transpose={}, ct_dim={}, rt_dim={}, kt_dim={})", p[0], p[1], p[2],
                         p[3]);
    case Operation::kEltwise:
      return fmt::format("{}_tiles{}", kOps[p[0]], kBroadcasts[p[1]]);
    case Operation::kReuseDest:
      return fmt::format("{}_reuse_dest_tiles<{}>", kOps[p[0]],
                         p[1] == tt_simulator_abi::kDestToSrcA ? "DEST_TO_SRCA" : "DEST_TO_SRCB");
    case Operation::kTransposeDest:
      return fmt::format("transpose_dest<{}, {}>", p[0] != 0, p[1] != 0);
    case Operation::kReduce: {
      static constexpr const char* kPools[] = {"SUM", "AVG", "MAX"};
      static constexpr const char* kDims[] = {"REDUCE_ROW", "REDUCE_COL", "REDUCE_SCALAR"};
      return fmt::format("reduce<{}, {}>", kPools[p[0]], kDims[p[1]]);
    }
    case Operation::kTilize:
      return fmt::format("tilize of {} tiles a row", p[0]);
    case Operation::kCopy:
    case Operation::kTranspose:
    case Operation::kUnaryBroadcast:
      return p[2] ? name + " straight to DST" : name;
    default:
      return name;
  }
}

/// What of a mode the unpacker is set up for: it does not know the operator.
OperationMode UnpackView(OperationMode mode) {
  if (mode.operation == Operation::kEltwise || mode.operation == Operation::kReuseDest) {
    mode.parameters = {0, mode.parameters[1], 0, 0};
  }
  return mode;
}

CircularBuffer& Cb(Risc& risc, const char* call, uint32_t id) {
  Core& core = *risc.core;
  if (id >= core.cbs.size() || !core.cbs[id].configured) {
    risc.simulation->Raise(risc, Violation::kCbNotConfigured, static_cast<int>(id),
                           fmt::arg("call", call), fmt::arg("cb", id));
    throw std::out_of_range("circular buffer id (violation ignored)");
  }
  return core.cbs[id];
}

}  // namespace

void StoredTiles::Copy() {
  const size_t size = TileBytes(format);
  copy.resize(count * size);
  for (uint32_t i = 0; i < count; ++i) {
    std::memcpy(copy.data() + i * size, in_l1 + i * stride, size);
  }
  in_l1 = nullptr;
}

void StoredTiles::UnpackTo(bool fp32_dest, std::vector<SourceTile>& tiles) const {
  if (tiles.size() < count) tiles.resize(count);
  const uint8_t* const first = in_l1 ? in_l1 : copy.data();
  const size_t step = in_l1 ? stride : TileBytes(format);
  for (uint32_t i = 0; i < count; ++i) {
    UnpackToSource(format, first + i * step, fp32_dest, transpose, tiles[i]);
  }
}

ComputeEngine::ComputeEngine(const tt_target::HardwareModel& model,
                             const ComputeConfigDescriptor& config, Numerics numerics,
                             HostHelper* helper, bool float16)
    : config_(config),
      numerics_(numerics),
      float16_(float16),
      halves_(config.dst_full_sync_en ? 1 : 2),
      tiles_per_half_(model.DstTiles(config.fp32_dest_acc_en, config.dst_full_sync_en)),
      dst_(new DestTile[halves_ * tiles_per_half_]()),
      written_(halves_ * tiles_per_half_),
      deferred_(helper) {
  pack_config.fp32_dest = config.fp32_dest_acc_en;
  pack_config.half_dest = float16 && !config.fp32_dest_acc_en;
  pack_config.bfp8_precise = config.bfp8_pack_precise;
}

ComputeEngine::ThreadState& ComputeEngine::StateOf(const Risc& risc) {
  return risc.role == tt_simulator_abi::kUnpack ? unpack : math;
}

// ---- time -----------------------------------------------------------------------------------

void ComputeEngine::RecordEngine(Risc& risc, timing::EventKind kind, uint32_t cycles,
                                 uint32_t issue) {
  risc.simulation->Record(risc, {.kind = kind, .size = cycles}, issue);
}

void ComputeEngine::RecordConfigure(Risc& risc) {
  RecordEngine(risc, timing::EventKind::kConfigure, risc.simulation->timing_model().init_call, 0);
}

void ComputeEngine::RecordUnpack(Risc& risc, const timing::UnpackCost& cost) {
  risc.simulation->Record(
      risc, {.kind = timing::EventKind::kUnpack, .size = cost.cycles, .offset = cost.first_ready},
      risc.simulation->timing_model().tile_call);
}

void ComputeEngine::RecordMath(Risc& risc, const timing::MathCost& cost) {
  risc.simulation->Record(
      risc, {.kind = timing::EventKind::kMath, .size = cost.cycles, .offset = cost.last_tile},
      risc.simulation->timing_model().tile_call);
}

void ComputeEngine::RecordSync(Risc& risc, timing::EventKind kind) {
  risc.simulation->Record(risc, {.kind = kind, .count = static_cast<uint16_t>(halves_)},
                          risc.simulation->timing_model().sync_call);
}

// ---- configuration -------------------------------------------------------------------------

void ComputeEngine::HwStartup(Risc& risc, uint32_t srca, uint32_t srcb, uint32_t out) {
  const char* call = "compute_kernel_hw_startup";
  const uint32_t line = std::max(risc.site.line, 1u);
  uint32_t& startup_line =
      risc.role == tt_simulator_abi::kPack ? pack_startup_line : StateOf(risc).startup_line;
  if (startup_line) {
    risc.simulation->Raise(risc, Violation::kHwStartupTwice, -1, fmt::arg("line", startup_line));
  }
  startup_line = line;
  RecordEngine(risc, timing::EventKind::kConfigure, risc.simulation->timing_model().startup_call,
               0);
  if (risc.role == tt_simulator_abi::kPack) {
    pack_format = Cb(risc, call, out).format;
  } else {
    StateOf(risc).srca = Cb(risc, call, srca).format;
    StateOf(risc).srcb = Cb(risc, call, srcb).format;
    StateOf(risc).srca_to_dest = UnpacksToDest(Cb(risc, call, srca), srca);
    StateOf(risc).srcb_to_dest = UnpacksToDest(Cb(risc, call, srcb), srcb);
  }
}

void ComputeEngine::ReconfigSource(Risc& risc, uint32_t which, bool has_old, uint32_t old_cb,
                                   uint32_t new_cb) {
  const char* call = which == kSrcA ? "reconfig_data_format_srca" : "reconfig_data_format_srcb";
  RequireStartup(risc, call);
  const DataFormat format = Cb(risc, call, new_cb).format;
  const bool to_dest = UnpacksToDest(Cb(risc, call, new_cb), new_cb);
  // The two-operand form only reprograms when the two formats differ, in L1 or behind the unpacker.
  if (has_old && Cb(risc, call, old_cb).format == format &&
      UnpacksToDest(Cb(risc, call, old_cb), old_cb) == to_dest) {
    return;
  }
  RecordConfigure(risc);
  ThreadState& state = StateOf(risc);
  (which == kSrcA ? state.srca : state.srcb) = format;
  (which == kSrcA ? state.srca_to_dest : state.srcb_to_dest) = to_dest;
}

void ComputeEngine::ReconfigPack(Risc& risc, bool has_old, uint32_t old_cb, uint32_t new_cb) {
  const char* call = "pack_reconfig_data_format";
  RequireStartup(risc, call);
  const DataFormat format = Cb(risc, call, new_cb).format;
  if (has_old && Cb(risc, call, old_cb).format == format) return;
  RecordConfigure(risc);
  pack_format = format;
}

void ComputeEngine::SetMode(Risc& risc, const char* call, OperationMode mode) {
  RequireStartup(risc, call);
  RecordConfigure(risc);
  StateOf(risc).mode = mode;
}

void ComputeEngine::RequireStartup(Risc& risc, const char* call) {
  const uint32_t line =
      risc.role == tt_simulator_abi::kPack ? pack_startup_line : StateOf(risc).startup_line;
  if (!line) {
    risc.simulation->Raise(risc, Violation::kHwStartupMissing, -1, fmt::arg("call", call));
  }
}

void ComputeEngine::RequireMode(Risc& risc, const char* call, const OperationMode& mode) {
  RequireStartup(risc, call);
  const OperationMode& have = StateOf(risc).mode;
  if (have == mode) return;
  if (risc.role == tt_simulator_abi::kUnpack && UnpackView(have) == UnpackView(mode)) return;
  risc.simulation->Raise(risc, Violation::kInitMissing, -1, fmt::arg("call", call),
                         fmt::arg("need", ModeName(mode)), fmt::arg("have", ModeName(have)));
}

void ComputeEngine::RequireFormat(Risc& risc, const char* call, uint32_t cb, SourceRegister which,
                                  bool direct) {
  const DataFormat format = Cb(risc, call, cb).format;
  const ThreadState& state = StateOf(risc);
  const DataFormat configured = which == kSrcA ? state.srca : state.srcb;
  const char* fix = which == kSrcA ? "reconfig_data_format_srca" : "reconfig_data_format_srcb";
  if (configured == format) {
    const bool to_dest = which == kSrcA ? state.srca_to_dest : state.srcb_to_dest;
    if (to_dest && !direct) {
      risc.simulation->Raise(
          risc, Violation::kUnpackDestinationMismatch, static_cast<int>(cb), fmt::arg("call", call),
          fmt::arg("engine", which == kSrcA ? "the unpacker of SrcA" : "the unpacker of SrcB"),
          fmt::arg("cb", cb), fmt::arg("fix", fmt::format("{}({})", fix, cb)));
    }
    return;
  }
  risc.simulation->Raise(
      risc, Violation::kDataFormatMismatch, static_cast<int>(cb), fmt::arg("call", call),
      fmt::arg("engine", which == kSrcA ? "the unpacker of SrcA" : "the unpacker of SrcB"),
      fmt::arg("configured", FormatName(configured)), fmt::arg("cb", cb),
      fmt::arg("format", FormatName(format)), fmt::arg("fix", fmt::format("{}({})", fix, cb)));
}

// ---- DST sections --------------------------------------------------------------------------

void ComputeEngine::Acquire(Risc& risc) {
  if (acquired_) {
    risc.simulation->Raise(risc, Violation::kDstAcquireTwice, -1, fmt::arg("line", acquire_line_));
  }
  risc.wait = {.call = "tile_regs_acquire", .site = risc.site, .waits_on = tt_simulator_abi::kPack};
  RecordSync(risc, timing::EventKind::kAcquire);
  risc.simulation->WaitUntil(risc, [this] { return committed_ < halves_; });
  acquired_ = true;
  acquire_line_ = risc.site.line;
}

void ComputeEngine::Commit(Risc& risc) {
  if (!acquired_) risc.simulation->Raise(risc, Violation::kDstCommitWithoutAcquire, -1);
  acquired_ = false;
  RecordSync(risc, timing::EventKind::kCommit);
  ++committed_;
  math_half_ = (math_half_ + 1) % halves_;
  risc.simulation->Notify(*risc.core);
}

void ComputeEngine::Wait(Risc& risc) {
  if (waited_) {
    risc.simulation->Raise(risc, Violation::kDstWaitTwice, -1, fmt::arg("line", wait_line_));
  }
  risc.wait = {.call = "tile_regs_wait", .site = risc.site, .waits_on = tt_simulator_abi::kMath};
  RecordSync(risc, timing::EventKind::kWait);
  risc.simulation->WaitUntil(risc, [this] { return committed_ > 0; });
  waited_ = true;
  wait_line_ = risc.site.line;
}

void ComputeEngine::Release(Risc& risc) {
  if (!waited_) risc.simulation->Raise(risc, Violation::kDstReleaseWithoutWait, -1);
  waited_ = false;
  RecordSync(risc, timing::EventKind::kRelease);
  DestTile* const half = &dst_[pack_half_ * tiles_per_half_];
  uint32_t tiles = 0;  // by bit: those that were written
  for (uint32_t i = 0; i < tiles_per_half_; ++i) {
    const auto written = written_[pack_half_ * tiles_per_half_ + i];
    if (written) tiles |= 1u << i;
    written_[pack_half_ * tiles_per_half_ + i] = false;
  }
  Defer([half, tiles] {
    for (uint32_t rest = tiles; rest; rest &= rest - 1) {
      std::memset(&half[std::countr_zero(rest)], 0, sizeof(DestTile));
    }
  });
  if (committed_) --committed_;
  pack_half_ = (pack_half_ + 1) % halves_;
  risc.simulation->Notify(*risc.core);
}

// ---- unpacker ------------------------------------------------------------------------------

bool ComputeEngine::UnpacksToDest(const CircularBuffer& cb, uint32_t id) const {
  if (!config_.fp32_dest_acc_en) return false;
  if (cb.format == DataFormat::Int32 || cb.format == DataFormat::UInt32) return true;
  return cb.format == DataFormat::Float32 &&
         std::find(config_.unpack_to_dest_fp32.begin(), config_.unpack_to_dest_fp32.end(), id) !=
             config_.unpack_to_dest_fp32.end();
}

const uint8_t* ComputeEngine::TileForRead(Risc& risc, const char* call, uint32_t cb_id,
                                          uint32_t tile, uint32_t bytes) {
  Simulation& simulation = *risc.simulation;
  CircularBuffer& cb = Cb(risc, call, cb_id);
  const CircularBuffer::Pointers& pointers = cb.risc[risc.role];
  if (tile >= cb.Readable(pointers)) {
    simulation.Raise(risc, Violation::kCbReadPastFront, static_cast<int>(cb_id),
                     fmt::arg("call", call), fmt::arg("index", tile),
                     fmt::arg("waited", pointers.waited), fmt::arg("need", tile + 1));
  }
  if (pointers.read_page + tile >= cb.num_pages) {
    simulation.Raise(risc, Violation::kCbLapMisalignment, static_cast<int>(cb_id),
                     fmt::arg("call", call), fmt::arg("n", tile + 1),
                     fmt::arg("position", pointers.read_page), fmt::arg("pages", cb.num_pages));
  }
  const uint32_t page = (pointers.read_page + tile) % cb.num_pages;
  const uint32_t offset = cb.offset + page * cb.page_size;
  if (page * cb.page_size + bytes > cb.size()) {
    simulation.Raise(risc, Violation::kOperandMismatch, static_cast<int>(cb_id),
                     fmt::arg("call", call),
                     fmt::arg("detail", fmt::format("a tile of {} bytes does not fit into pages of "
                                                    "{} bytes",
                                                    bytes, cb.page_size)));
  }
  const uint32_t unwritten = simulation.l1().FirstUnwritten(risc.core->index, offset, bytes);
  if (unwritten < bytes) {
    simulation.Raise(risc, Violation::kUninitialisedL1Read, static_cast<int>(cb_id),
                     fmt::arg("call", call), fmt::arg("address", offset + unwritten));
  }
  return risc.core->L1ToRead(offset, bytes);
}

SourcePacket& ComputeEngine::FreePacket(Risc& risc, const char* call) {
  risc.wait = {.call = call, .site = risc.site, .waits_on = tt_simulator_abi::kMath};
  risc.simulation->WaitUntil(risc, [this] { return packets_full_ < kSourceBanks; });
  // The first free one, so that few stay in the host's cache.
  while (true) {
    const uint64_t done = deferred_.done();
    uint64_t next = deferred_.added();
    for (SourcePacket& packet : packets_) {
      if (packet.full) continue;
      if (packet.product <= done) return packet;
      next = std::min(next, packet.product);
    }
    deferred_.SettleTo(next);
  }
}

void ComputeEngine::PublishPacket(Risc& risc, SourcePacket& packet) {
  packet.full = true;
  banks_[(packet_head_ + packets_full_) % kSourceBanks] = &packet;
  ++packets_full_;
  risc.simulation->Notify(*risc.core);
}

void ComputeEngine::Store(Risc& risc, const char* call, const Operand& operand,
                          StoredTiles& tiles) {
  const CircularBuffer& cb = Cb(risc, call, operand.cb);
  const uint32_t bytes = TileBytes(cb.format);
  const uint32_t last = operand.tile + (operand.count - 1) * operand.stride;
  // In a small buffer the next tiles would have to wait for the product.
  const bool stay = cb.num_pages >= kRoomyBuffer * operand.count &&
                    cb.risc[risc.role].read_page + last < cb.num_pages;
  tiles.format = cb.format;
  tiles.transpose = operand.transpose;
  tiles.count = operand.count;
  tiles.stride = size_t{operand.stride} * cb.page_size;
  tiles.in_l1 = nullptr;
  if (!stay) tiles.copy.resize(operand.count * bytes);
  for (uint32_t t = 0; t < operand.count; ++t) {
    const uint8_t* tile =
        TileForRead(risc, call, operand.cb, operand.tile + t * operand.stride, bytes);
    if (!stay) {
      std::memcpy(tiles.copy.data() + t * bytes, tile, bytes);
    } else if (t == 0) {
      tiles.in_l1 = tile;
    }
  }
  if (!stay) return;
  tiles.begin = static_cast<uint32_t>(tiles.in_l1 - risc.core->l1);
  tiles.end = tiles.begin + (operand.count - 1) * static_cast<uint32_t>(tiles.stride) + bytes;
  reads_l1_ = true;
}

void ComputeEngine::KeepOperands(uint32_t offset, uint32_t bytes) {
  for (SourcePacket& packet : packets_) {
    for (StoredTiles& tiles : packet.stored) {
      if (!tiles.in_l1 || offset >= tiles.end || offset + bytes <= tiles.begin) continue;
      if (packet.full) {
        tiles.Copy();
      } else {
        deferred_.SettleTo(packet.product);
        tiles.in_l1 = nullptr;
      }
    }
  }
}

void ComputeEngine::Unpack(Risc& risc, const char* call, const OperationMode& mode,
                           const Operand* operands, const SourceRegister* registers,
                           uint32_t num_operands) {
  RequireMode(risc, call, mode);
  SourcePacket& packet = FreePacket(risc, call);
  packet.mode = mode;
  packet.direct.clear();
  uint32_t tiles_in_all = 0, bytes_in_all = 0;
  for (uint32_t i = 0; i < num_operands; ++i) {
    const Operand& operand = operands[i];
    const CircularBuffer& cb = Cb(risc, call, operand.cb);
    const uint32_t bytes = TileBytes(cb.format);
    const bool direct =
        (mode.operation == Operation::kCopy || mode.operation == Operation::kTranspose ||
         mode.operation == Operation::kUnaryBroadcast) &&
        UnpacksToDest(cb, operand.cb);
    RequireFormat(risc, call, operand.cb, registers[i], direct);
    if (float16_ && !direct && cb.format == DataFormat::Float32) {
      RefuseFloat16(risc, call, "Float32 through the source registers beside Float16 buffers");
    }
    if (operand.count > cb.num_pages) {
      // The last tile is none that anybody could have waited for.
      const uint64_t steps = uint64_t{operand.count - 1} * std::max(operand.stride, 1u);
      TileForRead(risc, call, operand.cb,
                  static_cast<uint32_t>(std::min<uint64_t>(operand.tile + steps, UINT32_MAX)),
                  bytes);
      throw std::out_of_range("more tiles than the circular buffer has");
    }
    std::vector<SourceTile>& tiles = i == 0 ? packet.a : packet.b;
    tiles_in_all += operand.count;
    bytes_in_all += operand.count * bytes;
    risc.simulation->Account(risc, Cost::kUnpackTile, operand.count);
    // An unsupported format is refused here, not where the product is computed.
    if (mode.operation == Operation::kMatmul && IsSupportedFormat(cb.format)) {
      Store(risc, call, operand, packet.stored[i]);
      continue;
    }
    if (direct) {
      packet.direct.resize(operand.count);
    } else {
      tiles.resize(operand.count);
    }
    for (uint32_t t = 0; t < operand.count; ++t) {
      const uint8_t* tile =
          TileForRead(risc, call, operand.cb, operand.tile + t * operand.stride, bytes);
      if (direct) {
        UnpackToDest(cb.format, tile, packet.direct[t]);
      } else {
        UnpackToSource(cb.format, tile, config_.fp32_dest_acc_en, operand.transpose, tiles[t]);
      }
    }
  }
  RecordUnpack(risc, timing::Unpack(risc.simulation->timing_model(), tiles_in_all, bytes_in_all));
  PublishPacket(risc, packet);
}

void ComputeEngine::UnpackTilized(Risc& risc, const char* call, const OperationMode& mode,
                                  uint32_t cb_id, uint32_t block, uint32_t tile) {
  RequireMode(risc, call, mode);
  const CircularBuffer& cb = Cb(risc, call, cb_id);
  RequireFormat(risc, call, cb_id, kSrcA, UnpacksToDest(cb, cb_id));
  if (IsBlockFormat(cb.format)) {
    risc.simulation->Raise(risc, Violation::kUnsupportedOperation, static_cast<int>(cb_id),
                           fmt::arg("call", call),
                           fmt::arg("detail", "row-major data cannot have a block format"));
  }
  SourcePacket& packet = FreePacket(risc, call);
  packet.mode = mode;
  packet.direct.clear();
  const uint32_t tile_bytes = TileBytes(cb.format);
  const uint32_t element = tile_bytes / kTileElements;
  const uint32_t stride = block * kTileDim * element;
  // The row block must have been waited for as a whole: 32 rows of `block` tiles.
  const uint32_t row_block = tile / block;
  TileForRead(risc, call, cb_id, (row_block + 1) * block - 1, tile_bytes);
  BeforeRead(cb.offset, cb.size());
  const uint8_t* rows = TileForRead(risc, call, cb_id, row_block * block, tile_bytes) +
                        size_t{tile % block} * kTileDim * element;
  std::array<uint8_t, 4096> tiled;
  TilizeFromRows(cb.format, rows, stride, tiled.data());
  if (UnpacksToDest(cb, cb_id)) {
    packet.direct.resize(1);
    UnpackToDest(cb.format, tiled.data(), packet.direct[0]);
  } else {
    packet.a.resize(1);
    UnpackToSource(cb.format, tiled.data(), config_.fp32_dest_acc_en, false, packet.a[0]);
  }
  risc.simulation->Account(risc, Cost::kUnpackTile, 1);
  RecordUnpack(risc, timing::UnpackTilized(risc.simulation->timing_model(), tile_bytes));
  PublishPacket(risc, packet);
}

// ---- math ----------------------------------------------------------------------------------

MathConfig ComputeEngine::math_config() const {
  return {config_.math_fidelity, config_.fp32_dest_acc_en, numerics_, pack_config.half_dest};
}

void ComputeEngine::RefuseFloat16(Risc& risc, const char* call, const char* detail) {
  risc.simulation->Raise(risc, Violation::kUnsupportedOperation, -1, fmt::arg("call", call),
                         fmt::arg("detail", detail));
}

SourcePacket& ComputeEngine::Receive(Risc& risc, const char* call, const OperationMode& mode) {
  RequireMode(risc, call, mode);
  risc.wait = {.call = call, .site = risc.site, .waits_on = tt_simulator_abi::kUnpack};
  risc.simulation->WaitUntil(risc, [this] { return packets_full_ > 0; });
  SourcePacket& packet = *banks_[packet_head_];
  if (UnpackView(packet.mode) != UnpackView(mode)) {
    risc.simulation->Raise(
        risc, Violation::kOperandMismatch, -1, fmt::arg("call", call),
        fmt::arg("detail", fmt::format("the unpacker delivered the operands of {}, math runs {}",
                                       ModeName(packet.mode), ModeName(mode))));
  }
  return packet;
}

void ComputeEngine::ReturnPacket(Risc& risc) {
  banks_[packet_head_]->full = false;
  packet_head_ = (packet_head_ + 1) % kSourceBanks;
  --packets_full_;
  risc.simulation->Notify(*risc.core);
}

void ComputeEngine::RequireDstIndex(Risc& risc, const char* call, uint32_t index) {
  if (index < tiles_per_half_) return;
  const std::string mode = fmt::format("{}-bit DST, {}", config_.fp32_dest_acc_en ? 32 : 16,
                                       config_.dst_full_sync_en ? "full-sync" : "half-sync");
  risc.simulation->Raise(risc, Violation::kDstIndexOutOfRange, -1, fmt::arg("call", call),
                         fmt::arg("index", index), fmt::arg("tiles", tiles_per_half_),
                         fmt::arg("mode", mode));
  throw std::out_of_range("DST index");  // even when the violation is ignored
}

void ComputeEngine::Matmul(SourcePacket& packet, uint32_t index, uint32_t rt, uint32_t ct) {
  DestTile* const dst = &dst_[math_half_ * tiles_per_half_ + index];
  for (uint32_t i = index; i < index + rt * ct; ++i) MarkWritten(i);
  auto product = [&packet, dst, rt, ct, config = math_config()] {
    thread_local std::vector<SourceTile> in0, in1;
    packet.stored[0].UnpackTo(config.fp32_dest, in0);
    packet.stored[1].UnpackTo(config.fp32_dest, in1);
    MatmulBlock(in0.data(), static_cast<int>(rt), in1.data(), static_cast<int>(ct), config, dst);
  };
  if (numerics_ == Numerics::Exact || rt * ct >= kTilesWorthDeferring || deferred_.pending()) {
    deferred_.Add(product);
    packet.product = deferred_.added();
  } else {
    product();
  }
}

template <typename Job>
void ComputeEngine::Defer(Job job) {
  if (deferred_.pending()) {
    deferred_.Add(job);
  } else {
    job();
  }
}

void ComputeEngine::Settle() {
  deferred_.Settle();
  packs_begin_ = 0xffffffff;
  packs_end_ = 0;
}

void ComputeEngine::RequireDest(Risc& risc, const char* call, uint32_t last) {
  if (!acquired_) {
    risc.simulation->Raise(risc, Violation::kDstNotAcquired, -1, fmt::arg("call", call));
  }
  RequireDstIndex(risc, call, last);
}

DestTile& ComputeEngine::DestForMath(Risc& risc, const char* call, uint32_t index) {
  RequireDest(risc, call, index);
  Settle();
  return dst_[math_half_ * tiles_per_half_ + index];
}

DestTile& ComputeEngine::WrittenDest(Risc& risc, const char* call, uint32_t index) {
  DestTile& tile = DestForMath(risc, call, index);
  if (!IsWritten(index)) {
    risc.simulation->Raise(risc, Violation::kUninitialisedDstRead, -1, fmt::arg("call", call),
                           fmt::arg("index", index));
  }
  return tile;
}

void ComputeEngine::SetSfpuInit(Risc& risc, uint32_t family) {
  RequireStartup(risc, "SFPU init");
  RecordConfigure(risc);
  sfpu_init_ = family;
}

void ComputeEngine::RequireSfpuInit(Risc& risc, const char* call, uint32_t family) {
  RequireStartup(risc, call);
  if (pack_config.half_dest) {
    RefuseFloat16(risc, call, "the vector unit with Float16 in a 16-bit DST; set fp32_dest_acc_en");
  }
  if (sfpu_init_ == 0xffffffff || (family != 0 && sfpu_init_ != family)) {
    risc.simulation->Raise(risc, Violation::kInitMissing, -1, fmt::arg("call", call),
                           fmt::arg("need", "its own *_tile_init"),
                           fmt::arg("have", sfpu_init_ == 0xffffffff ? "no SFPU operation"
                                                                     : "another SFPU operation"));
  }
}

// ---- packer --------------------------------------------------------------------------------

void ComputeEngine::Pack(Risc& risc, uint32_t dst, uint32_t out, uint32_t tile, bool out_of_order) {
  const char* call = out_of_order ? "pack_tile<true>" : "pack_tile";
  Simulation& simulation = *risc.simulation;
  RequireStartup(risc, call);
  if (!waited_) simulation.Raise(risc, Violation::kDstPackWithoutWait, -1, fmt::arg("call", call));
  RequireDstIndex(risc, call, dst);
  CircularBuffer& cb = Cb(risc, call, out);
  const int cb_id = static_cast<int>(out);
  if (pack_format != cb.format) {
    simulation.Raise(risc, Violation::kDataFormatMismatch, cb_id, fmt::arg("call", call),
                     fmt::arg("engine", "the packer"),
                     fmt::arg("configured", FormatName(pack_format)), fmt::arg("cb", out),
                     fmt::arg("format", FormatName(cb.format)),
                     fmt::arg("fix", fmt::format("pack_reconfig_data_format({})", out)));
  }
  CircularBuffer::Pointers& pointers = cb.risc[risc.role];
  const uint32_t slot = out_of_order ? tile : pointers.pack_slot++;
  if (slot >= cb.Writable(pointers)) {
    simulation.Raise(risc, Violation::kCbWritePastReserve, cb_id, fmt::arg("call", call),
                     fmt::arg("index", slot), fmt::arg("reserved", pointers.reserved),
                     fmt::arg("need", slot + 1));
  }
  const uint32_t bytes = TileBytes(cb.format);
  if (pointers.write_page + slot >= cb.num_pages || bytes > cb.page_size) {
    simulation.Raise(risc, Violation::kCbLapMisalignment, cb_id, fmt::arg("call", call),
                     fmt::arg("n", slot + 1), fmt::arg("position", pointers.write_page),
                     fmt::arg("pages", cb.num_pages));
  }
  const uint32_t index = pack_half_ * tiles_per_half_ + dst;
  if (!written_[index]) {
    simulation.Raise(risc, Violation::kUninitialisedDstRead, cb_id, fmt::arg("call", call),
                     fmt::arg("index", dst));
  }
  const uint32_t page = (pointers.write_page + slot) % cb.num_pages;
  const uint32_t offset = cb.offset + page * cb.page_size;
  if (offset + bytes > simulation.l1().l1_bytes()) throw std::out_of_range("pack past L1");
  if (pack_config.l1_accumulate) {
    const uint32_t unwritten = simulation.l1().FirstUnwritten(risc.core->index, offset, bytes);
    if (unwritten < bytes) {
      simulation.Raise(risc, Violation::kUninitialisedL1Read, cb_id,
                       fmt::arg("call", "pack_tile with L1 accumulation"),
                       fmt::arg("address", offset + unwritten));
    }
  }
  pack_config.format = cb.format;
  if (reads_l1_) KeepOperands(offset, bytes);
  if (deferred_.pending()) {
    packs_begin_ = std::min(packs_begin_, offset);
    packs_end_ = std::max(packs_end_, offset + bytes);
  }
  Defer([source = &dst_[index], config = pack_config, target = risc.core->l1 + offset] {
    PackTile(*source, config, target);
  });
  simulation.l1().MarkWritten(risc.core->index, offset, bytes);
  simulation.Account(risc, Cost::kPackTile, 1);
  const tt_target::TimingModel& model = simulation.timing_model();
  RecordEngine(risc, timing::EventKind::kPack,
               timing::Pack(model, bytes, pack_config.l1_accumulate), model.tile_call);
}

void ComputeEngine::PackUntilize(Risc& risc, uint32_t out, uint32_t block_ct, uint32_t full_ct,
                                 uint32_t block_rt, uint32_t block_c, uint32_t dst) {
  const char* call = "pack_untilize";
  Simulation& simulation = *risc.simulation;
  RequireStartup(risc, call);
  if (untilize != std::array{block_ct, full_ct}) {
    simulation.Raise(
        risc, Violation::kInitMissing, static_cast<int>(out), fmt::arg("call", call),
        fmt::arg("need", fmt::format("pack_untilize of {} of {} tiles a row", block_ct, full_ct)),
        fmt::arg("have", untilize[0] == 0 ? std::string("tile packing")
                                          : fmt::format("pack_untilize of {} of {} tiles a row",
                                                        untilize[0], untilize[1])));
  }
  if (!waited_) simulation.Raise(risc, Violation::kDstPackWithoutWait, -1, fmt::arg("call", call));
  CircularBuffer& cb = Cb(risc, call, out);
  CircularBuffer::Pointers& pointers = cb.risc[risc.role];
  const uint32_t bytes = TileBytes(cb.format);
  const uint32_t element = bytes / kTileElements;
  if (IsBlockFormat(cb.format)) {
    simulation.Raise(risc, Violation::kUnsupportedOperation, static_cast<int>(out),
                     fmt::arg("call", call),
                     fmt::arg("detail", "row-major data cannot have a block format"));
  }
  const uint32_t total = block_rt * full_ct * bytes;
  const uint32_t pages = (total + cb.page_size - 1) / cb.page_size;
  if (pages > cb.Writable(pointers)) {
    simulation.Raise(risc, Violation::kCbWritePastReserve, static_cast<int>(out),
                     fmt::arg("call", call), fmt::arg("index", pages - 1),
                     fmt::arg("reserved", pointers.reserved), fmt::arg("need", pages));
  }
  const uint32_t start = cb.offset + pointers.write_page * cb.page_size;
  if (start + total > cb.offset + cb.size()) {
    simulation.Raise(risc, Violation::kCbLapMisalignment, static_cast<int>(out),
                     fmt::arg("call", call), fmt::arg("n", pages),
                     fmt::arg("position", pointers.write_page), fmt::arg("pages", cb.num_pages));
  }
  const size_t stride = size_t{full_ct} * kTileDim * element;
  std::array<uint8_t, 4096> tiled;
  pack_config.format = cb.format;
  Settle();
  for (uint32_t r = 0; r < block_rt; ++r) {
    for (uint32_t c = 0; c < block_ct; ++c) {
      const uint32_t index = dst + r * block_ct + c;
      RequireDstIndex(risc, call, index);
      PackTile(dst_[pack_half_ * tiles_per_half_ + index], pack_config, tiled.data());
      uint8_t* rows = risc.core->l1 + start + r * kTileDim * stride +
                      (size_t{block_c} * block_ct + c) * kTileDim * element;
      UntilizeToRows(cb.format, tiled.data(), rows, stride);
      simulation.Account(risc, Cost::kPackTile, 1);
    }
  }
  simulation.l1().MarkWritten(risc.core->index, start, total);
  const tt_target::TimingModel& model = simulation.timing_model();
  RecordEngine(risc, timing::EventKind::kPack,
               timing::PackUntilize(model, block_rt, block_ct, bytes), model.tile_call);
}

void ComputeEngine::CheckExit(Risc& risc) {
  const char* what = nullptr;
  if (risc.role == tt_simulator_abi::kMath && acquired_) {
    what = "tile_regs_acquire without tile_regs_commit";
  } else if (risc.role == tt_simulator_abi::kPack && waited_) {
    what = "tile_regs_wait without tile_regs_release";
  }
  if (what) {
    risc.simulation->Raise(risc, Violation::kDstNotReleasedAtExit, -1, fmt::arg("what", what));
  }
}

}  // namespace tt_simulator
