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

#include <map>
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
#include "passes/repeated_elements.h"
#include "passes/tile_expression.h"
#include "passes/tile_position.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Decides comparisons whose outcome the ranges of their variables fix. */
class ConditionFolder : public ExprMutator {
 public:
  explicit ConditionFolder(arith::Analyzer* analyzer) : analyzer_(analyzer) {}

 private:
  PrimExpr VisitExpr(const PrimExpr& expr) final {
    if (expr.dtype().is_bool() && !expr.as<IntImmNode>() && IsIndexCondition(expr)) {
      if (analyzer_->CanProve(expr)) return Bool(true);
      if (analyzer_->CanProve(!expr)) return Bool(false);
    }
    return ExprMutator::VisitExpr(expr);
  }
  PrimExpr VisitExpr_(const CallNode* op) final {
    PrimExpr folded = ExprMutator::VisitExpr_(op);
    const auto* call = folded.as<CallNode>();
    if (call && call->dtype.is_bool()) {  // bits of conditions
      if (call->op.same_as(builtin::bitwise_and())) return call->args[0] && call->args[1];
      if (call->op.same_as(builtin::bitwise_or())) return call->args[0] || call->args[1];
    }
    if (!call || !call->op.same_as(builtin::if_then_else())) return folded;
    if (is_one(call->args[0])) return call->args[1];
    if (is_zero(call->args[0])) return call->args[2];
    return folded;
  }
  PrimExpr VisitExpr_(const SelectNode* op) final {
    PrimExpr folded = ExprMutator::VisitExpr_(op);
    const auto* select = folded.as<SelectNode>();
    if (select && is_one(select->condition)) return select->true_value;
    if (select && is_zero(select->condition)) return select->false_value;
    return folded;
  }
  /*! Whether the condition is about indices alone, which is all that the analyzer knows of. */
  static bool IsIndexCondition(const PrimExpr& expr) {
    bool loads = false;
    PostOrderVisit(expr, [&](const ffi::ObjectRef& node) {
      const auto* value = node.as<PrimExprNode>();
      loads |= node->IsInstance<BufferLoadNode>() ||
               (value && (value->dtype.is_float() || value->dtype.is_bfloat()));
    });
    return !loads;
  }

  arith::Analyzer* analyzer_;
};

/*! One store of a nest. */
struct Store {
  Buffer buffer;
  ffi::Array<PrimExpr> indices;
  PrimExpr value;
  Span span;
  PrimExpr rows = PrimExpr(); /*!< how many rows of a tensor are stored; all if undefined */
};

/*! One nest: its loops, and what its body stores. */
class Nest {
 public:
  /*! `lets` are those around the nest that hold floats. */
  Nest(const ForNode* outer, const ffi::Map<Var, PrimExpr>& lets, RepeatedElements* repeated,
       bool exact_products, arith::Analyzer* analyzer)
      : analyzer_(analyzer), repeated_(repeated), exact_products_(exact_products), lets_(lets) {
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
    for (Store& store : stores_) {
      ffi::Array<Stmt> after;
      if (IsGlobal(store.buffer)) StageStore(&store, &after);
      store.value = ConditionFolder(analyzer_)(Staged(store, &stmts));
      stmts.push_back(Emit(store));
      for (const Stmt& stmt : after) stmts.push_back(stmt);
    }
    return SeqStmt::Flatten(stmts);
  }
  const std::vector<Buffer>& NewBlocks() const { return blocks_; }

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
      Buffer block = NewBlock(bind->var->name_hint, value.dtype(), shape, bind->span);
      stores_.push_back({block, indices, value, bind->span});
      value = BufferLoad(block, indices);
    }
    lets_.Set(bind->var, value);
  }

  Buffer NewBlock(const std::string& name, DataType dtype, const ffi::Array<PrimExpr>& shape,
                  const Span& span) {
    blocks_.push_back(MakeBlock(name, dtype, shape, span));
    return blocks_.back();
  }

  void AddStore(Store store, PrimExpr condition) {
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
  PrimExpr FoldInside(const PrimExpr& condition, const Store& store) {
    PrimExpr inside = Bool(true);
    for (size_t i = 0; i < store.indices.size(); ++i) {
      inside = inside && store.indices[i] < store.buffer->shape[i];
    }
    With<arith::ConstraintContext> context(analyzer_, inside);
    return ConditionFolder(analyzer_)(condition);
  }

  /*! What a condition limits the rows that are stored to, if that is all it does: i < n gives n. */
  PrimExpr RowLimit(const PrimExpr& condition, const Store& store) const {
    const size_t rank = store.indices.size();
    if (rank < 2) return PrimExpr();
    const ForNode* row = LoopAt(analyzer_->Simplify(store.indices[rank - 2] - RowStart(store)));
    if (row == nullptr) return PrimExpr();
    PrimExpr below, limit;  // below < limit
    if (const auto* lt = condition.as<LTNode>()) below = lt->a, limit = lt->b;
    if (const auto* gt = condition.as<GTNode>()) below = gt->b, limit = gt->a;
    if (const auto* le = condition.as<LENode>()) below = le->a, limit = le->b + Imm(1);
    if (const auto* ge = condition.as<GENode>()) below = ge->b, limit = ge->a + Imm(1);
    if (!below.defined() || !IsUniform(limit)) return PrimExpr();
    PrimExpr offset = analyzer_->Simplify(below - row->loop_var);
    return IsUniform(offset) ? analyzer_->Simplify(limit - offset) : PrimExpr();
  }
  /*! The row of the tensor that the first row of the nest is stored to. */
  PrimExpr RowStart(const Store& store) const {
    ffi::Map<Var, PrimExpr> first;
    for (const ForNode* loop : loops_) first.Set(loop->loop_var, Imm(0));
    return Substitute(store.indices[store.indices.size() - 2], first);
  }
  bool IsUniform(const PrimExpr& expr) const {
    bool uniform = !ReadsBuffer(expr);
    for (const ForNode* loop : loops_) {
      uniform &= !UsesVar(expr, [&](const VarNode* var) { return var == loop->loop_var.get(); });
    }
    return uniform;
  }

  // ---- elements of tensors ----

  /*! The block that a nest reads or stores elements of a tensor through. */
  struct Staging {
    Buffer block;
    ElementSlice slice;
    ffi::Array<PrimExpr> indices; /*!< of the block */
  };
  Staging Stage(const Buffer& tensor, const ffi::Array<PrimExpr>& indices, const Span& span) {
    ElementSlice slice = SliceOf(tensor, indices, loops_, analyzer_, span);
    const bool single = slice.loops.empty();
    Buffer block = NewBlock(std::string(tensor->name) + "_block", tensor->dtype,
                            single ? ffi::Array<PrimExpr>{Imm(1)} : slice.shape, span);
    return {block, slice, single ? ffi::Array<PrimExpr>{Imm(0)} : slice.loops};
  }

  /*! Whether it is one element of a tensor that does not start a tile of its row. */
  bool IsInsideTile(const BufferLoadNode* load, const Span& span) {
    if (!SliceOf(load->buffer, load->indices, loops_, analyzer_, span).loops.empty()) return false;
    return !analyzer_->CanProve(floormod(load->indices.back(), Imm(kTileDim)) == 0);
  }
  /*! One element out of the 32 of its row. */
  PrimExpr Element(const BufferLoadNode* load, const Span& span, ffi::Array<Stmt>* before) {
    const Buffer& tensor = load->buffer;
    Buffer row = NewBlock(std::string(tensor->name) + "_row", tensor->dtype, {Imm(kTileDim)}, span);
    ffi::Array<PrimExpr> starts = load->indices;
    ffi::Array<PrimExpr> extents(starts.size(), Imm(1));
    const PrimExpr& place = load->indices.back();
    starts.Set(starts.size() - 1, floordiv(place, Imm(kTileDim)) * Imm(kTileDim));
    extents.Set(extents.size() - 1, Imm(kTileDim));
    before->push_back(CopySlice(tensor, starts, extents, row, /*to_tensor=*/false, span));
    Buffer element = ChooseElements(row, {floormod(place, Imm(kTileDim))}, span, before, &blocks_);
    return BufferLoad(element, {Imm(0)});
  }
  /*! Whether a block is read with the loops of the store the other way round. */
  bool IsTurned(const BufferLoadNode* load, const Store& store) const {
    if (load->indices.size() != 2 || store.indices.size() < 2) return false;
    const size_t last = store.indices.size() - 1;
    return LoopAt(load->indices[0]) && LoopAt(load->indices[1]) &&
           load->indices[0].same_as(store.indices[last]) &&
           load->indices[1].same_as(store.indices[last - 1]);
  }
  /*! How a load takes elements of a block several times, if it does: X[i, j // 2]. */
  std::optional<Repetition> RepetitionOf(const BufferLoadNode* load) const {
    if (!IsBlockBuffer(load->buffer) || load->indices.size() != 2) return std::nullopt;
    if (!RepeatedElements::Holds(load->buffer->dtype)) return std::nullopt;
    for (size_t dim : {0, 1}) {
      const auto* quotient = load->indices[dim].as<FloorDivNode>();
      const ForNode* loop = quotient ? LoopAt(quotient->a) : nullptr;
      const int64_t* times = quotient ? as_const_int(quotient->b) : nullptr;
      if (loop == nullptr || times == nullptr || !LoopAt(load->indices[1 - dim])) continue;
      const PrimExpr extent = load->buffer->shape[dim] * Imm(*times);
      if (analyzer_->CanProveEqual(extent, loop->extent)) return Repetition{dim, *times};
    }
    return std::nullopt;
  }
  /*! Where a load takes a row, column or element of a block, if it does: X[k, j]. */
  std::optional<std::vector<PrimExpr>> PlacesOf(const BufferLoadNode* load) const {
    if (!IsBlockBuffer(load->buffer)) return std::nullopt;
    std::vector<PrimExpr> places(load->indices.size(), PrimExpr());
    bool chooses = false;
    for (size_t i = 0; i < places.size(); ++i) {
      if (LoopAt(load->indices[i])) continue;
      if (!IsUniform(load->indices[i])) return std::nullopt;
      if (!is_one(load->buffer->shape[i])) chooses = true;
      places[i] = load->indices[i];
    }
    return chooses ? std::optional(places) : std::nullopt;
  }
  void CheckExactProducts(const BufferLoadNode* load, const Span& span) const {
    if (exact_products_) return;
    TT_USER_ERROR(span) << "T.Parallel reads '" << ElementText(load->buffer, load->indices)
                        << "', which repeats elements by a product, but the target option "
                           "math_fidelity multiplies with loss. Supported: HiFi4 (the default) and "
                           "HiFi3.";
  }
  const ForNode* LoopAt(const PrimExpr& index) const {
    for (const ForNode* loop : loops_) {
      if (index.same_as(loop->loop_var)) return loop;
    }
    return nullptr;
  }

  /*! The value with elements of tensors read through blocks, which `before` fills. */
  PrimExpr Staged(const Store& store, ffi::Array<Stmt>* before) {
    class Stager : public ExprMutator {
     public:
      Stager(Nest* nest, const Store& store, ffi::Array<Stmt>* before)
          : nest_(nest), store_(store), before_(before) {}

     private:
      PrimExpr VisitExpr_(const BufferLoadNode* op) final {
        if (nest_->IsTurned(op, store_)) return Turned(op);
        if (auto repetition = nest_->RepetitionOf(op)) return Repeated(op, *repetition);
        if (auto places = nest_->PlacesOf(op)) return Chosen(op, *places);
        if (!IsGlobal(op->buffer)) return ExprMutator::VisitExpr_(op);
        if (nest_->IsInsideTile(op, store_.span)) return nest_->Element(op, store_.span, before_);
        Staging staging = nest_->Stage(op->buffer, op->indices, store_.span);
        before_->push_back(CopySlice(op->buffer, staging.slice.starts, staging.slice.extents,
                                     staging.block,
                                     /*to_tensor=*/false, store_.span));
        return BufferLoad(staging.block, staging.indices);
      }
      PrimExpr Turned(const BufferLoadNode* op) {
        const Buffer& block = op->buffer;
        Buffer turned = nest_->NewBlock(std::string(block->name) + "_t", block->dtype,
                                        {block->shape[1], block->shape[0]}, store_.span);
        before_->push_back(TransposeBlock(block, turned, store_.span));
        return BufferLoad(turned, {op->indices[1], op->indices[0]});
      }
      /*! A load of the repeated elements; the same for every load of the nest. */
      PrimExpr Repeated(const BufferLoadNode* op, const Repetition& repetition) {
        auto [it, fresh] = known_.try_emplace({op->buffer.get(), repetition.dim}, Buffer());
        if (fresh) {
          nest_->CheckExactProducts(op, store_.span);
          it->second = nest_->repeated_->Repeat(op->buffer, repetition, store_.span, before_,
                                                &nest_->blocks_);
        }
        ffi::Array<PrimExpr> indices = op->indices;
        indices.Set(repetition.dim, indices[repetition.dim].as<FloorDivNode>()->a);
        return Cast(op->dtype, BufferLoad(it->second, indices));
      }
      /*! A load of the vector that holds the chosen elements; the same for equal loads. */
      PrimExpr Chosen(const BufferLoadNode* op, const std::vector<PrimExpr>& places) {
        ffi::Array<PrimExpr> along;
        for (size_t i = 0; i < places.size(); ++i) {
          if (!places[i].defined()) along.push_back(op->indices[i]);
        }
        if (along.empty()) along.push_back(Imm(0));
        const BufferLoad load = ffi::GetRef<BufferLoad>(op);
        for (const auto& [other, vector] : chosen_) {
          if (ffi::StructuralEqual()(other, load)) return BufferLoad(vector, along);
        }
        Buffer vector = ChooseElements(op->buffer, places, store_.span, before_, &nest_->blocks_);
        chosen_.emplace_back(load, vector);
        return BufferLoad(vector, along);
      }
      Nest* nest_;
      const Store& store_;
      ffi::Array<Stmt>* before_;
      std::map<std::pair<const BufferNode*, size_t>, Buffer> known_;
      std::vector<std::pair<BufferLoad, Buffer>> chosen_;
    };
    return Stager(this, store, before)(store.value);
  }

  void StageStore(Store* store, ffi::Array<Stmt>* after) {
    Staging staging = Stage(store->buffer, store->indices, store->span);
    const size_t row = store->indices.size() - 2;
    Buffer written = staging.block;
    if (store->rows.defined()) staging.slice.extents.Set(row, store->rows);
    if (store->rows.defined() && as_const_int(store->rows)) {
      written = FirstRows(staging.block, store->rows, store->span);
      after->push_back(CopyFirstRows(staging.block, written, store->span));
    }
    after->push_back(CopySlice(store->buffer, staging.slice.starts, staging.slice.extents, written,
                               /*to_tensor=*/true, store->span));
    store->buffer = staging.block;
    store->indices = staging.indices;
  }
  /*! A block for the first rows of another. */
  Buffer FirstRows(const Buffer& block, const PrimExpr& rows, const Span& span) {
    ffi::Array<PrimExpr> shape = block->shape;
    shape.Set(0, rows);
    return NewBlock(std::string(block->name) + "_first", block->dtype, shape, span);
  }

  // ---- the nest of one store ----

  Stmt Emit(const Store& store) {
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
  std::vector<const ForNode*> InOrderOf(const Store& store) const {
    std::vector<const ForNode*> ordered;
    for (const PrimExpr& index : store.indices) {
      if (const ForNode* loop = LoopAt(index)) ordered.push_back(loop);
    }
    return ordered.size() == loops_.size() ? ordered : loops_;
  }
  /*! Whether the store covers its block: each dimension a loop of its extent. */
  bool IsWhole(const Store& store) const {
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
  RepeatedElements* repeated_;
  bool exact_products_;
  std::vector<const ForNode*> loops_;
  ffi::Map<Var, PrimExpr> lets_;
  std::unordered_set<const VarNode*> stored_;
  std::vector<Store> stores_;
  std::vector<Buffer> blocks_;
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
