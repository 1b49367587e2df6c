/*! Small constructors for loops and constants. */
#pragma once

#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt.h>

#include <utility>

namespace tvm::tt {

/*! A constant index. */
inline PrimExpr Imm(int64_t value) { return IntImm(DataType::Int(32), value); }

/*! A serial loop from 0. */
inline tirx::Stmt Loop(const tirx::Var& var, PrimExpr extent, tirx::Stmt body) {
  return tirx::For(var, Imm(0), std::move(extent), tirx::ForKind::kSerial, std::move(body));
}

}  // namespace tvm::tt
