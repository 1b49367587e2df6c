/*!
 * A kernel that takes one row of a tensor per block, or any number of rows below 32, would leave most of
 * every tile empty. Where a grid axis steps along a dimension of tensors by less than a tile, one
 * step becomes a whole tile: the axis has fewer steps, and the blocks it indexes grow.
 *
 *   before   bx in 100;  x = T.alloc_fragment((1, 256));  T.copy(X[bx : bx + 1, 0 : 256], x)
 *   after    bx in 4;    x = T.alloc_fragment((32, 256)); T.copy(X[bx * 32 : bx * 32 + 32, 0 : 256], x)
 *
 * What grows is found by unification: dimensions of blocks that meet in a slice, a copy, a reduction, a
 * matmul or under one loop of T.Parallel are one. A dimension only grows if all tensors it
 * meets are indexed by the one axis; otherwise the kernel stays as it is, and is refused where it
 * is not aligned.
 */
#include "passes/coarsen_grid.h"

#include <tvm/arith/analyzer.h>
#include <tvm/arith/pattern.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "ir/buffer_rewriter.h"
#include "ir/tiles.h"
#include "op/builtin.h"
#include "op/copy.h"
#include "op/fill.h"
#include "op/gemm.h"
#include "op/reduce.h"
#include "op/scan.h"
#include "op/transpose.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! A dimension of a block, or a loop of T.Parallel (dimension 0 of its variable). */
using Dim = std::pair<const VarNode*, size_t>;

/*! What is known of a set of unified dimensions. */
struct DimClass {
  const VarNode* axis = nullptr; /*!< the grid axis that steps along it */
  int64_t extent = 0;            /*!< elements of a block */
  bool fixed = false;            /*!< something forbids it to grow */
};

class DimUnifier : public StmtExprVisitor {
 public:
  /*! Axis and old extent of a dimension that grows, or null. */
  const DimClass* Growing(const Dim& dim) {
    auto it = classes_.find(Root(dim));
    if (it == classes_.end() || it->second.fixed || it->second.axis == nullptr) return nullptr;
    return spoiled_.count(it->second.axis) ? nullptr : &it->second;
  }
  /*! How many old steps of an axis one new step takes; 1 if it stays. */
  int64_t FactorOf(const VarNode* axis) {
    for (const auto& [dim, info] : classes_) {
      if (info.axis == axis && Growing(dim)) return kTileDim / info.extent;
    }
    return 1;
  }

  /*! To be called when all of the kernel was visited: an axis grows in all its dimensions or in none. */
  void Settle() {
    for (const auto& [dim, info] : classes_) {
      if (info.axis == nullptr) continue;
      const bool thin = info.extent < kTileDim && kTileDim % info.extent == 0;
      if (info.fixed || !thin || extents_.count({info.axis, info.extent}) == 0) {
        spoiled_.insert(info.axis);
      }
    }
    for (const auto& [axis, other] : other_uses_) spoiled_.insert(axis);
  }

 private:
  void VisitStmt_(const ForNode* op) final {
    if (op->kind == ForKind::kThreadBinding) axes_.insert(op->loop_var.get());
    if (op->kind == ForKind::kParallel) {
      const int64_t* extent = as_const_int(op->extent);
      ClassOf({op->loop_var.get(), 0}).extent = extent ? *extent : 0;
      loops_.insert(op->loop_var.get());
    }
    StmtExprVisitor::VisitStmt_(op);
  }

  void VisitStmt_(const EvaluateNode* op) final {
    tl::TileOperator tile_op = tl::ParseOperator(ffi::GetRef<Stmt>(op));
    if (const auto* copy = tile_op.as<tl::CopyNode>()) {
      if (IsGlobal(copy->src)) return Slice(copy->src_range, copy->dst);
      if (IsGlobal(copy->dst)) return Slice(copy->dst_range, copy->src);
      for (size_t i = 0; i < copy->src->shape.size() && i < copy->dst->shape.size(); ++i) {
        Unite(copy->src, i, copy->dst, i);
      }
    } else if (const auto* reduce = tile_op.as<tl::ReduceOpNode>()) {
      for (size_t i = 0, out = 0; i < reduce->src->shape.size(); ++i) {
        if (static_cast<int>(i) == reduce->dim) {
          Fix(reduce->src, i);
          out += reduce->dst->shape.size() == reduce->src->shape.size();
        } else if (out < reduce->dst->shape.size()) {
          Unite(reduce->src, i, reduce->dst, out++);
        }
      }
    } else if (const auto* scan = tile_op.as<tl::CumSumOpNode>()) {
      for (size_t i = 0; i < scan->src->shape.size(); ++i) Unite(scan->src, i, scan->dst, i);
      Fix(scan->src, scan->dim);
    } else if (const auto* transpose = tile_op.as<tl::TransposeNode>()) {
      Unite(transpose->src, 0, transpose->dst, 1);
      Unite(transpose->src, 1, transpose->dst, 0);
    } else if (const auto* gemm = tile_op.as<tl::GemmNode>()) {
      Unite(gemm->a_, gemm->transA_ ? 1 : 0, gemm->c_, 0);
      Unite(gemm->b_, gemm->transB_ ? 0 : 1, gemm->c_, 1);
      Unite(gemm->a_, gemm->transA_ ? 0 : 1, gemm->b_, gemm->transB_ ? 1 : 0);
    } else if (!tile_op.as<tl::FillNode>()) {
      StmtExprVisitor::VisitStmt_(op);
    }
  }

  /*! A slice of a tensor: its last dimensions are those of the block. */
  void Slice(const ffi::Array<Range>& slice, const Buffer& block) {
    const size_t skip = slice.size() - std::min(slice.size(), block->shape.size());
    for (size_t i = 0; i < slice.size(); ++i) {
      if (i < skip) {
        NoteOther(slice[i]->min);
        continue;
      }
      Dim dim{block->data.get(), i - skip};
      DimClass& info = ClassOf(dim);
      const int64_t* extent = as_const_int(block->shape[i - skip]);
      info.extent = extent ? *extent : 0;
      const VarNode* axis = AxisOf(slice[i]->min, info.extent);
      const int64_t* moved = as_const_int(slice[i]->extent);
      if (axis == nullptr || moved == nullptr || *moved != info.extent ||
          (info.axis != nullptr && info.axis != axis)) {
        info.fixed = true;
        NoteOther(slice[i]->min);
      } else {
        info.axis = axis;
        extents_.insert({axis, info.extent});
      }
    }
  }
  /*! The axis if the start is exactly axis * extent. */
  const VarNode* AxisOf(const PrimExpr& start, int64_t extent) {
    for (const VarNode* axis : axes_) {
      PrimExpr expected = ffi::GetRef<Var>(axis) * IntImm(start.dtype(), extent);
      if (extent > 0 && arith::Analyzer().CanProveEqual(start, expected)) return axis;
    }
    return nullptr;
  }

  void VisitExpr_(const BufferLoadNode* op) final { Access(op->buffer, op->indices); }
  void VisitStmt_(const BufferStoreNode* op) final {
    Access(op->buffer, op->indices);
    VisitExpr(op->value);
  }
  void Access(const Buffer& buffer, const ffi::Array<PrimExpr>& indices) {
    for (size_t i = 0; i < indices.size(); ++i) {
      const auto* var = indices[i].as<VarNode>();
      if (!IsBlockBuffer(buffer)) {
        VisitExpr(indices[i]);
      } else if (var && loops_.count(var)) {
        Unite({buffer->data.get(), i}, {var, 0});
      } else {
        Fix(buffer, i);
        VisitExpr(indices[i]);
      }
    }
  }
  /*! An axis anywhere else: it may only stand as axis * extent + loop, which stays right. */
  void VisitExpr(const PrimExpr& expr) final {
    if (expr.dtype().is_int() && !expr.as<VarNode>()) {
      for (const VarNode* axis : axes_) {
        ffi::Array<PrimExpr> by_axis = arith::DetectLinearEquation(expr, {ffi::GetRef<Var>(axis)});
        if (by_axis.size() != 2 || is_zero(by_axis[0])) continue;
        for (const VarNode* loop : loops_) {
          ffi::Array<PrimExpr> by_loop =
              arith::DetectLinearEquation(expr, {ffi::GetRef<Var>(loop)});
          if (by_loop.size() != 2 || is_zero(by_loop[0])) continue;
          const int64_t extent = ClassOf({loop, 0}).extent;
          PrimExpr step = by_loop[0] * IntImm(expr.dtype(), extent);
          if (arith::Analyzer().CanProveEqual(step, by_axis[0])) return Within(axis, {loop, 0});
        }
      }
    }
    StmtExprVisitor::VisitExpr(expr);
  }
  void Within(const VarNode* axis, const Dim& loop) {
    DimClass& info = ClassOf(loop);
    if (info.axis != nullptr && info.axis != axis) info.fixed = true;
    info.axis = axis;
  }
  /*! A loop that counts within the old block would count within the new one. */
  void VisitExpr_(const VarNode* op) final {
    if (axes_.count(op)) other_uses_[op] = true;
    if (loops_.count(op)) ClassOf({op, 0}).fixed = true;
  }
  void NoteOther(const PrimExpr& expr) { StmtExprVisitor::VisitExpr(expr); }

  // ---- unification ----

  void Unite(const Buffer& a, size_t i, const Buffer& b, size_t j) {
    Unite({a->data.get(), i}, {b->data.get(), j});
  }
  void Fix(const Buffer& buffer, size_t dim) { ClassOf({buffer->data.get(), dim}).fixed = true; }
  DimClass& ClassOf(const Dim& dim) { return classes_[Root(dim)]; }
  Dim Root(const Dim& dim) {
    auto it = parent_.find(dim);
    return it == parent_.end() || it->second == dim ? dim : it->second = Root(it->second);
  }
  void Unite(const Dim& x, const Dim& y) {
    const Dim a = Root(x), b = Root(y);
    if (a == b) return;
    DimClass from = classes_[b];
    classes_.erase(b);
    parent_[b] = a;
    DimClass& to = classes_[a];
    to.fixed |= from.fixed || (to.axis && from.axis && to.axis != from.axis);
    if (to.axis == nullptr) to.axis = from.axis;
    if (to.extent == 0) to.extent = from.extent;
  }

  std::set<const VarNode*> axes_, loops_, spoiled_;
  std::set<std::pair<const VarNode*, int64_t>> extents_; /*!< steps of an axis along tensors */
  std::map<const VarNode*, bool> other_uses_;
  std::map<Dim, Dim> parent_;
  std::map<Dim, DimClass> classes_;
};

class Coarsener : public BufferRewriter {
 public:
  explicit Coarsener(DimUnifier unifier) : unifier_(std::move(unifier)) {}

 private:
  static PrimExpr Tile(const PrimExpr& like) { return IntImm(like.dtype(), kTileDim); }

  Stmt VisitStmt_(const ForNode* op) final {
    const int64_t factor = unifier_.FactorOf(op->loop_var.get());
    const bool grows = unifier_.Growing({op->loop_var.get(), 0}) != nullptr;
    if (factor > 1) factors_[op->loop_var.get()] = factor;
    For loop = Downcast<For>(BufferRewriter::VisitStmt_(op));
    if (factor > 1) {
      PrimExpr many = IntImm(op->extent.dtype(), factor);
      loop.CopyOnWrite()->extent =
          arith::Analyzer().Simplify(floordiv(op->extent + many - 1, many));
    } else if (op->kind == ForKind::kParallel && grows) {
      loop.CopyOnWrite()->extent = Tile(op->extent);
    }
    return loop;
  }
  PrimExpr VisitExpr_(const VarNode* op) final {
    auto it = factors_.find(op);
    if (it == factors_.end()) return ffi::GetRef<PrimExpr>(op);
    return ffi::GetRef<Var>(op) * IntImm(op->dtype, it->second);
  }

  Buffer Allocated(const Buffer& buffer) final {
    ffi::Array<PrimExpr> shape;
    bool grows = false;
    for (size_t i = 0; i < buffer->shape.size(); ++i) {
      const bool here = unifier_.Growing({buffer->data.get(), i}) != nullptr;
      shape.push_back(here ? Tile(buffer->shape[i]) : buffer->shape[i]);
      grows |= here;
    }
    if (!grows) return buffer;
    return Buffer(Var(buffer->data->name_hint, buffer->data->type_annotation), buffer->dtype, shape,
                  {}, PrimExpr(), buffer->name, 0, 0, kDefault, {}, buffer->span);
  }

  /*! Extents of the regions of growing blocks, and of the slices they meet. */
  Stmt VisitStmt_(const EvaluateNode* op) final {
    tl::TileOperator tile_op = tl::ParseOperator(ffi::GetRef<Stmt>(op));
    const auto* copy = tile_op.as<tl::CopyNode>();
    met_ = Buffer(ffi::ObjectPtr<BufferNode>(nullptr));
    if (copy && IsGlobal(copy->src)) met_ = copy->dst;
    if (copy && IsGlobal(copy->dst)) met_ = copy->src;
    Stmt stmt = BufferRewriter::VisitStmt_(op);
    met_ = Buffer(ffi::ObjectPtr<BufferNode>(nullptr));
    return stmt;
  }
  PrimExpr VisitExpr_(const CallNode* op) final {
    Call call = Downcast<Call>(BufferRewriter::VisitExpr_(op));
    if (!call->op.same_as(tl::region())) return call;
    const Buffer& buffer = op->args[0].as<BufferLoadNode>()->buffer;
    const Buffer& block = IsGlobal(buffer) ? met_ : buffer;
    if (!block.defined()) return call;
    ffi::Array<PrimExpr> args = call->args;
    const size_t rank = block->shape.size();
    for (size_t i = 0; i < rank && i + 2 < args.size(); ++i) {
      if (!unifier_.Growing({block->data.get(), i})) continue;
      const size_t place = args.size() - rank + i;
      args.Set(place, Tile(args[place]));
    }
    return Call(call->dtype, call->op, args, call->annotations, call->span);
  }

  DimUnifier unifier_;
  std::unordered_map<const VarNode*, int64_t> factors_;
  Buffer met_{ffi::ObjectPtr<BufferNode>(nullptr)};
};

}  // namespace

Stmt CoarsenGrid(const Stmt& body) {
  DimUnifier unifier;
  unifier(body);
  unifier.Settle();
  return Coarsener(std::move(unifier))(body);
}

}  // namespace tvm::tt
