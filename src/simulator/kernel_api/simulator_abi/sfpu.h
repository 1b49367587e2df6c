// Calls of the vector unit (SFPU).
#pragma once

#include <cstdint>

#include "../../numerics/sfpu_operations.h"
#include "table.h"

namespace ckernel {
using ::tt_simulator::VectorMode;
}

namespace tt_simulator_abi {

using Unary = ::tt_simulator::SfpuUnaryOp;
using Binary = ::tt_simulator::SfpuBinaryOp;
using Ternary = ::tt_simulator::SfpuTernaryOp;
using ::tt_simulator::VectorMode;

/// Init families: calls that program constants need their own init, the others any SFPU init.
inline constexpr uint32_t kAnyInit = 0;
constexpr uint32_t FamilyOf(Unary op) { return static_cast<uint32_t>(op) + 1; }
constexpr uint32_t FamilyOf(Binary op) { return static_cast<uint32_t>(op) + 0x200; }
constexpr uint32_t FamilyOf(Ternary op) { return static_cast<uint32_t>(op) + 0x300; }

inline void SfpuInit(uint32_t family, Site site) { table->sfpu_init(family, site); }

template <typename... Parameters>
inline void SfpuCall(Unary op, uint32_t family, uint32_t idst, VectorMode mode, Site site,
                     Parameters... parameters) {
  const uint32_t words[] = {static_cast<uint32_t>(parameters)..., 0};
  table->sfpu_unary(SfpuNeeds(static_cast<uint32_t>(op), family), idst, words,
                    sizeof...(parameters), static_cast<uint32_t>(mode), site);
}
inline void SfpuCall(Binary op, uint32_t family, uint32_t idst0, uint32_t idst1, uint32_t odst,
                     Site site, bool nearest_even = false) {
  const uint32_t number = static_cast<uint32_t>(op) | (nearest_even ? kSfpuNearestEven : 0);
  table->sfpu_binary(SfpuNeeds(number, family), idst0, idst1, odst, site);
}
inline void SfpuCall(Ternary op, uint32_t family, uint32_t idst0, uint32_t idst1, uint32_t idst2,
                     uint32_t odst, Site site, uint32_t parameter = 0) {
  table->sfpu_ternary(SfpuNeeds(static_cast<uint32_t>(op), family), idst0, idst1, idst2, odst,
                      parameter, site);
}

}  // namespace tt_simulator_abi
