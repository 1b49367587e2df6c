/*!
 * A persistent kernel has a fixed number of blocks, which go through the work in rounds. Here cores do that
 * anyway, so block and round become what they stand for: the blocks of a grid, with its axes.
 *
 *   before   for bx in T.thread_binding(64, "blockIdx.x"):
 *                col: T.int32 = (w * 64 + bx) // 8 // 16 * 8 + (w * 64 + bx) % 8
 *                row: T.int32 = (w * 64 + bx) // 8 % 16
 *                for w in range(4):
 *                    if w * 64 + bx < 256: <body>
 *   after    for bx_0 in T.thread_binding(8, "blockIdx.x"): for bx_1 in ...(16, ...y"): for bx_2 in ...(2, ...z"):
 *                col: T.int32 = bx_2 * 8 + bx_0
 *                row: T.int32 = bx_1
 *                <body>
 */
#include "passes/persistent_grid.h"

#include <tvm/arith/analyzer.h>
#include <tvm/tirx/analysis.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "analysis/block_access.h"
#include "analysis/launch_nest.h"
#include "ir/loops.h"
#include "ir/tiles.h"
#include "op/copy.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! The axis of a grid of one, the loop of rounds below it, and their extents. */
struct Rounds {
  const ForNode *axis = nullptr, *loop = nullptr;
  int64_t blocks = 0, rounds = 0;
  explicit operator bool() const { return loop != nullptr; }
};

/*! Finds the only axis, and the only loop below it that is in no other. */
class RoundsFinder : public StmtVisitor {
 public:
  static Rounds Find(const Stmt& body) {
    RoundsFinder finder;
    finder(body);
    const Rounds& found = finder.found_;
    const bool one = finder.axes_ == 1 && finder.loops_ == 1 && finder.leaves_ == 0;
    return one && found.blocks > 1 && found.rounds > 1 ? found : Rounds();
  }

 private:
  void VisitStmt_(const ForNode* op) final {
    const int64_t* extent = as_const_int(op->extent);
    if (op->kind == ForKind::kThreadBinding) {
      ++axes_;
      found_.axis = op;
      found_.blocks = extent == nullptr ? 0 : *extent;
      StmtVisitor::VisitStmt_(op);
      return;
    }
    ++loops_;
    const bool counts = op->kind == ForKind::kSerial && is_zero(op->min) && !op->step;
    found_.loop = op;
    found_.rounds = counts && extent != nullptr ? *extent : 0;
  }
  void VisitStmt_(const EvaluateNode*) final { ++leaves_; }
  void VisitStmt_(const BufferStoreNode*) final { ++leaves_; }
  void VisitStmt_(const IfThenElseNode*) final { ++leaves_; }
  void VisitStmt_(const WhileNode*) final { ++leaves_; }

  Rounds found_;
  int axes_ = 0, loops_ = 0, leaves_ = 0;
};

/*! Whether a round begins with no block of the one before, and reads no tensor that the kernel writes. */
class Independence : public StmtVisitor {
 public:
  static bool Of(const Stmt& round) {
    Independence state;
    state(round);
    return state.holds_ &&
           std::none_of(state.read_.begin(), state.read_.end(),
                        [&](const BufferNode* t) { return state.written_.count(t); });
  }

 private:
  void VisitStmt(const Stmt& stmt) final {
    if (!IsLeaf(stmt)) return StmtVisitor::VisitStmt(stmt);
    for (const BlockAccess& access : LeafAccesses(stmt)) {
      const bool defines = access.kind == AccessKind::Write;
      holds_ &= defines || defined_.count(access.data) > 0;
      defined_.insert(access.data);
    }
    tl::TileOperator op = tl::ParseOperator(stmt);
    const auto* copy = op.as<tl::CopyNode>();
    if (copy == nullptr) return;
    if (IsGlobal(copy->src)) read_.insert(copy->src.get());
    if (IsGlobal(copy->dst)) written_.insert(copy->dst.get());
  }

  void VisitStmt_(const IfThenElseNode* op) final {
    Sometimes(op->then_case);
    if (op->else_case) Sometimes(op->else_case.value());
  }
  void VisitStmt_(const WhileNode* op) final { Sometimes(op->body); }
  void VisitStmt_(const ForNode* op) final {
    const int64_t* extent = as_const_int(op->extent);
    if (extent != nullptr && *extent > 0) {
      VisitStmt(op->body);
    } else {
      Sometimes(op->body);
    }
  }
  /*! What is not done in every round defines nothing for what comes behind it. */
  void Sometimes(const Stmt& stmt) {
    const auto before = defined_;
    VisitStmt(stmt);
    defined_ = before;
  }

  /*! A scalar may be what counts rounds. */
  void VisitStmt_(const BufferStoreNode*) final { holds_ = false; }

  bool holds_ = true;
  std::unordered_set<const VarNode*> defined_;
  std::set<const BufferNode*> read_, written_;
};

/*! Puts one number in the place of w * W + b. */
class Numbering : public StmtExprMutator {
 public:
  Numbering(const Rounds& rounds, Var number)
      : number_(std::move(number)),
        sum_(rounds.loop->loop_var * Imm(rounds.blocks) + rounds.axis->loop_var) {}

 private:
  PrimExpr VisitExpr_(const AddNode* op) final {
    if (ExprDeepEqual()(ffi::GetRef<PrimExpr>(op), sum_)) return number_;
    return StmtExprMutator::VisitExpr_(op);
  }
  // The number is not negative: the divisions of C round down.
  PrimExpr VisitExpr_(const DivNode* op) final {
    return Floor(StmtExprMutator::VisitExpr_(op), floordiv(VisitExpr(op->a), op->b));
  }
  PrimExpr VisitExpr_(const ModNode* op) final {
    return Floor(StmtExprMutator::VisitExpr_(op), floormod(VisitExpr(op->a), op->b));
  }
  PrimExpr Floor(const PrimExpr& old, const PrimExpr& floor) const {
    const bool ours = UsesVar(old, [&](const VarNode* var) { return var == number_.get(); });
    return ours ? floor : old;
  }

  Var number_;
  PrimExpr sum_;
};

/*! The constants that the number is divided by: those of the number itself, then those of its quotient, ... */
class Divisors : public StmtExprVisitor {
 public:
  /*! Empty if they are no chain. */
  static std::vector<int64_t> Of(const Stmt& stmt, const Var& number) {
    std::vector<int64_t> chain;
    PrimExpr quotient = number;
    while (chain.size() < 2) {
      Divisors divisors(quotient);
      divisors(stmt);
      if (divisors.found_.empty()) break;
      if (divisors.found_.size() > 1) return {};
      chain.push_back(*divisors.found_.begin());
      quotient = floordiv(quotient, Imm(chain.back()));
    }
    return chain;
  }

 private:
  explicit Divisors(PrimExpr of) : of_(std::move(of)) {}
  void Note(const PrimExpr& a, const PrimExpr& b) {
    const int64_t* divisor = as_const_int(b);
    if (divisor != nullptr && ExprDeepEqual()(a, of_)) found_.insert(*divisor);
  }
  void VisitExpr_(const FloorDivNode* op) final {
    Note(op->a, op->b);
    StmtExprVisitor::VisitExpr_(op);
  }
  void VisitExpr_(const FloorModNode* op) final {
    Note(op->a, op->b);
    StmtExprVisitor::VisitExpr_(op);
  }

  PrimExpr of_;
  std::set<int64_t> found_;
};

/*! Puts the axes in the place of the number, and drops the loop, and conditions that hold now. */
class Unroller : public StmtExprMutator {
 public:
  Unroller(const ForNode* loop, Var number, const std::vector<Var>& axes,
           const std::vector<int64_t>& extents)
      : loop_(loop), number_(std::move(number)), value_(axes.back()) {
    for (size_t i = axes.size(); i-- > 0;) {
      analyzer_.Bind(axes[i], Range::FromMinExtent(Imm(0), Imm(extents[i])));
      if (i + 1 < axes.size()) value_ = axes[i] + Imm(extents[i]) * value_;
    }
  }

 private:
  PrimExpr VisitExpr(const PrimExpr& expr) final {
    if (!expr.dtype().is_scalar() ||
        !UsesVar(expr, [&](const VarNode* var) { return var == number_.get(); })) {
      return expr;
    }
    if (expr.dtype().is_int() || expr.dtype().is_bool())
      return analyzer_.Simplify(Substitute(expr, {{number_, value_}}));
    return StmtExprMutator::VisitExpr(expr);
  }
  Stmt VisitStmt_(const ForNode* op) final {
    return op == loop_ ? VisitStmt(op->body) : StmtExprMutator::VisitStmt_(op);
  }
  Stmt VisitStmt_(const IfThenElseNode* op) final {
    if (!op->else_case && is_one(VisitExpr(op->condition))) return VisitStmt(op->then_case);
    return StmtExprMutator::VisitStmt_(op);
  }

  const ForNode* loop_;
  Var number_;
  PrimExpr value_;
  arith::Analyzer analyzer_;
};

/*! The axes of the grid, innermost first. */
Stmt GridOf(const ForNode* axis, const std::vector<Var>& vars, const std::vector<int64_t>& extents,
            Stmt body) {
  for (size_t i = vars.size(); i-- > 0;) {
    const IterVar& old = axis->thread_binding.value();
    IterVar thread = OnAxis(old, Var("iter", old->var.dtype()), i);
    body = For(vars[i], Imm(0), Imm(extents[i]), ForKind::kThreadBinding, body, thread,
               axis->annotations, std::nullopt, axis->span);
  }
  return body;
}

/*! Puts a statement in the place of another. */
class Replacer : public StmtMutator {
 public:
  Replacer(const StmtNode* old, Stmt by) : old_(old), by_(std::move(by)) {}

 private:
  Stmt VisitStmt(const Stmt& stmt) final {
    return stmt.get() == old_ ? by_ : StmtMutator::VisitStmt(stmt);
  }
  const StmtNode* old_;
  Stmt by_;
};

}  // namespace

Stmt PersistentGrid(const Stmt& body) {
  const Rounds rounds = RoundsFinder::Find(body);
  if (!rounds || !Independence::Of(rounds.loop->body)) return body;
  Var number("number", rounds.axis->loop_var.dtype());
  Stmt numbered = Numbering(rounds, number)(rounds.axis->body);
  auto is_part = [&](const VarNode* var) {
    return var == rounds.axis->loop_var.get() || var == rounds.loop->loop_var.get();
  };
  if (UsesVar(numbered, is_part)) return body;

  std::vector<int64_t> extents = Divisors::Of(numbered, number);
  int64_t rest = rounds.blocks * rounds.rounds;
  for (int64_t extent : extents) {
    if (rest % extent != 0) return body;
    rest /= extent;
  }
  if (rest > 1 || extents.empty()) extents.push_back(rest);
  std::vector<Var> axes;
  for (size_t i = 0; i < extents.size(); ++i) {
    const std::string name = rounds.axis->loop_var->name_hint;
    axes.push_back(Var(name + "_" + std::to_string(i), number.dtype()));
  }
  // The loop was copied with its new indices: it is the only one that is in no other.
  const ForNode* loop = RoundsFinder::Find(GridOf(rounds.axis, {axes[0]}, {2}, numbered)).loop;
  Stmt items = Unroller(loop, number, axes, extents)(numbered);
  return Replacer(rounds.axis, GridOf(rounds.axis, axes, extents, items))(body);
}

}  // namespace tvm::tt
