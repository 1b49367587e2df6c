/*! Statements that bind names to expressions, in order. */
#pragma once

#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt.h>

#include <utility>
#include <vector>

#include "ir/kernel_body.h"

namespace tvm::tt {

class Lets {
 public:
  /*! A new name for a value. */
  tirx::Var operator()(const char* name, PrimExpr value) {
    return Add(tirx::Var(name, DataType::Int(32)), std::move(value));
  }
  /*! The same for what is no index: page ids and byte offsets, which have no sign. */
  tirx::Var Unsigned(const char* name, PrimExpr value) {
    return Add(tirx::Var(name, DataType::UInt(32)), cast(DataType::UInt(32), std::move(value)));
  }
  tirx::Stmt Then(const tirx::Stmt& last) {
    stmts_.push_back(last);
    return AsStmt(stmts_);
  }

 private:
  tirx::Var Add(tirx::Var var, PrimExpr value) {
    stmts_.push_back(tirx::Bind(var, std::move(value)));
    return var;
  }
  std::vector<tirx::Stmt> stmts_;
};

}  // namespace tvm::tt
