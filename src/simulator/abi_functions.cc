#include "abi_functions.h"

#include <cstring>

#include "abi_compute.h"
#include "abi_dataflow.h"

namespace tt_simulator {

const tt_simulator_abi::Table& AbiTable() {
  static constexpr tt_simulator_abi::Table kTable = {
#define TT_SIMULATOR_ABI_ENTRY(result, name, parameters) .name = &AbiEntry<&abi::name>::Call,
      TT_SIMULATOR_ABI(TT_SIMULATOR_ABI_ENTRY)
#undef TT_SIMULATOR_ABI_ENTRY
  };
  return kTable;
}

}  // namespace tt_simulator
