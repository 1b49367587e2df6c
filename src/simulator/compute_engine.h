#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "circular_buffer.h"
#include "deferred_work.h"
#include "descriptors.h"
#include "simulator/kernel_api/simulator_abi/table.h"
#include "simulator/numerics/matrix_unit.h"
#include "simulator/numerics/pack.h"
#include "simulator/numerics/tiles.h"
#include "target/hardware_model.h"
#include "timing/event.h"

namespace tt_simulator {

struct Risc;
namespace timing {
struct UnpackCost;
struct MathCost;
}  // namespace timing
using tt_simulator_abi::Site;

/// What the *_init calls set unpacker and math up for.
enum class Operation : uint8_t {
  kNone,
  kMatmul,
  kEltwise,
  kReuseDest,
  kCopy,
  kTranspose,
  kTransposeDest,
  kUnaryBroadcast,
  kReduce,
  kTilize,
};

/// Operation plus the parameters that the init call fixes.
struct OperationMode {
  Operation operation = Operation::kNone;
  std::array<uint32_t, 4> parameters = {};
  bool operator==(const OperationMode&) const = default;
};

/// Operand tiles as they were in L1. Products unpack theirs where they are computed.
struct StoredTiles {
  DataFormat format = DataFormat::Invalid;
  bool transpose = false;
  uint32_t count = 0;
  uint32_t begin = 0, end = 0;     ///< Range of L1 they were in.
  const uint8_t* in_l1 = nullptr;  ///< Where they still are; null for the copy.
  size_t stride = 0;               ///< Of two tiles in L1. Bytes.
  std::vector<uint8_t> copy;

  void Copy();
  void UnpackTo(bool fp32_dest, std::vector<SourceTile>& tiles) const;
};

/// What one unpack call hands to math: the source registers' next bank.
struct SourcePacket {
  OperationMode mode;
  std::array<StoredTiles, 2> stored;  ///< Operands of a product, instead of `a` and `b`.
  std::vector<SourceTile> a;          ///< First operand (in0) of the kernel API.
  std::vector<SourceTile> b;          ///< Second operand (in1).
  std::vector<DestTile> direct;       ///< Tiles unpacked straight to DST.
  bool full = false;                  ///< Published and not returned.
  uint64_t product = 0;               ///< Number of the deferred product that reads it.
};

/// Unpacker, math and packer of one core: the state that three decoupled threads share.
///
/// Member functions are the three parts of each kernel-API call; the ABI layer picks the part by
/// the calling RISC. Each starts with its requirements, then has its effect.
struct ComputeEngine {
  /// `helper` takes over what takes long; may be null.
  ComputeEngine(const tt_target::HardwareModel& model, const ComputeConfigDescriptor& config,
                Numerics numerics, HostHelper* helper, bool float16);

  // Configuration, by thread: unpack and math keep a copy each, pack has its own.
  void HwStartup(Risc& risc, uint32_t srca, uint32_t srcb, uint32_t out);
  void ReconfigSource(Risc& risc, uint32_t which, bool has_old, uint32_t old_cb, uint32_t new_cb);
  void ReconfigPack(Risc& risc, bool has_old, uint32_t old_cb, uint32_t new_cb);
  void SetMode(Risc& risc, const char* call, OperationMode mode);
  /// For an operation that needs no packet; the others require their mode when they take it.
  void RequireMode(Risc& risc, const char* call, const OperationMode& mode);

  // DST sections.
  void Acquire(Risc& risc);
  void Commit(Risc& risc);
  void Wait(Risc& risc);
  void Release(Risc& risc);

  // Unpacker: one packet per call.
  struct Operand {
    uint32_t cb;
    uint32_t tile;       ///< Index behind the read pointer.
    uint32_t count = 1;  ///< Tiles.
    uint32_t stride = 1;
    bool transpose = false;
  };
  enum SourceRegister : uint32_t { kSrcA = 1, kSrcB = 2 };
  /// `registers` names the source register of each operand, for the format check.
  void Unpack(Risc& risc, const char* call, const OperationMode& mode, const Operand* operands,
              const SourceRegister* registers, uint32_t num_operands);
  void UnpackTilized(Risc& risc, const char* call, const OperationMode& mode, uint32_t cb,
                     uint32_t block, uint32_t tile);

  // Math: waits for the packet of the call and computes into DST.
  SourcePacket& Receive(Risc& risc, const char* call, const OperationMode& mode);
  void ReturnPacket(Risc& risc);
  /// A product of the packet's `rt` x `ct` stored tiles into DST tiles from `index` on, done now or later;
  /// every other use of DST comes after it.
  void Matmul(SourcePacket& packet, uint32_t index, uint32_t rt, uint32_t ct);
  /// The part of DestForMath that checks, up to and including tile `last`.
  void RequireDest(Risc& risc, const char* call, uint32_t last);
  DestTile& DestForMath(Risc& risc, const char* call, uint32_t index);
  /// As DestForMath, for an operation that reads what is there.
  DestTile& WrittenDest(Risc& risc, const char* call, uint32_t index);
  bool IsWritten(uint32_t index) const { return written_[math_half_ * tiles_per_half_ + index]; }
  void MarkWritten(uint32_t index) { written_[math_half_ * tiles_per_half_ + index] = true; }
  MathConfig math_config() const;
  void RequireSfpuInit(Risc& risc, const char* call, uint32_t family);
  void SetSfpuInit(Risc& risc, uint32_t family);
  uint32_t sfpu_init() const { return sfpu_init_; }

  // Packer.
  void Pack(Risc& risc, uint32_t dst, uint32_t out, uint32_t tile, bool out_of_order);
  void PackUntilize(Risc& risc, uint32_t out, uint32_t block_ct, uint32_t full_ct,
                    uint32_t block_rt, uint32_t block_c, uint32_t dst);
  void CheckExit(Risc& risc);
  /// Before bytes of this core's L1 are read: packs those that are still to be packed.
  void BeforeRead(uint32_t offset, uint32_t bytes) {
    if (offset < packs_end_ && offset + bytes > packs_begin_) Settle();
  }
  /// Before bytes of this core's L1 are overwritten: operands in them have been unpacked on the machine.
  void BeforeWrite(uint32_t offset, uint32_t bytes) {
    BeforeRead(offset, bytes);
    if (reads_l1_) KeepOperands(offset, bytes);
  }
  /// Does all that was put off.
  void Settle();

  // Time of one operation of the calling thread's engine; see timing::EventKind.
  void RecordMath(Risc& risc, const timing::MathCost& cost);
  void RecordEngine(Risc& risc, timing::EventKind kind, uint32_t cycles, uint32_t issue);
  void RecordConfigure(Risc& risc);

  /// Copy of the configuration one thread has programmed.
  struct ThreadState {
    uint32_t startup_line = 0;  ///< Line of compute_kernel_hw_startup; 0 if not called.
    DataFormat srca = DataFormat::Invalid;
    DataFormat srcb = DataFormat::Invalid;
    bool srca_to_dest = false;  ///< Configured for a buffer that goes straight to DST.
    bool srcb_to_dest = false;
    OperationMode mode;
  };
  ThreadState& StateOf(const Risc& risc);
  ThreadState unpack;
  ThreadState math;
  uint32_t pack_startup_line = 0;
  PackConfig pack_config;
  DataFormat pack_format = DataFormat::Invalid;
  std::array<uint32_t, 2> untilize = {0, 0};  ///< block_ct and full_ct, 0 when not set up.

  std::array<float, kTileDim> cumsum_carry = {};  ///< Last row of the previous cumsum_tile.

  const ComputeConfigDescriptor& config() const { return config_; }
  /// A buffer of the core has Float16: source registers and a 16-bit DST then hold float16.
  bool float16() const { return float16_; }
  /// Raises what is not known of float16: its numbers were never measured.
  void RefuseFloat16(Risc& risc, const char* call, const char* detail);
  bool UnpacksToDest(const CircularBuffer& cb, uint32_t id) const;

 private:
  /// Does `job` after what was put off already; at once if there is nothing.
  template <typename Job>
  void Defer(Job job);
  void KeepOperands(uint32_t offset, uint32_t bytes);
  void Store(Risc& risc, const char* call, const Operand& operand, StoredTiles& tiles);
  void RecordUnpack(Risc& risc, const timing::UnpackCost& cost);
  void RecordSync(Risc& risc, timing::EventKind kind);
  void RequireStartup(Risc& risc, const char* call);
  void RequireFormat(Risc& risc, const char* call, uint32_t cb, SourceRegister which, bool direct);
  void RequireDstIndex(Risc& risc, const char* call, uint32_t index);
  const uint8_t* TileForRead(Risc& risc, const char* call, uint32_t cb, uint32_t tile,
                             uint32_t bytes);
  SourcePacket& FreePacket(Risc& risc, const char* call);
  void PublishPacket(Risc& risc, SourcePacket& packet);

  static constexpr uint32_t kSourceBanks = 2;
  /// Packets in memory: those whose products are not computed yet stay there.
  static constexpr uint32_t kPackets = 16;

  ComputeConfigDescriptor config_;
  Numerics numerics_;
  bool float16_;
  uint32_t halves_;
  uint32_t tiles_per_half_;
  std::unique_ptr<DestTile[]> dst_;
  std::vector<bool> written_;
  DeferredWork deferred_;  ///< Products that may not be in DST yet, and what follows them.
  /// Range of L1 in which tiles may not be packed yet; empty when it ends before it begins.
  uint32_t packs_begin_ = 0xffffffff, packs_end_ = 0;
  uint32_t committed_ = 0;  ///< MATH_PACK semaphore: halves the packer may read.
  uint32_t math_half_ = 0;
  uint32_t pack_half_ = 0;
  bool acquired_ = false;
  bool waited_ = false;
  uint32_t acquire_line_ = 0;
  uint32_t wait_line_ = 0;
  uint32_t sfpu_init_ = 0xffffffff;  ///< Family of the last SFPU init; all ones if none.

  SourcePacket packets_[kPackets];
  bool reads_l1_ = false;  ///< Packets may have operands that are still in L1.
  std::array<SourcePacket*, kSourceBanks> banks_ = {};  ///< Full ones, in a ring.
  uint32_t packet_head_ = 0;                            ///< Bank that math takes next.
  uint32_t packets_full_ = 0;
};

/// The vendor's name of a format, e.g. "Float16_b".
const char* FormatName(DataFormat format);
/// Accepts the vendor's names and ttnn dtype names; Invalid if unknown.
DataFormat FormatFromName(const std::string& name);

}  // namespace tt_simulator
