/*! Prints main.cpp: a complete host program for the plan, on the MeshDevice API. */
#pragma once

#include <string>

#include "ir/program_plan.h"

namespace tt_plan {

/*!
 * Text of main.cpp: opens a unit mesh device, makes buffers, circular buffers and kernels, sets the
 * runtime arguments of every core, moves tilised data in and out, and runs the program once on random
 * inputs.
 */
std::string PrintHost(const ProgramPlan& plan);

}  // namespace tt_plan
