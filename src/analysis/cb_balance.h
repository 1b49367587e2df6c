/*! Whether both ends of every circular buffer move the same pages under the same control flow. */
#pragma once

#include <tvm/ir/module.h>

#include <string>

namespace tvm::tt {

/*!
 * Compares, for every circular buffer, the pushes of its producer kernel with the pops of its
 * consumer kernel: counts and the loops and branches around them. Returns an empty string
 * if all agree, else what differs.
 */
std::string FindCBImbalance(const IRModule& module);

}  // namespace tvm::tt
