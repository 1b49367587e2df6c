// The calls a kernel text makes into the simulator. Both sides include this file; everything in it
// is plain data, so kernels and simulator may be compiled by different compilers.
#pragma once

#include <cstdint>

namespace tt_simulator_abi {

/// Changes whenever the table below changes; part of the kernel cache key through the headers.
inline constexpr uint32_t kAbiVersion = 2;

/// The place in the kernel's text where an API function is called.
struct Site {
  const char* file;
  uint32_t line;
  static constexpr Site current(const char* file = __builtin_FILE(),
                                uint32_t line = __builtin_LINE()) {
    return {file, line};
  }
};

/// Which RISC runs the calling fiber.
enum Role : uint32_t { kBrisc = 0, kNcrisc = 1, kUnpack = 2, kMath = 3, kPack = 4 };

enum BarrierKind : uint32_t {
  kReadBarrier,
  kWriteBarrier,
  kWriteFlush,
  kPostedFlush,
  kAtomicBarrier,
  kFullBarrier,
};

/// No transaction id / all transactions.
inline constexpr uint32_t kNoTransactionId = 0xffffffff;

enum NocFlags : uint32_t { kNocPosted = 1, kNocLoopback = 2, kNocLinked = 4, kNocSemaphore = 8 };

enum EltwiseOp : uint32_t { kAdd, kSub, kMul };
enum BroadcastKind : uint32_t { kBroadcastNone, kBroadcastCol, kBroadcastRow, kBroadcastScalar };
enum ReuseDest : uint32_t { kReuseNone, kDestToSrcA, kDestToSrcB };
enum Pool : uint32_t { kPoolSum, kPoolAvg, kPoolMax, kPoolMin };
enum Reduce : uint32_t { kReduceRow, kReduceCol, kReduceScalar };
enum DstSync : uint32_t { kDstAcquire, kDstCommit, kDstWait, kDstRelease };

/// SFPU calls that are not a row of SfpuUnaryOp.
inline constexpr uint32_t kSfpuTypecast = 0x8000;  ///< Parameters: from, to (DataFormat).
inline constexpr uint32_t kSfpuCumsum = 0x8002;    ///< Parameter: first.
inline constexpr uint32_t kSfpuCopyDest = 0x8001;  ///< Binary: out = in0 (copy_dest_values).
/// Flag of a binary `op`: round to nearest even before a store to a 16-bit DST.
inline constexpr uint32_t kSfpuNearestEven = 0x4000;
/// The init call an SFPU operation needs, in the high half of `op`: 0 means any SFPU init.
constexpr uint32_t SfpuNeeds(uint32_t op, uint32_t family) { return op | family << 16; }

/// Pointers of a circular buffer as a RISC sees them. Bytes.
struct CircularBufferView {
  uint32_t fifo_size;
  uint32_t fifo_limit;
  uint32_t fifo_page_size;
  uint32_t fifo_num_pages;
  uint32_t fifo_rd_ptr;
  uint32_t fifo_wr_ptr;
};

/// Where in the machine code a call was made that has no place in the text.
struct Instruction {
  uint64_t address;
};

struct MatmulShape {
  uint32_t transpose;
  uint32_t ct_dim;
  uint32_t rt_dim;
  uint32_t kt_dim;
};

// One row per call: return type, name, parameters.
// clang-format off
#define TT_SIMULATOR_ABI(X)                                                                        \
  /* The calling core and its arguments */                                                         \
  X(uint32_t, role, ())                                                                            \
  X(uint32_t, argument, (uint32_t common, uint32_t index, Site site))                              \
  X(uint32_t, argument_address, (uint32_t common, uint32_t index, Site site))                      \
  X(uint32_t, coordinate, (uint32_t kind))                                                         \
  X(uint32_t, semaphore_address, (uint32_t id, Site site))                                         \
  /* Raw memory, polling and assertions */                                                         \
  X(void, check_access, (uint64_t address, uint64_t size, uint32_t is_write, Instruction at))      \
  X(void, note, (Site site))                                                                       \
  X(void, zone, (const char* name, uint32_t begins))                                               \
  X(uint32_t, out_of_fuel, (Instruction at))                                                       \
  X(void, poll, (Site site))                                                                       \
  X(void, assertion_failed, (const char* text, Site site))                                         \
  X(void, division_by_zero, (Site site))                                                           \
  X(void, stack_overflow, (Instruction at))                                                        \
  X(void, unsupported, (const char* call, Site site))                                              \
  X(uint32_t, local_address, (uint32_t address))                                                   \
  /* Circular buffers */                                                                           \
  X(void, cb_reserve_back, (uint32_t cb, uint32_t pages, Site site))                               \
  X(void, cb_push_back, (uint32_t cb, uint32_t pages, Site site))                                  \
  X(void, cb_wait_front, (uint32_t cb, uint32_t pages, Site site))                                 \
  X(void, cb_pop_front, (uint32_t cb, uint32_t pages, Site site))                                  \
  X(uint32_t, cb_can_reserve, (uint32_t cb, uint32_t pages, Site site))                            \
  X(uint32_t, cb_can_wait, (uint32_t cb, uint32_t pages, Site site))                               \
  X(CircularBufferView*, cb_view,       (uint32_t cb, Site site))                                  \
  /* NoC; local addresses are this core's L1 */                                                    \
  X(uint64_t, bank_address, (uint32_t is_dram, uint32_t bank, uint32_t offset, Site site))         \
  X(uint64_t, page_address, (uint32_t is_dram, uint32_t base, uint32_t page_size, uint32_t page,   \
                             uint32_t offset, Site site))                                          \
  X(void, noc_read, (uint64_t source, uint32_t local, uint32_t size, uint32_t noc, uint32_t trid,  \
                     Site site))                                                                   \
  X(void, noc_write, (uint32_t local, uint64_t destination, uint32_t size, uint32_t noc,           \
                      uint32_t trid, uint32_t flags, Site site))                                   \
  X(void, noc_write_multicast, (uint32_t local, uint64_t destination, uint32_t size,               \
                                uint32_t num_dests, uint32_t noc, uint32_t flags, Site site))      \
  X(void, noc_write_inline, (uint64_t destination, uint32_t value, uint32_t byte_enable,           \
                             uint32_t num_dests, uint32_t noc, Site site))                         \
  X(void, noc_write_zeros, (uint32_t local, uint32_t size, uint32_t noc, Site site))               \
  X(void, noc_barrier, (uint32_t kind, uint32_t noc, uint32_t trid, Site site))                    \
  X(uint32_t, noc_reads_done, (uint32_t noc, uint32_t trid, Site site))                            \
  X(uint32_t, noc_is_local, (uint64_t address))                                                    \
  /* Semaphores (L1 words) */                                                                      \
  X(void, semaphore_wait, (uint32_t local, uint32_t value, uint32_t at_least, Site site))          \
  X(void, semaphore_set, (uint32_t local, uint32_t value, Site site))                              \
  X(void, semaphore_add_local, (uint32_t local, uint32_t value, Site site))                        \
  X(void, semaphore_increment, (uint64_t address, uint32_t value, uint32_t num_dests,              \
                                uint32_t noc, uint32_t posted, Site site))                         \
  /* Compute: configuration */                                                                     \
  X(void, hw_startup, (uint32_t srca, uint32_t srcb, uint32_t out, Site site))                     \
  X(void, reconfig_source, (uint32_t which, uint32_t has_old, uint32_t old_cb, uint32_t new_cb,    \
                            Site site))                                                            \
  X(void, reconfig_pack, (uint32_t has_old, uint32_t old_cb, uint32_t new_cb, Site site))          \
  X(void, pack_init, (uint32_t out, Site site))                                                    \
  X(void, pack_l1_accumulate, (uint32_t enable, Site site))                                        \
  X(void, pack_relu, (uint32_t mode, uint32_t threshold, Site site))                               \
  X(void, dst_sync, (uint32_t what, Site site))                                                    \
  /* Compute: matrix unit */                                                                       \
  X(void, matmul_init, (uint32_t in0, uint32_t in1, MatmulShape shape, Site site))                 \
  X(void, matmul, (uint32_t in0, uint32_t in1, uint32_t tile0, uint32_t tile1, uint32_t dst,       \
                   uint32_t is_block, MatmulShape shape, Site site))                               \
  X(void, eltwise_init, (uint32_t op, uint32_t broadcast, uint32_t in0, uint32_t in1,              \
                         uint32_t accumulate, uint32_t full, Site site))                           \
  X(void, eltwise, (uint32_t op, uint32_t broadcast, uint32_t in0, uint32_t in1, uint32_t tile0,   \
                    uint32_t tile1, uint32_t dst, uint32_t row, Site site))                        \
  X(void, reuse_init, (uint32_t op, uint32_t reuse, uint32_t in, Site site))                       \
  X(void, reuse, (uint32_t op, uint32_t reuse, uint32_t in, uint32_t tile, uint32_t dst,           \
                  Site site))                                                                      \
  X(void, copy_init, (uint32_t in, uint32_t transpose, uint32_t within_face, Site site))           \
  X(void, copy, (uint32_t in, uint32_t tile, uint32_t dst, Site site))                             \
  X(void, transpose_init, (uint32_t in, Site site))                                                \
  X(void, transpose, (uint32_t in, uint32_t tile, uint32_t dst, Site site))                        \
  X(void, transpose_dest_init, (uint32_t is_32bit, uint32_t faces, Site site))                     \
  X(void, transpose_dest, (uint32_t dst, uint32_t is_32bit, uint32_t faces, Site site))            \
  X(void, unary_broadcast_init, (uint32_t broadcast, uint32_t in, Site site))                      \
  X(void, unary_broadcast, (uint32_t broadcast, uint32_t in, uint32_t tile, uint32_t dst,          \
                            Site site))                                                            \
  X(void, reduce_init, (uint32_t pool, uint32_t dim, uint32_t in, uint32_t scaler, uint32_t out,   \
                        Site site))                                                                \
  X(void, reduce, (uint32_t pool, uint32_t dim, uint32_t in, uint32_t scaler, uint32_t tile,       \
                   uint32_t scaler_tile, uint32_t dst, Site site))                                 \
  X(void, reduce_uninit, (Site site))                                                              \
  X(void, tilize_init, (uint32_t in, uint32_t block, uint32_t out, Site site))                     \
  X(void, tilize_tile, (uint32_t in, uint32_t block, uint32_t tile, uint32_t dst, Site site))      \
  X(void, tilize_uninit, (uint32_t in, uint32_t out, Site site))                                   \
  /* Compute: packer */                                                                            \
  X(void, pack, (uint32_t dst, uint32_t out, uint32_t tile, uint32_t out_of_order, Site site))     \
  X(void, pack_untilize_init, (uint32_t out, uint32_t block_ct, uint32_t full_ct, Site site))      \
  X(void, pack_untilize, (uint32_t out, uint32_t block_ct, uint32_t full_ct, uint32_t block_rt,    \
                          uint32_t block_c, uint32_t dst, Site site))                              \
  X(void, pack_untilize_uninit, (uint32_t out, Site site))                                         \
  /* Compute: vector unit */                                                                       \
  X(void, sfpu_init, (uint32_t op, Site site))                                                     \
  X(void, sfpu_unary, (uint32_t op, uint32_t dst, const uint32_t* parameters, uint32_t count,      \
                       uint32_t vector_mode, Site site))                                           \
  X(void, sfpu_binary, (uint32_t op, uint32_t in0, uint32_t in1, uint32_t out, Site site))         \
  X(void, sfpu_ternary, (uint32_t op, uint32_t in0, uint32_t in1, uint32_t in2, uint32_t out,      \
                         uint32_t parameter, Site site))                                          \
  X(void, sfpu_reduce_init, (uint32_t pool, uint32_t format, Site site))                           \
  X(void, sfpu_reduce, (uint32_t pool, uint32_t format, uint32_t dim, uint32_t dst,                \
                        uint32_t ct_dim, uint32_t rt_dim, Site site))                              \
  X(void, sfpu_broadcast_init, (uint32_t broadcast, Site site))                                    \
  X(void, sfpu_broadcast, (uint32_t op, uint32_t broadcast, uint32_t data, uint32_t vector,        \
                           Site site))                                                             \
  /* Compute: single registers of the vector unit, 32 lanes each */                                \
  X(void, lanes_load, (uint32_t row, uint32_t* lanes, Site site))                                  \
  X(void, lanes_store, (uint32_t row, const uint32_t* lanes, uint32_t active, Site site))          \
  X(void, lanes_multiply_add, (const uint32_t* a, const uint32_t* b, const uint32_t* c,            \
                               uint32_t* result))                                                  \
  X(uint32_t, lanes_unary, (uint32_t op, uint32_t* lanes, const uint32_t* parameters,              \
                            uint32_t count))                                                       \
  X(void, lanes_done, (uint32_t cycles, Site site))                                                \
  /* Mailboxes between the three TRISCs */                                                         \
  X(void, mailbox_write, (uint32_t to, uint32_t value, Site site))                                 \
  X(uint32_t, mailbox_read, (uint32_t from, Site site))
// clang-format on

/// The table the simulator hands to a kernel when it loads it.
struct Table {
#define TT_SIMULATOR_ABI_FIELD(result, name, parameters) result(*name) parameters;
  TT_SIMULATOR_ABI(TT_SIMULATOR_ABI_FIELD)
#undef TT_SIMULATOR_ABI_FIELD
};

}  // namespace tt_simulator_abi
