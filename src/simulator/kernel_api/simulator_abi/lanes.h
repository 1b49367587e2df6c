// Programs of the vector unit: registers of 32 lanes, lanes in force, and the walk over a tile.
#pragma once

#include <cstdint>
#include <utility>

#include "simulator_abi/sfpu.h"

namespace tt_simulator_abi {

inline constexpr uint32_t kRegisterLanes = 32;
/// Rows of DST that a tile and a face take.
inline constexpr uint32_t kDestTileRows = 64;
inline constexpr uint32_t kDestFaceRows = 16;

/// What the math thread's vector unit keeps between instructions.
struct VectorState {
  uint32_t row = 0;       // in DST; moved by dst_reg++
  uint32_t start = 0;     // where the present face began
  uint32_t active = ~0u;  // lanes that conditions leave in force
  uint32_t cycles = 0;    // since the last report to the time model
  Site site = kHere;
};
inline VectorState vector_state;

/// A multiplication or addition occupies two cycles, everything else one.
inline constexpr uint32_t kMultiplyAddCycles = 2;

struct Register {
  uint32_t lanes[kRegisterLanes];
};

inline Register RegisterOf(uint32_t bits) {
  Register result;
  for (uint32_t& lane : result.lanes) lane = bits;
  return result;
}
inline Register LoadRegister(uint32_t offset) {
  Register result;
  table->lanes_load(vector_state.row + offset, result.lanes, vector_state.site);
  vector_state.cycles += 1;
  return result;
}
inline void StoreRegister(uint32_t offset, const Register& value) {
  table->lanes_store(vector_state.row + offset, value.lanes, vector_state.active,
                     vector_state.site);
  vector_state.cycles += 1;
}
inline Register MultiplyAdd(const Register& a, const Register& b, const Register& c) {
  Register result;
  table->lanes_multiply_add(a.lanes, b.lanes, c.lanes, result.lanes);
  vector_state.cycles += kMultiplyAddCycles;
  return result;
}
/// A register through the program of one of the element-wise calls.
template <typename... Parameters>
inline Register Evaluate(Unary op, Register value, Parameters... parameters) {
  const uint32_t words[] = {static_cast<uint32_t>(parameters)..., 0};
  vector_state.cycles +=
      table->lanes_unary(static_cast<uint32_t>(op), value.lanes, words, sizeof...(parameters));
  return value;
}

inline void AdvanceFace(uint32_t rows) {
  vector_state.start += rows;
  vector_state.row = vector_state.start;
}

/// Calls `program` for each face of the mode; it finds the face at offset 0.
template <typename Program, typename... Arguments>
inline void ForFaces(uint32_t first_tile, VectorMode mode, Site site, Program&& program,
                     Arguments&&... arguments) {
  vector_state = {.site = site};
  AdvanceFace(first_tile * kDestTileRows);
  const uint32_t faces = mode == VectorMode::RC ? 4 : mode == VectorMode::None ? 1 : 2;
  for (uint32_t face = 0; face < faces; ++face) {
    program(std::forward<Arguments>(arguments)...);
    AdvanceFace(mode == VectorMode::C ? 2 * kDestFaceRows : kDestFaceRows);
  }
  table->lanes_done(vector_state.cycles, site);
}

}  // namespace tt_simulator_abi

// The vendor's way to call a program of namespace ckernel::sfpu on a tile.
template <typename Program, typename... Arguments>
inline void _llk_math_eltwise_unary_sfpu_params_(
    Program&& program, uint32_t tile,
    tt_simulator_abi::VectorMode mode = tt_simulator_abi::VectorMode::RC,
    Arguments&&... arguments) {
  tt_simulator_abi::ForFaces(tile, mode, tt_simulator_abi::kHere, program, arguments...);
}
/// The program gets the tiles' indices and addresses them itself.
template <typename Program, typename... Arguments>
inline void _llk_math_eltwise_binary_sfpu_params_(
    Program&& program, uint32_t tile0, uint32_t tile1, uint32_t out,
    tt_simulator_abi::VectorMode mode = tt_simulator_abi::VectorMode::RC,
    Arguments&&... arguments) {
  tt_simulator_abi::ForFaces(0, mode, tt_simulator_abi::kHere, program, tile0, tile1, out,
                             arguments...);
}

enum class SfpuType : uint8_t { exponential, reciprocal, unused };

namespace ckernel {
template <SfpuType type, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
inline void llk_math_eltwise_unary_sfpu_init(TT_SITE) {
  constexpr auto program =
      type == SfpuType::exponential ? tt_simulator_abi::Unary::Exp : tt_simulator_abi::Unary::Recip;
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(program), site);
}
template <SfpuType type, typename Init>
inline void llk_math_eltwise_unary_sfpu_init(Init&& init) {
  init();
}

/// Where programs of the vector unit live.
namespace sfpu {}

namespace math {
inline void set_addr_mod_base() {}
inline void clear_addr_mod_base() {}
}  // namespace math
}  // namespace ckernel

#define TT_SIMULATOR_EXPAND(...) __VA_ARGS__
#define SFPU_UNARY_CALL(sync, accumulate, function, templates, tile, mode, ...) \
  (_llk_math_eltwise_unary_sfpu_params_(                                        \
      [](auto... arguments) {                                                   \
        ::ckernel::sfpu::function<TT_SIMULATOR_EXPAND templates>(arguments...); \
      },                                                                        \
      tile, mode, ##__VA_ARGS__))
#define SFPU_UNARY_INIT_FN(operation, init, templates)                \
  ::ckernel::llk_math_eltwise_unary_sfpu_init<::SfpuType::operation>( \
      init<TT_SIMULATOR_EXPAND templates>)

// The instruction that moves the row counter on, in its one use: on from where the face began.
namespace ckernel::p_setrwc {
enum : uint32_t { CLR_NONE = 0, CR_D = 4, SET_D = 4 };
}  // namespace ckernel::p_setrwc
#define TTI_SETRWC(clear, carriage_return, dest_rows, b_rows, a_rows, counters) \
  ::tt_simulator_abi::AdvanceFace(dest_rows)
