/*!
 * Sizes of tensors that a launch brings (T.dynamic): variables of the kernel that are at least 1. One program serves
 * all of them, so what depends on them is an expression here, and a number only in the plan of a launch.
 */
#pragma once

#include <tvm/arith/analyzer.h>
#include <tvm/ffi/container/array.h>
#include <tvm/ffi/container/variant.h>
#include <tvm/tirx/expr.h>
#include <tvm/tirx/var.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tvm::tt {

/*! A number, or an expression of sizes. */
using Extent = ffi::Variant<int64_t, PrimExpr>;
/*! The sizes of a launch, by name. */
using Sizes = std::map<std::string, int64_t>;

PrimExpr ExprOf(const Extent& extent);
/*! What an expression comes to. */
Extent ExtentOf(const PrimExpr& expr);
/*! The number that an extent is, or nothing if it depends on sizes. */
std::optional<int64_t> NumberOf(const Extent& extent);
/*! The number that an extent is with the sizes of a launch; throws ValueError if one is missing. */
int64_t NumberFor(const Extent& extent, const Sizes& sizes);

/*! Whether an expression is made of sizes, at least one, and constants. */
bool IsOfSizes(const PrimExpr& expr);
/*! Appends the sizes in a statement or expression that are not in the list yet. */
void CollectSizes(const ffi::ObjectRef& node, std::vector<tirx::Var>* sizes);
/*! Tells an analyzer that the sizes in a statement or expression are at least 1. */
void BindSizes(arith::Analyzer* analyzer, const ffi::ObjectRef& node);
/*! Whether an expression of sizes and constants is at least 1 whatever the sizes are. */
bool IsPositive(const PrimExpr& expr);

}  // namespace tvm::tt
