/*! Checks of index expressions. */
#include "analysis/index_check.h"

#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <bit>

#include "analysis/block_access.h"
#include "ir/errors.h"
#include "ir/kernel_body.h"
#include "ir/loops.h"
#include "ir/scalars.h"
#include "ir/sizes.h"
#include "ir/tiles.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

bool IsArithmetic(const ffi::ObjectRef& node) {
  return node.as<AddNode>() || node.as<SubNode>() || node.as<MulNode>();
}

/*! Whether a part of the expression subtracts or holds a negative constant. */
bool HasNegative(const PrimExpr& expr) {
  bool found = false;
  PostOrderVisit(expr, [&](const ffi::ObjectRef& node) {
    const auto* constant = node.as<IntImmNode>();
    found |= node.as<SubNode>() != nullptr || (constant != nullptr && constant->value < 0);
  });
  return found;
}

void CheckReads(const PrimExpr& expr, const Span& span) {
  PostOrderVisit(expr, [&](const ffi::ObjectRef& node) {
    const auto* load = node.as<BufferLoadNode>();
    if (load == nullptr || IsScalar(load->buffer) || IsGlobal(load->buffer)) return;
    TT_USER_ERROR(span) << "The index or condition " << expr << " reads '" << load->buffer->name
                        << "'. Supported: indices and conditions of block indices, loop variables, "
                           "constants, elements of tensors and integers of T.alloc_var.";
  });
}

/*! Looks for parts of indices that the ranges of their variables do not prove to be at least 0. */
class SignFinder : public StmtExprVisitor {
 public:
  explicit SignFinder(const Stmt& body) {
    BindSizes(&analyzer_, body);
    VisitStmt(body);
  }
  bool found = false;

 private:
  void VisitStmt_(const ForNode* op) final {
    Check(op->min);
    Check(op->extent);
    analyzer_.Bind(op->loop_var, Range::FromMinExtent(op->min, op->extent));
    if (!IsLeaf(ffi::GetRef<Stmt>(op))) VisitStmt(op->body);
  }
  void VisitStmt_(const AttrStmtNode* op) final {
    if (op->attr_key == Key(Attr::WorkLoop)) {
      if (Var work = WorkIndexOf(op->body); work.defined()) {
        analyzer_.Bind(work, Range::FromMinExtent(Imm(0), op->value));
      }
    }
    VisitStmt(op->body);
  }
  void VisitStmt_(const IfThenElseNode* op) final {
    Check(op->condition);
    {
      With<arith::ConstraintContext> context(&analyzer_, op->condition);
      VisitStmt(op->then_case);
    }
    if (op->else_case) VisitStmt(op->else_case.value());
  }
  void VisitStmt_(const BindNode* op) final {
    if (AsIntrinsic(op->value)) return;
    Check(op->value);
    analyzer_.Bind(op->var, op->value);
  }
  /*! Indices of the slices of tensors. */
  void VisitExpr_(const BufferLoadNode* op) final {
    for (const PrimExpr& index : op->indices) Check(index);
  }

  void Check(const PrimExpr& expr) {
    PostOrderVisit(expr, [&](const ffi::ObjectRef& node) {
      if (found || !IsArithmetic(node)) return;
      PrimExpr part = Downcast<PrimExpr>(node);
      if (!part.dtype().is_int() || !HasNegative(part)) return;
      found = !analyzer_.CanProve(part >= IntImm(part.dtype(), 0));
    });
  }
  arith::Analyzer analyzer_;
};

/*! Divisions of what may be negative: C++ rounds towards zero, shifts round down. */
class DivisionRewriter : public ExprMutator {
 public:
  DivisionRewriter(arith::Analyzer* analyzer, const Span& span)
      : analyzer_(analyzer), span_(span) {}

 private:
  PrimExpr VisitExpr_(const FloorDivNode* op) final {
    return Rewrite(
        op, [](const PrimExpr& a, int64_t b) { return a >> Imm(std::countr_zero<uint64_t>(b)); });
  }
  PrimExpr VisitExpr_(const FloorModNode* op) final {
    return Rewrite(op, [](const PrimExpr& a, int64_t b) { return a & Imm(b - 1); });
  }
  template <typename Node, typename Make>
  PrimExpr Rewrite(const Node* op, Make make) {
    if (analyzer_->CanProve(op->a >= 0)) return ffi::GetRef<PrimExpr>(op);
    const int64_t* divisor = as_const_int(op->b);
    if (divisor == nullptr || *divisor <= 0 || !std::has_single_bit<uint64_t>(*divisor)) {
      TT_USER_ERROR(span_) << "The index or condition divides " << op->a << " by " << op->b
                           << ", and may be negative. Supported: divisions by powers of two there.";
    }
    return make(VisitExpr(op->a), *divisor);
  }
  arith::Analyzer* analyzer_;
  const Span& span_;
};

}  // namespace

bool NeedsSigns(const Stmt& body) {
  if (UsesScalars(body)) return true;
  return SignFinder(body).found;
}

PrimExpr CheckedIndex(const PrimExpr& expr, bool is_signed, arith::Analyzer* analyzer,
                      const Span& span) {
  CheckReads(expr, span);
  return is_signed ? DivisionRewriter(analyzer, span)(expr) : expr;
}

}  // namespace tvm::tt
