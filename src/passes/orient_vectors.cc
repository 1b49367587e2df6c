/*!
 * A vector lives in tiles either as a column (one element a row) or as a row. Which one its uses say:
 * in T.Parallel(M, N), v[i] runs down and v[j] runs along; running sums go down; a reduction over the columns leaves a column,
 * one over the rows a row; vectors of one T.Parallel(M) run the same way. A tensor of one dimension is
 * a row of tiles, so a column is read and written through a row and transposed on the way, and so is a row
 * that a tensor has as a column.
 *
 * A nest that reads a vector across its direction reads a turned copy.
 *
 *   before   T.reduce_max(S, m, dim=1);  for i, j in T.Parallel(64, 64): S[i, j] = S[i, j] - m[i]
 *   after    m is (64, 1), and is read as m[i, 0]
 */
#include "passes/orient_vectors.h"

#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <vector>

#include "ir/buffer_rewriter.h"
#include "ir/errors.h"
#include "ir/loops.h"
#include "ir/tile_operators.h"
#include "ir/tiles.h"
#include "op/builtin.h"
#include "op/copy.h"
#include "op/reduce.h"
#include "op/scan.h"

namespace tvm::tt {

using namespace tirx;

namespace {

enum class Direction : uint8_t { Down, Along };

bool IsVector(const Buffer& buffer) { return IsBlockBuffer(buffer) && buffer->shape.size() == 1; }
bool IsOneElement(const Buffer& buffer) { return is_one(buffer->shape[0]); }

/*! Finds the direction of every vector. */
class DirectionFinder : public StmtExprVisitor {
 public:
  Direction Of(const Buffer& vector) {
    const VarNode* root = Root(vector->data.get());
    auto it = known_.find(root);
    if (it != known_.end()) return it->second;
    auto read = read_.find(root);
    return read == read_.end() ? Direction::Along : read->second;
  }

 private:
  void VisitStmt_(const ForNode* op) final {
    if (op->kind == ForKind::kParallel) {
      loops_.push_back(op->loop_var);
      StmtExprVisitor::VisitStmt_(op);
      loops_.pop_back();
      if (loops_.empty()) first_ = nullptr;
      return;
    }
    StmtExprVisitor::VisitStmt_(op);
  }
  void VisitExpr_(const BufferLoadNode* op) final {
    if (!loops_.empty()) Note(op->buffer, op->indices, /*stored=*/false);
    StmtExprVisitor::VisitExpr_(op);
  }
  void VisitStmt_(const BufferStoreNode* op) final {
    span_ = op->span;
    if (!loops_.empty()) Note(op->buffer, op->indices, /*stored=*/true);
    StmtExprVisitor::VisitStmt_(op);
  }

  /*! An access in a nest: of two loops the index tells, of one all vectors agree. */
  void Note(const Buffer& buffer, const ffi::Array<PrimExpr>& indices, bool stored) {
    if (loops_.size() == 1 && indices.size() == 2 && IsBlockBuffer(buffer)) {
      // A block with one row or one column shows which way the only loop runs.
      for (size_t dim = 0; dim < 2; ++dim) {
        if (!indices[dim].same_as(loops_[0])) continue;
        nest_direction_ = dim == 0 ? Direction::Down : Direction::Along;
        if (first_ != nullptr) Set(first_, *nest_direction_);
      }
    }
    if (!IsVector(buffer) || IsOneElement(buffer)) return;
    const VarNode* data = buffer->data.get();
    names_[data] = buffer->name;
    if (loops_.size() == 2) {
      for (size_t i = 0; i < 2; ++i) {
        if (!indices[0].same_as(loops_[i])) continue;
        const Direction direction = i == 0 ? Direction::Down : Direction::Along;
        // What is read may be turned for it.
        if (stored)
          Set(data, direction);
        else
          read_.emplace(Root(data), direction);
      }
    } else if (loops_.size() == 1) {
      if (first_ == nullptr) first_ = data;
      Unite(first_, data);
    }
  }

  void VisitStmt_(const EvaluateNode* op) final {
    span_ = op->span;
    tl::TileOperator tile_op = tl::ParseOperator(ffi::GetRef<Stmt>(op));
    if (const auto* reduce = tile_op.as<tl::ReduceOpNode>()) {
      if (IsVector(reduce->dst) && reduce->src->shape.size() == 2 && !IsOneElement(reduce->dst)) {
        names_[reduce->dst->data.get()] = reduce->dst->name;
        Set(reduce->dst->data.get(), reduce->dim == 1 ? Direction::Down : Direction::Along);
      }
    } else if (const auto* scan = tile_op.as<tl::CumSumOpNode>()) {
      for (const Buffer& buffer : {scan->src, scan->dst}) {
        if (!IsVector(buffer)) continue;
        names_[buffer->data.get()] = buffer->name;
        Set(buffer->data.get(), Direction::Down);
      }
    } else if (const auto* copy = tile_op.as<tl::CopyNode>()) {
      if (IsVector(copy->src) && IsVector(copy->dst)) {
        names_[copy->src->data.get()] = copy->src->name;
        names_[copy->dst->data.get()] = copy->dst->name;
        Unite(copy->src->data.get(), copy->dst->data.get());
      }
    }
  }

  const VarNode* Root(const VarNode* data) {
    auto it = parent_.find(data);
    return it == parent_.end() || it->second == data ? data : it->second = Root(it->second);
  }
  void Set(const VarNode* data, Direction direction) {
    auto [it, fresh] = known_.emplace(Root(data), direction);
    if (!fresh && it->second != direction) Conflict(data);
  }
  void Unite(const VarNode* a, const VarNode* b) {
    a = Root(a), b = Root(b);
    if (a == b) return;
    parent_[b] = a;
    auto read = read_.find(b);
    if (read != read_.end()) read_.emplace(a, read->second);
    auto known = known_.find(b);
    if (known != known_.end()) Set(a, known->second);
  }
  void Conflict(const VarNode* data) {
    TT_USER_ERROR(span_)
        << "Vector '" << names_[data] << "' runs down the rows of one block and along the "
        << "columns of another. Supported: one direction for a vector and those it is "
           "computed with; use a second buffer for the other.";
  }

  std::vector<Var> loops_;
  const VarNode* first_ = nullptr;
  std::optional<Direction> nest_direction_;
  Span span_;
  std::unordered_map<const VarNode*, const VarNode*> parent_;
  std::unordered_map<const VarNode*, Direction> known_;
  std::unordered_map<const VarNode*, Direction>
      read_; /*!< how nests of two loops read vectors first */
  std::unordered_map<const VarNode*, std::string> names_;
};

class VectorReplacer : public BufferRewriter {
 public:
  explicit VectorReplacer(DirectionFinder finder) : finder_(std::move(finder)) {}

 private:
  /*! The two-dimensional buffer of a vector. */
  Buffer Oriented(const Buffer& vector, Direction direction, const std::string& name) {
    const PrimExpr& extent = vector->shape[0];
    PrimExpr one = IntImm(extent.dtype(), 1);
    ffi::Array<PrimExpr> shape = direction == Direction::Down ? ffi::Array<PrimExpr>{extent, one}
                                                              : ffi::Array<PrimExpr>{one, extent};
    Var data(name, vector->data->type_annotation);
    return Buffer(data, vector->dtype, shape, {}, PrimExpr(), name, 0, 0, kDefault, {},
                  vector->span);
  }

  Buffer Allocated(const Buffer& buffer) final {
    return IsVector(buffer) ? Oriented(buffer, finder_.Of(buffer), buffer->name) : buffer;
  }
  Stmt VisitStmt_(const SBlockNode* op) final {
    SBlock block = Downcast<SBlock>(BufferRewriter::VisitStmt_(op));
    for (const Buffer& row : rows_) block.CopyOnWrite()->alloc_buffers.push_back(row);
    rows_.clear();
    return block;
  }

  Stmt VisitStmt_(const ForNode* op) final {
    if (op->kind != ForKind::kParallel) return BufferRewriter::VisitStmt_(op);
    const bool outermost = loops_.empty();
    loops_.push_back(op->loop_var);
    Stmt nest = BufferRewriter::VisitStmt_(op);
    loops_.pop_back();
    if (!outermost) return nest;
    before_.push_back(nest);
    nest = SeqStmt::Flatten(before_);
    before_.clear();
    turned_.clear();
    return nest;
  }
  /*! A nest of two loops that reads a vector across its direction reads a turned copy. */
  PrimExpr VisitExpr_(const BufferLoadNode* op) final {
    const Buffer* oriented = loops_.size() == 2 ? Find(op->buffer) : nullptr;
    if (oriented == nullptr || IsOneElement(op->buffer)) return BufferRewriter::VisitExpr_(op);
    if (!op->indices[0].same_as(loops_[RunsDown(*oriented) ? 1 : 0])) {
      return BufferRewriter::VisitExpr_(op);
    }
    const Buffer turned = Turned(op->buffer, *oriented, op->span);
    return BufferLoad(turned, Arranged(op->buffer, turned, op->indices, 0), std::nullopt, op->span);
  }
  /*! The copy of a vector for this nest, in its other direction. */
  Buffer Turned(const Buffer& vector, const Buffer& oriented, const Span& span) {
    auto it = turned_.find(vector->data.get());
    if (it != turned_.end()) return it->second;
    const bool down = !RunsDown(oriented);
    const std::string name = std::string(vector->name) + (down ? "_column" : "_row");
    Buffer turned = Oriented(vector, down ? Direction::Down : Direction::Along, name);
    rows_.push_back(turned);
    before_.push_back(CopyBlock(oriented, turned, span));
    turned_.emplace(vector->data.get(), turned);
    return turned;
  }

  /*! The second index or extent. */
  ffi::Array<PrimExpr> Arranged(const Buffer&, const Buffer& oriented,
                                const ffi::Array<PrimExpr>& items, int64_t unit) final {
    PrimExpr other = IntImm(items[0].dtype(), unit);
    return RunsDown(oriented) ? ffi::Array<PrimExpr>{items[0], other}
                              : ffi::Array<PrimExpr>{other, items[0]};
  }
  static bool RunsDown(const Buffer& oriented) { return is_one(oriented->shape[1]); }

  /*! A copy between a tensor and a vector that run in different directions goes through a turned vector. */
  Stmt VisitStmt_(const EvaluateNode* op) final {
    Stmt stmt = ffi::GetRef<Stmt>(op);
    tl::TileOperator tile_op = tl::ParseOperator(stmt);
    const auto* copy = tile_op.as<tl::CopyNode>();
    Stmt replaced = BufferRewriter::VisitStmt_(op);
    if (const auto* reduce = tile_op.as<tl::ReduceOpNode>()) return Reduction(*reduce, replaced);
    if (copy == nullptr || !(IsGlobal(copy->src) || IsGlobal(copy->dst))) return replaced;
    const Buffer& block = IsGlobal(copy->src) ? copy->dst : copy->src;
    const Buffer* oriented = Find(block);
    if (oriented == nullptr || IsOneElement(block)) return replaced;
    const bool down = RunsDown(*oriented);
    if (down != RunsAlong(*copy)) return replaced;
    const Buffer kept = *oriented;
    Buffer turned = Oriented(block, down ? Direction::Along : Direction::Down,
                             std::string(block->name) + (down ? "_row" : "_column"));
    rows_.push_back(turned);
    Replace(block, turned);
    Stmt transfer = BufferRewriter::VisitStmt_(op);
    Replace(block, kept);
    if (IsGlobal(copy->src)) return SeqStmt::Flatten(transfer, CopyBlock(turned, kept, op->span));
    return SeqStmt::Flatten(CopyBlock(kept, turned, op->span), transfer);
  }
  /*! A reduction of a vector runs along it. */
  Stmt Reduction(const tl::ReduceOpNode& reduce, const Stmt& replaced) {
    if (!IsVector(reduce.src)) return replaced;
    const auto* call = replaced.as<EvaluateNode>()->value.as<CallNode>();
    ffi::Array<PrimExpr> args = call->args;
    args.Set(3, Imm(RunsDown(*Find(reduce.src)) ? 0 : 1));
    return Evaluate(Call(call->dtype, call->op, args, call->annotations, call->span),
                    replaced->span);
  }
  /*! Whether the tensor's slice runs along its last dimension. */
  static bool RunsAlong(const tl::CopyNode& copy) {
    const ffi::Array<Range>& range = IsGlobal(copy.src) ? copy.src_range : copy.dst_range;
    for (size_t i = 0; i + 1 < range.size(); ++i) {
      if (!is_one(range[i]->extent)) return false;
    }
    return true;
  }

  DirectionFinder finder_;
  std::vector<Buffer> rows_; /*!< vectors that were made, for the block to allocate */
  std::vector<Var> loops_;
  ffi::Array<Stmt> before_;
  std::unordered_map<const VarNode*, Buffer> turned_; /*!< of the nest */
};

}  // namespace

Stmt OrientVectors(const Stmt& body) {
  DirectionFinder finder;
  finder(body);
  return VectorReplacer(std::move(finder))(body);
}

}  // namespace tvm::tt
