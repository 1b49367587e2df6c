// The vendor's C++ types for the vector unit: numbers of 32 lanes, DST rows, conditions.
#pragma once

#include <bit>

#include "simulator_abi/lanes.h"

namespace sfpi {

/// Lanes for which a condition holds.
struct vBool {
  uint32_t mask;
};

/// 32 floats; assignments change the lanes in force.
class vFloat {
 public:
  vFloat() = default;
  vFloat(float value) : value_(tt_simulator_abi::RegisterOf(std::bit_cast<uint32_t>(value))) {}
  explicit vFloat(const tt_simulator_abi::Register& value) : value_(value) {}
  vFloat(const vFloat&) = default;
  vFloat& operator=(const vFloat& other) {
    for (uint32_t lane = 0; lane < tt_simulator_abi::kRegisterLanes; ++lane) {
      if (tt_simulator_abi::vector_state.active >> lane & 1) {
        value_.lanes[lane] = other.value_.lanes[lane];
      }
    }
    return *this;
  }
  const tt_simulator_abi::Register& value() const { return value_; }

  vFloat operator-() const {
    vFloat result = *this;
    for (uint32_t& lane : result.value_.lanes) lane ^= 0x80000000u;
    return result;
  }
  vFloat& operator+=(const vFloat& b) { return *this = *this + b; }
  vFloat& operator-=(const vFloat& b) { return *this = *this - b; }
  vFloat& operator*=(const vFloat& b) { return *this = *this * b; }
  friend vFloat operator+(const vFloat& a, const vFloat& b) {
    return vFloat(tt_simulator_abi::MultiplyAdd(a.value_, vFloat(1.0f).value_, b.value_));
  }
  friend vFloat operator-(const vFloat& a, const vFloat& b) { return a + -b; }
  friend vFloat operator*(const vFloat& a, const vFloat& b) {
    return vFloat(tt_simulator_abi::MultiplyAdd(a.value_, b.value_, vFloat(0.0f).value_));
  }

  // The machine tests the sign and the magnitude of the difference.
  friend vBool operator<(const vFloat& a, const vFloat& b) { return {(a - b).Negative()}; }
  friend vBool operator>=(const vFloat& a, const vFloat& b) { return {~(a - b).Negative()}; }
  friend vBool operator==(const vFloat& a, const vFloat& b) { return {(a - b).Zero()}; }
  friend vBool operator!=(const vFloat& a, const vFloat& b) { return {~(a - b).Zero()}; }
  friend vBool operator>(const vFloat& a, const vFloat& b) {
    const vFloat difference = a - b;
    return {~difference.Negative() & ~difference.Zero()};
  }
  friend vBool operator<=(const vFloat& a, const vFloat& b) { return {~(a > b).mask}; }

 private:
  uint32_t Negative() const {
    uint32_t mask = 0;
    for (uint32_t lane = 0; lane < tt_simulator_abi::kRegisterLanes; ++lane) {
      mask |= (value_.lanes[lane] >> 31) << lane;
    }
    return mask;
  }
  uint32_t Zero() const {
    uint32_t mask = 0;
    for (uint32_t lane = 0; lane < tt_simulator_abi::kRegisterLanes; ++lane) {
      mask |= static_cast<uint32_t>((value_.lanes[lane] & 0x7fffffffu) == 0) << lane;
    }
    return mask;
  }

  tt_simulator_abi::Register value_;
};

/// A bfloat16 constant, by pattern or by value.
inline vFloat sFloat16b(uint32_t pattern) { return std::bit_cast<float>(pattern << 16); }
inline vFloat sFloat16b(float value) {
  return std::bit_cast<float>(std::bit_cast<uint32_t>(value) & 0xffff0000u);
}

/// Rows of DST, two at a time: a register holds the even or the odd columns of four of them.
class DestRegister {
 public:
  explicit DestRegister(uint32_t offset) : offset_(offset) {}
  operator vFloat() const { return vFloat(tt_simulator_abi::LoadRegister(offset_)); }
  void operator=(const vFloat& value) const {
    tt_simulator_abi::StoreRegister(offset_, value.value());
  }
  void operator=(const DestRegister& other) const { *this = vFloat(other); }
  friend vFloat operator*(const DestRegister& a, const vFloat& b) { return vFloat(a) * b; }
  friend vFloat operator+(const DestRegister& a, const vFloat& b) { return vFloat(a) + b; }
  friend vFloat operator-(const DestRegister& a, const vFloat& b) { return vFloat(a) - b; }

 private:
  uint32_t offset_;
};
class DestRegisters {
 public:
  static constexpr uint32_t kStride = 2;
  DestRegister operator[](uint32_t index) const { return DestRegister(kStride * index); }
  void operator++(int) const { *this += 1; }
  void operator++() const { *this += 1; }
  void operator+=(uint32_t count) const { tt_simulator_abi::vector_state.row += kStride * count; }
};
inline constexpr DestRegisters dst_reg;

/// The lanes in force inside of v_if .. v_endif.
class Condition {
 public:
  explicit Condition(vBool condition) : outer_(active()) {
    taken_ = condition.mask;
    active() = outer_ & condition.mask;
  }
  ~Condition() { active() = outer_; }
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;
  void Else() { active() = outer_ & ~taken_; }
  void ElseIf(vBool condition) {
    active() = outer_ & ~taken_ & condition.mask;
    taken_ |= condition.mask;
  }
  void And(vBool condition) { active() &= condition.mask; }

 private:
  static uint32_t& active() { return tt_simulator_abi::vector_state.active; }
  uint32_t outer_;
  uint32_t taken_;
};

}  // namespace sfpi

#define v_if(condition) \
  {                     \
    ::sfpi::Condition tt_simulator_condition(condition);
#define v_elseif(condition) tt_simulator_condition.ElseIf(condition);
#define v_else tt_simulator_condition.Else();
#define v_and(condition) tt_simulator_condition.And(condition)
#define v_endif }
