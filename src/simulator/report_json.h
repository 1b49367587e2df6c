#pragma once

#include <string>

#include "device.h"

namespace tt_simulator {

/// {"status": "ok", "kernels": [...], "counters": {...}, "load_ms": ..., "run_ms": ...}
std::string ReportJson(const RunReport& report);

/// {"status": "DescriptorError" | "KernelCompileError" | "SimulationError" | "DeadlockError", ...}
/// with the attributes of the exception now being handled; rethrows any other exception.
std::string CurrentErrorJson();

}  // namespace tt_simulator
