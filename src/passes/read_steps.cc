/*! Part of ShareReadsTT: steps of reads, and reads as they are at another step. */
#include "passes/read_steps.h"

#include <tvm/tirx/analysis.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <string>

#include "ir/kernel_body.h"

namespace tvm::tt {

using namespace tirx;

PrimExpr Steps::Total() const {
  PrimExpr total = Imm(1);
  for (const Counter& counter : counters) total = total * counter.extent;
  return total;
}

bool Steps::GoOn(const ForNode* loop) const {
  if (counters.empty() || !is_const_int(loop->extent)) return false;
  return std::all_of(counters.begin(), counters.end(),
                     [](const Counter& counter) { return is_const_int(counter.extent); });
}

Stmt Steps::At(const PrimExpr& at, const Stmt& stmt, const char* prefix,
               arith::Analyzer* analyzer) const {
  ffi::Map<Var, PrimExpr> values;
  std::vector<Bind> binds;
  auto Name = [&](const Var& var, const PrimExpr& value) {
    PrimExpr simple = analyzer->Simplify(value);
    if (!is_const_int(simple) && !simple->IsInstance<VarNode>()) {
      binds.push_back(Bind(Var(prefix + std::string(var->name_hint), var.dtype()), value));
      simple = binds.back()->var;
    }
    values.Set(var, simple);
  };
  const bool one = counters.size() == 1 && !of_items;
  if (one) values.Set(counters[0].var, at);
  PrimExpr below = analyzer->Simplify(Total());
  for (size_t i = 0; i < counters.size() && !one; ++i) {
    below = analyzer->Simplify(floordiv(below, counters[i].extent));
    const PrimExpr value = is_one(below) ? at : floordiv(at, below);
    Name(counters[i].var, i == 0 ? value : floormod(value, counters[i].extent));
  }
  for (const Bind& bind : known) {
    PrimExpr value = Substitute(bind->value, values);
    if (!value.same_as(bind->value)) Name(bind->var, value);
  }
  std::vector<Stmt> list{Substitute(stmt, values)};
  for (size_t i = binds.size(); i-- > 0;) {
    auto is_this = [&](const VarNode* var) { return var == binds[i]->var.get(); };
    const bool used = std::any_of(list.begin(), list.end(),
                                  [&](const Stmt& later) { return UsesVar(later, is_this); });
    if (used) list.insert(list.begin(), binds[i]);
  }
  return AsStmt(list);
}

}  // namespace tvm::tt
