#pragma once

#include "report.h"
#include "simulator/descriptors.h"
#include "target/timing_model.h"

namespace tt_simulator::timing {

/// Launch of a program by fast dispatch, from a trace.
LaunchTime LaunchOf(const tt_target::TimingModel& model, const ProgramDescriptor& program);

}  // namespace tt_simulator::timing
