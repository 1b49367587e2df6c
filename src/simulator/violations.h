#pragma once

#include <cstdint>
#include <string_view>

namespace tt_simulator {

/// Every rule the simulator enforces; rows are in violations.def.
enum class Violation : uint8_t {
#define TT_VIOLATION(name, machine, message, hint) k##name,
#include "violations.def"
#undef TT_VIOLATION
  kCount,
};

struct ViolationRow {
  std::string_view name;
  std::string_view machine;  ///< What the machine would do.
  std::string_view message;  ///< fmt template.
  std::string_view hint;     ///< fmt template.
};

/// The row of `violation`.
const ViolationRow& RowOf(Violation violation);
/// The violation named `name`, or kCount.
Violation ViolationFromName(std::string_view name);

}  // namespace tt_simulator
