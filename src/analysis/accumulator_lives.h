/*! Which accumulators can be accumulated into in place. */
#pragma once

#include <tvm/tirx/stmt.h>

#include "analysis/accumulator_residency.h"

namespace tvm::tt {

/*!
 * Data variables of the accumulators whose every life is one run: defined in a statement list,
 * accumulated into by matmuls only - in that list or in loops below it - and used after the last of
 * them. Only these can be kept open, in DST or as a reserved block that the packer adds onto.
 */
VarSet FindInPlaceAccumulators(const tirx::Stmt& body);

}  // namespace tvm::tt
