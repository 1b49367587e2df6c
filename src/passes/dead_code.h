/*! Step of SplitDeviceKernel: what is left of a function when some of its leaves are gone. */
#pragma once

#include <tvm/tirx/stmt.h>

#include <unordered_set>

namespace tvm::tt {

using VarSet = std::unordered_set<const tirx::VarNode*>;

/*! The statement in place of one that is gone. */
tirx::Stmt Nothing();
bool IsNothing(const tirx::Stmt& stmt);

/*!
 * The statement without bindings, variables and allocations that no leaf depends on, and without loops and
 * branches that are empty then. Bindings in `wanted` stay in any case.
 */
tirx::Stmt RemoveDeadCode(const tirx::Stmt& stmt, const VarSet& wanted);

}  // namespace tvm::tt
