// Enumerations of the compute API.
#pragma once

#include <cstdint>

namespace ckernel {

enum ThreadId : uint8_t {
  UnpackThreadId = 0,
  MathThreadId = 1,
  PackThreadId = 2,
  BriscThreadId = 3,
};

enum class EltwiseBinaryType : uint8_t { ELWMUL, ELWDIV, ELWADD, ELWSUB, ELWLESS };
enum class EltwiseBinaryReuseDestType : uint8_t { NONE = 0, DEST_TO_SRCA = 1, DEST_TO_SRCB = 2 };
enum class BroadcastType : uint8_t { NONE = 0x0, COL = 0x1, ROW = 0x2, SCALAR = 0x3 };
enum class PoolType : uint8_t { SUM, AVG, MAX, MIN };
enum class ReduceDim : uint8_t { REDUCE_ROW, REDUCE_COL, REDUCE_SCALAR };
/// How SFPU results reach a 16-bit DST: truncated, or rounded to nearest even first.
enum class DstRoundingMode : uint8_t { Default = 0, NearestEven = 1 };
/// Rounding of a quotient.
enum class RoundingMode : uint8_t { None = 0, Trunc = 1, Floor = 2 };
enum class DataCopyType : uint8_t { A2D, B2D };
enum class DstSync : uint8_t { SyncHalf = 0, SyncFull = 1 };
enum class MathFidelity : uint8_t { LoFi = 0, HiFi2 = 2, HiFi3 = 3, HiFi4 = 4 };

inline uint32_t mailbox_read(uint8_t thread, TT_SITE) {
  return tt_simulator_abi::table->mailbox_read(thread, site);
}
inline void mailbox_write(uint8_t thread, uint32_t value, TT_SITE) {
  tt_simulator_abi::table->mailbox_write(thread, value, site);
}

template <typename T>
inline T load_blocking(const volatile T* address) {
  return *address;
}

}  // namespace ckernel
using namespace ckernel;

using tt::constants::TILE_HEIGHT;
using tt::constants::TILE_WIDTH;

#ifndef TILE_R_DIM
#define TILE_R_DIM 32
#define TILE_C_DIM 32
#endif
