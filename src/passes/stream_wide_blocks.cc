/*!
 * Whole rows of a wide tensor do not fit into L1 with all that is computed from them. Where the blocks of such
 * rows are only copied, computed element by element, reduced along the rows and written, the same comes
 * out chunk by chunk: a reduction and a write each need one loop over chunks of columns, which computes what they
 * need anew from the tensors. Rows are read once more for each reduction that a later one waits for.
 *
 *   before   T.copy(A[r, 0:8192], a)                        a: 32 x 8192
 *            for i, j in T.Parallel(32, 8192): p[i, j] = a[i, j] * a[i, j]
 *            T.reduce_sum(p, s, dim=1)
 *   after    T.fill(s, 0)
 *            for chunk in range(8):
 *                T.copy(A[r, chunk * 1024 : ...], a)        a: 32 x 1024
 *                for i, j in T.Parallel(32, 1024): p[i, j] = a[i, j] * a[i, j]
 *                T.reduce_sum(p, s, dim=1, clear=False)
 */
#include "passes/stream_wide_blocks.h"

#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "analysis/block_access.h"
#include "ir/kernel_body.h"
#include "ir/loops.h"
#include "ir/tile_operators.h"
#include "ir/tiles.h"
#include "op/builtin.h"
#include "op/copy.h"
#include "op/fill.h"
#include "op/reduce.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Loops over chunks that a kernel is expected to have at most: mean, variance and result of a norm, and one. */
constexpr int64_t kLoops = 4;

using Buffers = std::unordered_map<const VarNode*, Buffer>;
using VarSet = std::unordered_set<const VarNode*>;

int64_t Extent(const Buffer& buffer, size_t dim) {
  const int64_t* extent = as_const_int(buffer->shape[dim]);
  return extent ? *extent : 0;
}

int64_t BytesOf(const Buffer& block) {
  int64_t tiles = 1;
  for (size_t i = 0; i < block->shape.size(); ++i) tiles *= TilesFor(Extent(block, i));
  return tiles * TileBytes(block->dtype);
}

/*! All blocks of the kernel. */
Buffers FindBlocks(const Stmt& body) {
  Buffers blocks;
  PostOrderVisit(body, [&](const ffi::ObjectRef& node) {
    const auto* block = node.as<SBlockNode>();
    if (block == nullptr) return;
    for (const Buffer& buffer : block->alloc_buffers) blocks[buffer->data.get()] = buffer;
  });
  return blocks;
}

/*! The blocks of the largest number of columns, with the vectors along them; empty if rows are as long. */
struct Wide {
  Buffers blocks;
  int64_t columns = 0;

  explicit Wide(const Buffers& all) {
    for (const auto& [data, block] : all) {
      if (block->shape.size() == 2) columns = std::max(columns, Extent(block, 1));
    }
    const bool square = std::any_of(all.begin(), all.end(), [&](const auto& entry) {
      return entry.second->shape.size() == 2 && Extent(entry.second, 0) == columns;
    });
    if (square || columns % kTileDim != 0) return;
    for (const auto& [data, block] : all) {
      if (Extent(block, block->shape.size() - 1) == columns) blocks[data] = block;
    }
  }
  bool Has(const VarNode* data) const { return blocks.count(data) != 0; }
};

/*! A statement of a list, and what it has to do with wide blocks. */
struct Step {
  enum Kind : uint8_t {
    kOther, /*!< does not touch them */
    kMake,  /*!< defines one */
    kUse    /*!< reduces one to a vector, or writes it to a tensor */
  } kind = kOther;
  std::vector<const VarNode*> reads, writes; /*!< blocks */
};

/*! Whether a nest of T.Parallel stores one wide block at its own loop variables, and reads others there. */
class NestCheck : public StmtExprVisitor {
 public:
  NestCheck(const Wide& wide, const ForNode* nest) : wide_(wide) {
    while (const auto* inner = nest->body.as<ForNode>()) nest = inner;
    column_ = nest->loop_var.get();
    const auto* store = nest->body.as<BufferStoreNode>();
    ok = store != nullptr && wide.Has(store->buffer->data.get());
    if (ok) VisitStmt(nest->body);
  }
  bool ok;

 private:
  void VisitStmt_(const BufferStoreNode* op) final {
    Note(op->buffer, op->indices);
    StmtExprVisitor::VisitStmt_(op);
  }
  void VisitExpr_(const BufferLoadNode* op) final {
    Note(op->buffer, op->indices);
    StmtExprVisitor::VisitExpr_(op);
  }
  void Note(const Buffer& buffer, const ffi::Array<PrimExpr>& indices) {
    if (wide_.Has(buffer->data.get())) ok &= indices.back().get() == column_;
  }
  const Wide& wide_;
  const VarNode* column_;
};

/*! The dimension of a tensor's slice that runs along the columns, or -1. */
int ColumnOf(const ffi::Array<Range>& region, int64_t columns) {
  for (size_t i = region.size(); i-- > 0;) {
    const int64_t* extent = as_const_int(region[i]->extent);
    if (extent && *extent == columns) return static_cast<int>(i);
    if (!is_one(region[i]->extent)) return -1;
  }
  return -1;
}

/*! What a leaf that touches wide blocks is; nothing if it cannot be cut. */
std::optional<Step::Kind> KindOf(const Stmt& leaf, const Wide& wide) {
  if (const auto* nest = leaf.as<ForNode>()) {
    return NestCheck(wide, nest).ok ? std::optional(Step::kMake) : std::nullopt;
  }
  tl::TileOperator op = tl::ParseOperator(leaf);
  if (op.as<tl::FillNode>()) return Step::kMake;
  if (const auto* copy = op.as<tl::CopyNode>()) {
    if (IsGlobal(copy->dst)) {
      return ColumnOf(copy->dst_range, wide.columns) < 0 ? std::nullopt : std::optional(Step::kUse);
    }
    if (!wide.Has(copy->dst->data.get())) return std::nullopt;
    const bool whole = IsGlobal(copy->src) ? ColumnOf(copy->src_range, wide.columns) >= 0
                                           : wide.Has(copy->src->data.get());
    return whole ? std::optional(Step::kMake) : std::nullopt;
  }
  const auto* reduce = op.as<tl::ReduceOpNode>();
  if (reduce == nullptr || wide.Has(reduce->dst->data.get())) return std::nullopt;
  const bool along = reduce->dim == static_cast<int>(reduce->src->shape.size()) - 1;
  // Sums of chunks are rounded to the vector's dtype.
  return along && reduce->dst->dtype.bits() == 32 ? std::optional(Step::kUse) : std::nullopt;
}

/*! Rewrites one leaf to one chunk. */
class ChunkRewriter : public StmtExprMutator {
 public:
  ChunkRewriter(const Wide& wide, const Buffers& chunks, int64_t columns, Var chunk)
      : wide_(wide), chunks_(chunks), columns_(columns), start_(chunk * Imm(columns)) {}

 private:
  /*! A leaf may be rewritten several times, and a variable is bound once: all loops get their own. */
  Stmt VisitStmt_(const ForNode* op) final {
    Var var(op->loop_var->name_hint, op->loop_var->dtype);
    const bool columns = !op->body->IsInstance<ForNode>();
    if (columns) {
      column_ = op->loop_var;
      inner_ = var;
    } else {
      row_ = op->loop_var;
      inner_row_ = var;
    }
    return For(var, op->min, columns ? Imm(columns_) : op->extent, op->kind, VisitStmt(op->body),
               std::nullopt, op->annotations, std::nullopt, op->span);
  }
  Stmt VisitStmt_(const BufferStoreNode* op) final {
    return BufferStore(chunks_.at(op->buffer->data.get()), VisitExpr(op->value),
                       InChunk(op->indices), std::nullopt, op->span);
  }
  PrimExpr VisitExpr_(const BufferLoadNode* op) final {
    auto it = chunks_.find(op->buffer->data.get());
    if (it == chunks_.end()) return StmtExprMutator::VisitExpr_(op);
    return BufferLoad(it->second, InChunk(op->indices));
  }
  ffi::Array<PrimExpr> InChunk(const ffi::Array<PrimExpr>& indices) const {
    ffi::Array<PrimExpr> result = indices.Map(
        [&](const PrimExpr& index) { return index.same_as(row_) ? PrimExpr(inner_row_) : index; });
    if (inner_.defined()) result.Set(result.size() - 1, inner_);
    return result;
  }
  PrimExpr VisitExpr_(const VarNode* op) final {
    const Var var = ffi::GetRef<Var>(op);
    if (var.same_as(row_)) return inner_row_;
    return var.same_as(column_) ? inner_ + start_ : PrimExpr(var);
  }

  /*! Regions of wide blocks shrink, those of tensors beside them are cut. */
  Stmt VisitStmt_(const EvaluateNode* op) final {
    tl::TileOperator tile_op = tl::ParseOperator(ffi::GetRef<Stmt>(op));
    const auto* call = op->value.as<CallNode>();
    ffi::Array<PrimExpr> args = call->args.Map([&](const PrimExpr& arg) { return Region(arg); });
    if (tile_op.as<tl::ReduceOpNode>()) args.Set(4, Bool(false));
    return Evaluate(Call(call->dtype, call->op, args, call->annotations, call->span), op->span);
  }
  PrimExpr Region(const PrimExpr& arg) const {
    const auto* region = arg.as<CallNode>();
    if (region == nullptr || !region->op.same_as(tl::region())) return arg;
    const auto* load = region->args[0].as<BufferLoadNode>();
    ffi::Array<PrimExpr> args = region->args, indices = load->indices;
    auto it = chunks_.find(load->buffer->data.get());
    if (it != chunks_.end()) {
      args.Set(0, BufferLoad(it->second, indices));
      args.Set(args.size() - 1, Imm(columns_));
    } else if (IsGlobal(load->buffer)) {
      ffi::Array<Range> ranges;
      for (size_t i = 2; i < args.size(); ++i) {
        ranges.push_back(Range::FromMinExtent(indices[i - 2], args[i]));
      }
      const int column = ColumnOf(ranges, wide_.columns);
      indices.Set(column, indices[column] + start_);
      args.Set(0, BufferLoad(load->buffer, indices));
      args.Set(column + 2, Imm(columns_));
    } else {
      return arg;
    }
    return Call(region->dtype, region->op, args, region->annotations, region->span);
  }

  const Wide& wide_;
  const Buffers& chunks_;
  int64_t columns_; /*!< of a chunk */
  PrimExpr start_;
  // The loops of a nest before and after; undefined for a tile operator.
  Var row_{ffi::ObjectPtr<VarNode>(nullptr)}, inner_row_{ffi::ObjectPtr<VarNode>(nullptr)};
  Var column_{ffi::ObjectPtr<VarNode>(nullptr)}, inner_{ffi::ObjectPtr<VarNode>(nullptr)};
};

/*! A list of statements with wide blocks, cut into loops over chunks; nothing if it cannot be. */
class ListStreamer {
 public:
  ListStreamer(const Wide& wide, const Buffers& chunks, int64_t columns)
      : wide_(wide), chunks_(chunks), columns_(columns) {}

  std::optional<Stmt> Stream(const std::vector<Stmt>& list) {
    list_ = list;
    for (size_t i = 0; i < list.size(); ++i) {
      auto step = StepOf(list[i]);
      if (!step) return std::nullopt;
      steps_.push_back(*step);
      if (!Add(i)) return std::nullopt;
    }
    if (!Flush()) return std::nullopt;
    return AsStmt(result_);
  }

 private:
  std::optional<Step> StepOf(const Stmt& stmt) const {
    Step step;
    bool touches = false;
    if (IsLeaf(stmt)) {
      for (const BlockAccess& access : LeafAccesses(stmt)) {
        touches |= wide_.Has(access.data);
        (access.kind == AccessKind::Read ? step.reads : step.writes).push_back(access.data);
      }
    } else {
      PostOrderVisit(stmt, [&](const ffi::ObjectRef& node) {
        auto leaf = node.as<Stmt>();
        if (!leaf || !IsLeaf(leaf.value())) return;
        for (const BlockAccess& access : LeafAccesses(leaf.value())) {
          if (access.kind != AccessKind::Read) step.writes.push_back(access.data);
        }
      });
    }
    if (!touches) return step;
    auto kind = KindOf(stmt, wide_);
    if (!kind) return std::nullopt;
    step.kind = *kind;
    return step;
  }

  bool Add(size_t i) {
    const Step& step = steps_[i];
    if (step.kind == Step::kOther) {
      if (!list_[i]->IsInstance<BindNode>() && !Flush()) return false;
      NoteWrites(i);
      result_.push_back(list_[i]);
      return true;
    }
    std::set<size_t> needed;
    for (const VarNode* read : step.reads) {
      if (!wide_.Has(read)) continue;
      auto made = made_.find(read);
      if (made == made_.end()) return false;
      needed.insert(made->second);
      needed.insert(needs_[made->second].begin(), needs_[made->second].end());
    }
    needs_[i] = needed;
    if (step.kind == Step::kMake) {
      made_[step.writes[0]] = i;
      return true;
    }
    if (WaitsForGroup(needed) && !Flush()) return false;
    group_.push_back(i);
    return true;
  }
  void NoteWrites(size_t i) {
    for (const VarNode* data : steps_[i].writes) written_[data] = i;
  }
  /*! Whether what a use needs is computed from a vector that the open group gives. */
  bool WaitsForGroup(const std::set<size_t>& needed) const {
    VarSet given;
    for (size_t use : group_) given.insert(steps_[use].writes.begin(), steps_[use].writes.end());
    for (size_t make : needed) {
      for (const VarNode* read : steps_[make].reads) {
        if (given.count(read)) return true;
      }
    }
    return false;
  }

  /*! One loop over chunks for the uses of the group, with all that they need. */
  bool Flush() {
    if (group_.empty()) return true;
    std::set<size_t> wanted(group_.begin(), group_.end());
    for (size_t use : group_) wanted.insert(needs_[use].begin(), needs_[use].end());
    Var chunk("chunk", DataType::Int(32));
    std::vector<Stmt> body;
    for (size_t i : wanted) {
      if (steps_[i].kind == Step::kUse) Start(list_[i]);
      for (const VarNode* read : steps_[i].reads) {
        auto write = written_.find(read);  // computed anew, it would see another value
        if (steps_[i].kind == Step::kMake && write != written_.end() && write->second > i)
          return false;
      }
      body.push_back(ChunkRewriter(wide_, chunks_, columns_, chunk)(list_[i]));
    }
    result_.push_back(Loop(chunk, Imm(wide_.columns / columns_), AsStmt(body)));
    for (size_t use : group_) NoteWrites(use);
    group_.clear();
    return true;
  }
  /*! What a reduction starts with, if it does not go on from the vector's value. */
  void Start(const Stmt& use) {
    tl::TileOperator op = tl::ParseOperator(use);
    const auto* reduce = op.as<tl::ReduceOpNode>();
    if (reduce == nullptr || !reduce->clear) return;
    const auto* call = use.as<EvaluateNode>()->value.as<CallNode>();
    const std::string type = call->args[2].as<StringImmNode>()->value;
    const double infinity = std::numeric_limits<double>::infinity();
    const double start = type == "max" ? -infinity : type == "min" ? infinity : 0;
    result_.push_back(FillBlock(reduce->dst, start, use->span));
  }

  const Wide& wide_;
  const Buffers& chunks_;
  int64_t columns_;
  std::vector<Stmt> list_, result_;
  std::vector<Step> steps_;
  std::map<const VarNode*, size_t> made_,
      written_;                              /*!< the last definition of a wide block, of another */
  std::map<size_t, std::set<size_t>> needs_; /*!< definitions that a step is computed from */
  std::vector<size_t> group_;                /*!< uses that share a loop */
};

/*! Cuts all lists with wide blocks, and allocates chunks in place of the blocks. */
class Streamer : public StmtMutator {
 public:
  Streamer(const Wide& wide, int64_t columns) : wide_(wide), columns_(columns) {
    for (const auto& [data, block] : wide.blocks) {
      ffi::Array<PrimExpr> shape = block->shape;
      shape.Set(shape.size() - 1, Imm(columns));
      const std::string scope = block.scope();
      chunks_[data] = MakeBlock(block->name, block->dtype, shape, block->span, scope.c_str());
    }
  }
  bool ok = true;

 private:
  Stmt VisitStmt_(const SBlockNode* op) final {
    SBlock block = Downcast<SBlock>(StmtMutator::VisitStmt_(op));
    block.CopyOnWrite()->alloc_buffers = op->alloc_buffers.Map([&](const Buffer& buffer) {
      return wide_.Has(buffer->data.get()) ? chunks_.at(buffer->data.get()) : buffer;
    });
    return block;
  }
  Stmt VisitStmt_(const SeqStmtNode* op) final {
    std::vector<Stmt> list;
    for (const Stmt& stmt : op->seq) list.push_back(IsLeaf(stmt) ? stmt : VisitStmt(stmt));
    auto streamed = ListStreamer(wide_, chunks_, columns_).Stream(list);
    ok &= streamed.has_value();
    return streamed ? *streamed : ffi::GetRef<Stmt>(op);
  }
  /*! A leaf alone in its list has nothing to be computed from. */
  Stmt VisitStmt(const Stmt& stmt) final {
    if (IsLeaf(stmt)) {
      for (const BlockAccess& access : LeafAccesses(stmt)) ok &= !wide_.Has(access.data);
      return stmt;
    }
    return StmtMutator::VisitStmt(stmt);
  }

  const Wide& wide_;
  int64_t columns_;
  Buffers chunks_;
};

/*! Whether a tensor is both read and written: rows that are read again must be as they were. */
bool UpdatesTensors(const Stmt& body) {
  VarSet read, written;
  PostOrderVisit(body, [&](const ffi::ObjectRef& node) {
    auto stmt = node.as<Stmt>();
    if (!stmt || !stmt.value()->IsInstance<EvaluateNode>()) return;
    tl::TileOperator op = tl::ParseOperator(stmt.value());
    const auto* copy = op.as<tl::CopyNode>();
    if (copy == nullptr) return;
    if (IsGlobal(copy->src)) read.insert(copy->src->data.get());
    if (IsGlobal(copy->dst)) written.insert(copy->dst->data.get());
  });
  for (const VarNode* tensor : written) {
    if (read.count(tensor)) return true;
  }
  return false;
}

}  // namespace

Stmt StreamWideBlocks(const Stmt& body, int64_t l1_bytes) {
  const Buffers blocks = FindBlocks(body);
  int64_t bytes = 0, wide_bytes = 0;
  for (const auto& [data, block] : blocks) bytes += BytesOf(block);
  if (bytes <= l1_bytes) return body;
  const Wide wide(blocks);
  if (wide.blocks.empty()) return body;
  for (const auto& [data, block] : wide.blocks) wide_bytes += BytesOf(block);
  const int64_t tiles = wide.columns / kTileDim;
  // Circular buffers are two blocks deep, and each loop over chunks has its own.
  int64_t chunks = 2;
  while (chunks < tiles && (tiles % chunks != 0 ||
                            2 * (bytes - wide_bytes + kLoops * wide_bytes / chunks) > l1_bytes)) {
    ++chunks;
  }
  if (tiles % chunks != 0 || UpdatesTensors(body)) return body;
  Streamer streamer(wide, wide.columns / chunks);
  Stmt streamed = streamer(body);
  return streamer.ok ? streamed : body;
}

}  // namespace tvm::tt
