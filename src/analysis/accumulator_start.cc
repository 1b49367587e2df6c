/*! Starts of accumulations, on the compute kernel of level split or protocol. */
#include "analysis/accumulator_start.h"

#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include "ir/sizes.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

class StartFinder : public StmtVisitor {
 public:
  explicit StartFinder(const std::vector<Stmt>& prologue) {
    for (const Stmt& stmt : prologue) {
      const auto* bind = stmt.as<BindNode>();
      if (bind == nullptr || !IsPositiveConstant(bind->value)) continue;
      positive_.insert(bind->var.get());
    }
  }
  std::unordered_set<const StmtNode*> found;

 private:
  void VisitStmt_(const SeqStmtNode* op) final {
    for (size_t i = 0; i < op->seq.size(); ++i) {
      IntrinsicCall call = AsIntrinsic(op->seq[i]);
      if (call.Is(Intrinsic::AccumulatorInit) &&
          call.call->args[1].as<FloatImmNode>()->value == 0 &&
          SurelyAccumulates(op, i + 1, call.call->args[0])) {
        found.insert(op->seq[i].get());
      }
    }
    StmtVisitor::VisitStmt_(op);
  }

  /*! Whether the first statement from `begin` on that touches the accumulator surely runs a matmul. */
  bool SurelyAccumulates(const SeqStmtNode* op, size_t begin, const PrimExpr& acc) {
    for (size_t i = begin; i < op->seq.size(); ++i) {
      bool touches = false, may_not_run = false;
      PostOrderVisit(op->seq[i], [&](const ffi::ObjectRef& node) {
        const auto* call = node.as<CallNode>();
        touches |= call && call->op.same_as(GetOp(Intrinsic::Mma)) && call->args[2].same_as(acc);
        const auto* loop = node.as<ForNode>();
        may_not_run |= node.as<IfThenElseNode>() || (loop && !IsPositive(loop->extent));
      });
      if (touches) return !may_not_run;
    }
    return false;
  }

  bool IsPositive(const PrimExpr& extent) const {
    return IsPositiveConstant(extent) || positive_.count(extent.as<VarNode>());
  }
  /*! Of sizes, too: a launch fixes them. */
  static bool IsPositiveConstant(const PrimExpr& expr) {
    return is_positive_const(expr) || (IsOfSizes(expr) && tt::IsPositive(expr));
  }

  std::unordered_set<const VarNode*> positive_;  // named constants
};

}  // namespace

std::unordered_set<const StmtNode*> ZerosBeforeMatmul(const KernelBody& kernel) {
  StartFinder finder(kernel.prologue);
  finder(kernel.region);
  return std::move(finder.found);
}

}  // namespace tvm::tt
