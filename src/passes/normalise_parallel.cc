/*!
 * T.Parallel may hold several stores, lets, branches, and elements of tensors. Here it becomes nests
 * with one store each: lets are put in or become blocks, a store under a condition chooses between the new and the old value,
 * and tensors are copied from and to blocks. A block that is read the other way round is transposed first, one whose elements are
 * read several times (repeated_elements.cc) is multiplied out, and a row, column or element of it at a place of its own
 * (chosen_elements.cc) becomes a vector; a store
 * to a block of one element is a nest of its own. Conditions that the ranges of the indices decide
 * are decided, so that the mask of a block that needs none is a fill.
 *
 *   before   for i, j in T.Parallel(64, 64):
 *                acc[i, j] = T.if_then_else(k * 64 + j >= 256, -T.infinity("float32"), 0)
 *            for i in T.Parallel(64): m[i] = s[i] / 64; Mean[bx * 64 + i] = m[i]
 *   after    T.fill(acc, 0)
 *            for i in T.Parallel(64): m[i] = s[i] / 64
 *            for i in T.Parallel(64): Mean_block[i] = m[i]
 *            T.copy(Mean_block, Mean[bx * 64 : bx * 64 + 64])
 */
#include "passes/normalise_parallel.h"

#include <tvm/arith/analyzer.h>
#include <tvm/ffi/extra/structural_equal.h>
#include <tvm/tirx/analysis.h>
#include <tvm/tirx/builtin.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "ir/element_slice.h"
#include "ir/errors.h"
#include "ir/loops.h"
#include "ir/scalars.h"
#include "ir/tile_operators.h"
#include "ir/tiles.h"
#include "passes/chosen_elements.h"
#include "passes/condition_folder.h"
#include "passes/repeated_elements.h"
#include "passes/staged_elements.h"
#include "passes/tile_expression.h"
#include "passes/tile_position.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! One nest: its loops, and what its body stores. */
class Nest {
 public:
  /*! `lets` are those around the nest that hold floats. */
  Nest(const ForNode* outer, const ffi::Map<Var, PrimExpr>& lets, RepeatedElements* repeated,
       bool exact_products, arith::Analyzer* analyzer)
      : analyzer_(analyzer), staged_(loops_, repeated, exact_products, analyzer), lets_(lets) {
    Stmt body = ffi::GetRef<Stmt>(outer);
    while (const auto* loop = body.as<ForNode>()) {
      if (loop->kind != ForKind::kParallel) break;
      analyzer->Bind(loop->loop_var, Range::FromMinExtent(loop->min, loop->extent));
      loops_.push_back(loop);
      body = loop->body;
    }
    Collect(body, Bool(true));
  }

  Stmt Normalised() {
    ffi::Array<Stmt> stmts;
    for (ElementStore& store : stores_) {
      ffi::Array<Stmt> after;
      if (IsGlobal(store.buffer)) staged_.StoreThroughBlock(&store, &after);
      store.value = FoldConditions(staged_.ReadThroughBlocks(store, &stmts), analyzer_);
      stmts.push_back(Emit(store));
      for (const Stmt& stmt : after) stmts.push_back(stmt);
    }
    return SeqStmt::Flatten(stmts);
  }
  const std::vector<Buffer>& NewBlocks() const { return staged_.Blocks(); }

 private:
  /*! Collects the stores of a body with the values of lets in place, under a condition. */
  void Collect(const Stmt& body, const PrimExpr& condition) {
    if (const auto* seq = body.as<SeqStmtNode>()) {
      for (size_t i = 0; i < seq->seq.size(); ++i) {
        stored_.clear();
        for (size_t j = i + 1; j < seq->seq.size(); ++j) FindStored(seq->seq[j]);
        Collect(seq->seq[i], condition);
      }
    } else if (const auto* bind = body.as<BindNode>()) {
      Let(bind);
    } else if (const auto* branch = body.as<IfThenElseNode>()) {
      PrimExpr taken = Substitute(branch->condition, lets_);
      Collect(branch->then_case, is_one(condition) ? taken : condition && taken);
      if (branch->else_case) {
        Collect(branch->else_case.value(), is_one(condition) ? !taken : condition && !taken);
      }
    } else if (const auto* store = body.as<BufferStoreNode>()) {
      ffi::Array<PrimExpr> indices =
          store->indices.Map([&](const PrimExpr& index) { return Substitute(index, lets_); });
      AddStore({store->buffer, indices, Substitute(store->value, lets_), store->span}, condition);
    } else {
      const Span& span = body->span.defined() ? body->span : loops_[0]->span;
      TT_USER_ERROR(span) << "The body of T.Parallel holds a " << body->GetTypeKey()
                          << ". Supported: stores of element-wise expressions, lets and branches.";
    }
  }

  /*! Notes what the statements behind the current one store to. */
  void FindStored(const Stmt& body) {
    PostOrderVisit(body, [&](const ffi::ObjectRef& node) {
      if (const auto* store = node.as<BufferStoreNode>()) stored_.insert(store->buffer->data.get());
    });
  }

  /*! A let is put in where it is used; if what it reads is stored to before, it becomes a block. */
  void Let(const BindNode* bind) {
    PrimExpr value = Substitute(bind->value, lets_);
    bool changes = false;
    PostOrderVisit(value, [&](const ffi::ObjectRef& node) {
      const auto* load = node.as<BufferLoadNode>();
      changes |= load && stored_.count(load->buffer->data.get());
    });
    if (changes) {
      ffi::Array<PrimExpr> shape, indices;
      for (const ForNode* loop : loops_) {
        shape.push_back(loop->extent);
        indices.push_back(loop->loop_var);
      }
      Buffer block = staged_.NewBlock(bind->var->name_hint, value.dtype(), shape, bind->span);
      stores_.push_back({block, indices, value, bind->span});
      value = BufferLoad(block, indices);
    }
    lets_.Set(bind->var, value);
  }

  void AddStore(ElementStore store, PrimExpr condition) {
    if (!is_one(condition)) {
      condition = FoldInside(condition, store);
      if (is_zero(condition)) return;
    }
    if (!is_one(condition) && IsGlobal(store.buffer)) {
      store.rows = RowLimit(condition, store);
      if (store.rows.defined()) condition = Bool(true);
    }
    if (!is_one(condition)) {
      PrimExpr old = BufferLoad(store.buffer, store.indices);
      store.value =
          Call(store.value.dtype(), builtin::if_then_else(), {condition, store.value, old});
    }
    stores_.push_back(std::move(store));
  }

  /*! A condition that holds wherever the stored element exists says nothing: outside is not written. */
  PrimExpr FoldInside(const PrimExpr& condition, const ElementStore& store) {
    PrimExpr inside = Bool(true);
    for (size_t i = 0; i < store.indices.size(); ++i) {
      inside = inside && store.indices[i] < store.buffer->shape[i];
    }
    With<arith::ConstraintContext> context(analyzer_, inside);
    return FoldConditions(condition, analyzer_);
  }

  /*! What a condition limits the rows that are stored to, if that is all it does: i < n gives n. */
  PrimExpr RowLimit(const PrimExpr& condition, const ElementStore& store) const {
    const size_t rank = store.indices.size();
    if (rank < 2) return PrimExpr();
    const ForNode* row =
        LoopAt(loops_, analyzer_->Simplify(store.indices[rank - 2] - RowStart(store)));
    if (row == nullptr) return PrimExpr();
    PrimExpr below, limit;  // below < limit
    if (const auto* lt = condition.as<LTNode>()) below = lt->a, limit = lt->b;
    if (const auto* gt = condition.as<GTNode>()) below = gt->b, limit = gt->a;
    if (const auto* le = condition.as<LENode>()) below = le->a, limit = le->b + Imm(1);
    if (const auto* ge = condition.as<GENode>()) below = ge->b, limit = ge->a + Imm(1);
    if (!below.defined() || !IsFixed(loops_, limit)) return PrimExpr();
    PrimExpr offset = analyzer_->Simplify(below - row->loop_var);
    return IsFixed(loops_, offset) ? analyzer_->Simplify(limit - offset) : PrimExpr();
  }
  /*! The row of the tensor that the first row of the nest is stored to. */
  PrimExpr RowStart(const ElementStore& store) const {
    ffi::Map<Var, PrimExpr> first;
    for (const ForNode* loop : loops_) first.Set(loop->loop_var, Imm(0));
    return Substitute(store.indices[store.indices.size() - 2], first);
  }

  // ---- the nest of one store ----

  Stmt Emit(const ElementStore& store) {
    auto constant = AsConstant(store.value);
    if (constant && IsWhole(store)) return FillBlock(store.buffer, *constant, store.span);
    PrimExpr value = store.value;
    if (value.dtype() != store.buffer->dtype) value = Cast(store.buffer->dtype, value);
    Stmt body = BufferStore(store.buffer, value, store.indices, std::nullopt, store.span);
    // Every nest has loop variables of its own: a variable is bound once.
    ffi::Map<Var, PrimExpr> fresh;
    std::vector<Var> vars;
    const std::vector<const ForNode*> loops = InOrderOf(store);
    for (const ForNode* loop : loops) {
      vars.push_back(Var(loop->loop_var->name_hint, loop->loop_var->dtype));
      fresh.Set(loop->loop_var, vars.back());
    }
    if (stores_.size() > 1) body = Substitute(body, fresh);
    for (size_t i = loops.size(); i-- > 0;) {
      const ForNode* loop = loops[i];
      body = For(stores_.size() > 1 ? vars[i] : loop->loop_var, loop->min, loop->extent, loop->kind,
                 body, std::nullopt, loop->annotations, std::nullopt, loop->span);
    }
    return body;
  }
  /*! The loops in the order of the dimensions that the store runs along. */
  std::vector<const ForNode*> InOrderOf(const ElementStore& store) const {
    std::vector<const ForNode*> ordered;
    for (const PrimExpr& index : store.indices) {
      if (const ForNode* loop = LoopAt(loops_, index)) ordered.push_back(loop);
    }
    return ordered.size() == loops_.size() ? ordered : loops_;
  }
  /*! Whether the store covers its block: each dimension a loop of its extent. */
  bool IsWhole(const ElementStore& store) const {
    size_t covered = 0;
    for (size_t i = 0; i < store.indices.size(); ++i) {
      for (const ForNode* loop : loops_) {
        covered += store.indices[i].same_as(loop->loop_var) && is_zero(loop->min) &&
                   ffi::StructuralEqual()(loop->extent, store.buffer->shape[i]);
      }
    }
    return covered == store.indices.size() && covered == loops_.size();
  }

  arith::Analyzer* analyzer_;
  std::vector<const ForNode*> loops_;
  StagedElements staged_;
  ffi::Map<Var, PrimExpr> lets_;
  std::unordered_set<const VarNode*> stored_;
  std::vector<ElementStore> stores_;
};

class Normaliser : public StmtMutator {
 public:
  explicit Normaliser(bool exact_products) : exact_products_(exact_products) {}

 private:
  Stmt VisitStmt_(const ForNode* op) final {
    if (op->kind == ForKind::kParallel) return VisitNest(op);
    analyzer_.Bind(op->loop_var, Range::FromMinExtent(op->min, op->extent));
    PrimExpr extent = analyzer_.Simplify(op->extent);  // ceildiv((bx + 1) * 64, 64) reads bx + 1
    Stmt stmt = StmtMutator::VisitStmt_(op);
    if (extent.same_as(op->extent) || as_const_int(op->extent)) return stmt;
    For loop = Downcast<For>(stmt);
    loop.CopyOnWrite()->extent = extent;
    return loop;
  }
  /*! A store to a block of one element is a nest of one iteration. */
  Stmt VisitStmt_(const BufferStoreNode* op) final {
    if (!IsBlockBuffer(op->buffer) || op->indices.size() != 1 || !is_one(op->buffer->shape[0])) {
      return ffi::GetRef<Stmt>(op);
    }
    Var only("i", DataType::Int(32));
    Stmt store = BufferStore(op->buffer, op->value, {only}, std::nullopt, op->span);
    For nest(only, Imm(0), Imm(1), ForKind::kParallel, store, std::nullopt, {}, std::nullopt,
             op->span);
    return VisitNest(nest.get());
  }
  Stmt VisitStmt_(const EvaluateNode* op) final {
    Stmt stmt = ffi::GetRef<Stmt>(op);
    auto nest = NestOfChosen(stmt);
    return nest ? VisitNest(nest->get()) : stmt;
  }
  Stmt VisitStmt_(const BindNode* op) final {
    if (op->value.dtype().is_float() || op->value.dtype().is_bfloat()) {
      // Index arithmetic is all that kernels do with scalars; floats go where they are used.
      lets_.Set(op->var, Substitute(op->value, lets_));
      return Evaluate(0);
    }
    BindLet(&analyzer_, op);
    return ffi::GetRef<Stmt>(op);
  }
  Stmt VisitStmt_(const SBlockNode* op) final {
    std::vector<Buffer> outer;
    std::swap(outer, blocks_);
    SBlock block = Downcast<SBlock>(StmtMutator::VisitStmt_(op));
    for (const Buffer& buffer : blocks_) block.CopyOnWrite()->alloc_buffers.push_back(buffer);
    std::swap(outer, blocks_);
    ffi::Array<Stmt> body = repeated_.TakeMatrices();
    if (body.empty()) return block;
    body.push_back(block->body);
    block.CopyOnWrite()->body = SeqStmt::Flatten(body);
    return block;
  }
  Stmt VisitNest(const ForNode* op) {
    Nest nest(op, lets_, &repeated_, exact_products_, &analyzer_);
    Stmt normalised = nest.Normalised();
    for (const Buffer& block : nest.NewBlocks()) blocks_.push_back(block);
    return normalised;
  }

  arith::Analyzer analyzer_;
  ffi::Map<Var, PrimExpr> lets_;
  std::vector<Buffer> blocks_;
  RepeatedElements repeated_;
  bool exact_products_;
};

}  // namespace

Stmt NormaliseParallel(const Stmt& body, bool exact_products) {
  return Normaliser(exact_products)(body);
}

}  // namespace tvm::tt
