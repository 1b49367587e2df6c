/*! Code that nothing depends on. */
#include "passes/dead_code.h"

#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <utility>
#include <vector>

#include "analysis/block_access.h"
#include "ir/scalars.h"

namespace tvm::tt {

using namespace tirx;

Stmt Nothing() { return Evaluate(0); }

bool IsNothing(const Stmt& stmt) {
  const auto* evaluate = stmt.as<EvaluateNode>();
  return evaluate != nullptr && is_const_int(evaluate->value);
}

namespace {

/*! Marks what the leaves of a statement depend on: bindings and variables, through the control flow around them. */
class LivenessMarker : public StmtExprVisitor {
 public:
  static VarSet Mark(const Stmt& stmt, const VarSet& wanted) {
    LivenessMarker marker;
    marker.live_ = wanted;
    size_t known;
    do {
      known = marker.live_.size();
      marker.VisitStmt(stmt);
    } while (known != marker.live_.size());
    return marker.live_;
  }

 private:
  void VisitStmt(const Stmt& stmt) final {
    if (IsNothing(stmt)) return;
    if (in_leaf_ || !IsLeaf(stmt)) return StmtExprVisitor::VisitStmt(stmt);
    in_leaf_ = true;
    StmtExprVisitor::VisitStmt(stmt);
    in_leaf_ = false;
    NeedControl();
  }
  void VisitStmt_(const AllocBufferNode*) final {}
  void VisitStmt_(const BindNode* op) final {
    if (in_leaf_) return VisitExpr(op->value);
    if (!live_.count(op->var.get())) return;
    VisitExpr(op->value);
    NeedControl();
  }
  void VisitStmt_(const BufferStoreNode* op) final {
    if (!IsScalar(op->buffer)) return StmtExprVisitor::VisitStmt_(op);
    if (!live_.count(op->buffer->data.get())) return;
    VisitExpr(op->value);
    NeedControl();
  }
  void VisitStmt_(const ForNode* op) final {
    if (in_leaf_) return StmtExprVisitor::VisitStmt_(op);
    Under({op->min, op->extent}, op->body);
  }
  void VisitStmt_(const WhileNode* op) final { Under({op->condition}, op->body); }
  void VisitStmt_(const IfThenElseNode* op) final {
    if (in_leaf_) return StmtExprVisitor::VisitStmt_(op);
    Under({op->condition}, op->then_case);
    if (op->else_case) Under({op->condition}, op->else_case.value());
  }
  void Under(const ffi::Array<PrimExpr>& control, const Stmt& body) {
    control_.push_back(control);
    VisitStmt(body);
    control_.pop_back();
  }
  /*! What the loops and branches around a needed statement use is needed, too. */
  void NeedControl() {
    for (const ffi::Array<PrimExpr>& around : control_) {
      for (const PrimExpr& expr : around) VisitExpr(expr);
    }
  }
  void VisitExpr_(const VarNode* op) final { live_.insert(op); }
  void VisitExpr_(const BufferLoadNode* op) final {
    live_.insert(op->buffer->data.get());
    StmtExprVisitor::VisitExpr_(op);
  }

  VarSet live_;
  std::vector<ffi::Array<PrimExpr>> control_;
  bool in_leaf_ = false;
};

/*! Drops bindings, variables and allocations that nothing depends on, and loops and branches that are empty then. */
class DeadCodeRemover : public StmtMutator {
 public:
  /*! `wanted`: bindings that stay in any case. */
  static Stmt Run(const Stmt& stmt, const VarSet& wanted) {
    return DeadCodeRemover(LivenessMarker::Mark(stmt, wanted))(stmt);
  }

 private:
  explicit DeadCodeRemover(VarSet used) : used_(std::move(used)) {}
  Stmt VisitStmt_(const BindNode* op) final { return Keep(op->var, ffi::GetRef<Stmt>(op)); }
  Stmt VisitStmt_(const AllocBufferNode* op) final {
    return Keep(op->buffer->data, ffi::GetRef<Stmt>(op));
  }
  Stmt VisitStmt_(const BufferStoreNode* op) final {
    if (!IsScalar(op->buffer)) return ffi::GetRef<Stmt>(op);
    return Keep(op->buffer->data, ffi::GetRef<Stmt>(op));
  }
  Stmt Keep(const Var& var, const Stmt& stmt) { return used_.count(var.get()) ? stmt : Nothing(); }
  Stmt VisitStmt_(const AttrStmtNode* op) final {
    Stmt body = VisitStmt(op->body);
    return IsNothing(body) ? body : AttrStmt(op->node, op->attr_key, op->value, body, op->span);
  }
  Stmt VisitStmt_(const ForNode* op) final { return OrNothing(StmtMutator::VisitStmt_(op)); }
  Stmt VisitStmt_(const WhileNode* op) final { return OrNothing(StmtMutator::VisitStmt_(op)); }
  Stmt VisitStmt_(const IfThenElseNode* op) final { return OrNothing(StmtMutator::VisitStmt_(op)); }
  /*! A loop or branch, unless there is nothing in it. */
  Stmt OrNothing(Stmt stmt) {
    const auto* branch = stmt.as<IfThenElseNode>();
    if (branch != nullptr && branch->else_case && IsNothing(branch->else_case.value())) {
      stmt = IfThenElse(branch->condition, branch->then_case, std::nullopt, branch->span);
      branch = stmt.as<IfThenElseNode>();
    }
    if (branch != nullptr && branch->else_case) return stmt;
    const Stmt& body = branch               ? branch->then_case
                       : stmt.as<ForNode>() ? stmt.as<ForNode>()->body
                                            : stmt.as<WhileNode>()->body;
    return IsNothing(body) ? body : stmt;
  }
  Stmt VisitStmt_(const SeqStmtNode* op) final {
    ffi::Array<Stmt> seq;
    for (const Stmt& stmt : op->seq) {
      Stmt visited = VisitStmt(stmt);
      if (!IsNothing(visited)) seq.push_back(visited);
    }
    return seq.empty() ? Nothing() : SeqStmt::Flatten(seq);
  }
  const VarSet used_;
};

}  // namespace

Stmt RemoveDeadCode(const Stmt& stmt, const VarSet& wanted) {
  return DeadCodeRemover::Run(stmt, wanted);
}

}  // namespace tvm::tt
