/*! Part of SplitDeviceKernel and LowerCBIntrinsics: handshakes that both sides of a branch have. */
#include "passes/common_ends.h"

#include <tvm/ffi/extra/structural_equal.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <vector>

#include "ir/kernel_body.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Intrinsics only: what a condition is computed from does not change by them. */
bool SameIntrinsic(const Stmt& a, const Stmt& b) {
  return AsIntrinsic(a) && ffi::StructuralEqual()(a, b);
}

class EndTaker : public StmtMutator {
 private:
  Stmt VisitStmt_(const IfThenElseNode* op) final {
    if (!op->else_case) return StmtMutator::VisitStmt_(op);
    std::vector<Stmt> yes = AsList(VisitStmt(op->then_case));
    std::vector<Stmt> no = AsList(VisitStmt(op->else_case.value()));
    const size_t shorter = std::min(yes.size(), no.size());
    size_t front = 0, back = 0;
    while (front < shorter && SameIntrinsic(yes[front], no[front])) ++front;
    while (back < shorter - front && SameIntrinsic(yes.end()[-1 - static_cast<int>(back)],
                                                   no.end()[-1 - static_cast<int>(back)])) {
      ++back;
    }
    std::vector<Stmt> list(yes.begin(), yes.begin() + front);
    const std::vector<Stmt> tail(yes.end() - back, yes.end());
    yes = {yes.begin() + front, yes.end() - back};
    no = {no.begin() + front, no.end() - back};
    if (!yes.empty() && !no.empty()) {
      list.push_back(IfThenElse(op->condition, AsStmt(yes), AsStmt(no), op->span));
    } else if (!yes.empty()) {
      list.push_back(IfThenElse(op->condition, AsStmt(yes), std::nullopt, op->span));
    } else if (!no.empty()) {
      list.push_back(IfThenElse(!op->condition, AsStmt(no), std::nullopt, op->span));
    }
    list.insert(list.end(), tail.begin(), tail.end());
    return AsStmt(list);
  }
};

}  // namespace

Stmt TakeOutCommonEnds(const Stmt& stmt) { return EndTaker()(stmt); }

}  // namespace tvm::tt
