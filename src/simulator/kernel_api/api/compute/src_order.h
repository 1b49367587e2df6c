#pragma once

#include <cstdint>

namespace ckernel {

/// Which operand goes to which source register; matmul takes its first operand in SrcB.
enum class SrcOrder : uint8_t { Regular = 0, Reverse = 1 };

}  // namespace ckernel
