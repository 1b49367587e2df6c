/*!
 * First step of LowerSharedToCB: block buffers become circular buffers.
 *
 * Every definition in the same statement list as the previous one starts a new buffer (A_s, A_s_1,
 * ...), so that each has one producer. A definition inside a loop or branch is local to it.
 */
#include <tvm/tirx/analysis.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <unordered_map>

#include "analysis/block_access.h"
#include "ir/errors.h"
#include "ir/tiles.h"
#include "op/builtin.h"
#include "op/copy.h"
#include "passes/lower_shared_to_cb.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! The circular buffer that holds a block buffer's value at a point of the program. */
struct Version {
  Buffer cb;
  int scope;             /*!< statement list that defined it */
  bool from_tensor;      /*!< filled by a copy from a tensor */
  bool lost = false;     /*!< defined inside a loop or branch that has ended */
};

/*!
 * A T.Parallel nest with several stores as several nests with one store each, bindings between them
 * inlined. Equal, as long as all elements are touched at the loop variables only, which the lowering of
 * each nest checks.
 */
std::vector<Stmt> OneStorePerNest(const For& nest) {
  std::vector<For> loops;
  Stmt body = nest;
  while (auto loop = body.as<For>()) {
    loops.push_back(loop.value());
    body = loop.value()->body;
  }
  const auto* seq = body.as<SeqStmtNode>();
  if (seq == nullptr) return {nest};
  std::vector<Stmt> nests;
  ffi::Map<Var, PrimExpr> bound;
  for (const Stmt& stmt : seq->seq) {
    if (const auto* bind = stmt.as<BindNode>()) {
      bound.Set(bind->var, Substitute(bind->value, bound));
      continue;
    }
    ffi::Map<Var, PrimExpr> inlined = bound;
    std::vector<Var> vars;
    for (const For& loop : loops) {
      vars.push_back(Var(loop->loop_var->name_hint, loop->loop_var.dtype()));
      inlined.Set(loop->loop_var, vars.back());
    }
    ffi::Map<Var, PrimExpr> renamed;
    for (const auto& [var, value] : bound) renamed.Set(var, Substitute(value, inlined));
    for (size_t i = 0; i < loops.size(); ++i) renamed.Set(loops[i]->loop_var, vars[i]);
    Stmt single = Substitute(stmt, renamed);
    for (size_t i = loops.size(); i-- > 0;) {
      single = For(vars[i], loops[i]->min, loops[i]->extent, loops[i]->kind, single, std::nullopt,
                   loops[i]->annotations, std::nullopt, stmt->span);
    }
    nests.push_back(single);
  }
  return nests;
}

class Renamer : public StmtExprMutator {
 public:
  explicit Renamer(CBTable* table) : table_(table) {}

 private:
  Stmt VisitStmt_(const SBlockRealizeNode* op) final {
    for (const Buffer& buffer : op->block->alloc_buffers) {
      blocks_[buffer->data.get()] = buffer;
    }
    return VisitStmt(op->block->body);
  }

  Stmt VisitStmt_(const ForNode* op) final {
    Stmt stmt = ffi::GetRef<Stmt>(op);
    if (!IsLeaf(stmt)) {
      For loop = Downcast<For>(InScope([&] { return StmtExprMutator::VisitStmt_(op); }));
      // Pipeline stages are the depth of the buffers now; nothing else is ours.
      loop.CopyOnWrite()->annotations = {};
      return loop;
    }
    ffi::Array<Stmt> nests;
    for (const Stmt& nest : OneStorePerNest(ffi::GetRef<For>(op))) nests.push_back(RenameLeaf(nest));
    return SeqStmt::Flatten(nests);
  }
  Stmt VisitStmt_(const IfThenElseNode* op) final {
    Stmt then_case = InScope([&] { return VisitStmt(op->then_case); });
    ffi::Optional<Stmt> else_case;
    if (op->else_case) else_case = InScope([&] { return VisitStmt(op->else_case.value()); });
    return IfThenElse(op->condition, then_case, else_case, op->span);
  }
  Stmt VisitStmt_(const WhileNode* op) final {
    TT_USER_ERROR(op->span) << "The kernel has a while loop. Supported: T.serial, T.Pipelined and "
                               "T.Persistent loops.";
  }
  Stmt VisitStmt_(const EvaluateNode* op) final { return RenameLeaf(ffi::GetRef<Stmt>(op)); }
  Stmt VisitStmt_(const BufferStoreNode* op) final {
    TT_USER_ERROR(op->span) << "The kernel stores a single element to '" << op->buffer->name
                            << "'. Supported: stores inside T.Parallel over a whole block.";
  }

  template <typename Body>
  Stmt InScope(Body body) {
    auto outer = versions_;
    int outer_scope = scope_;
    scope_ = ++scopes_;
    Stmt result = body();
    scope_ = outer_scope;
    for (auto& [data, version] : versions_) {
      auto it = outer.find(data);
      if (it == outer.end()) {
        version.lost = true;
        outer[data] = version;
      } else if (!it->second.cb.same_as(version.cb)) {
        it->second.lost = true;
      }
    }
    versions_ = std::move(outer);
    return result;
  }

  const Version& Current(const VarNode* data, const Span& span) {
    auto it = versions_.find(data);
    if (it == versions_.end()) {
      TT_USER_ERROR(span) << "Buffer '" << blocks_.at(data)->name
                          << "' is used before it has a value. Fill it first by T.clear, T.fill, "
                             "T.copy or a T.Parallel store.";
    }
    if (it->second.lost) {
      TT_USER_ERROR(span) << "Buffer '" << blocks_.at(data)->name
                          << "' gets its value inside a loop or branch and is used after it. "
                             "Supported: use it inside, or accumulate into a buffer that is "
                             "cleared before the loop.";
    }
    return it->second;
  }

  Stmt RenameLeaf(const Stmt& leaf) {
    reads_.clear();
    writes_.clear();
    bool from_tensor = FillsFromTensor(leaf);
    for (const BlockAccess& access : LeafAccesses(leaf)) {
      if (!blocks_.count(access.data)) continue;
      switch (access.kind) {
        case AccessKind::Read:
          reads_[access.data] = Current(access.data, leaf->span).cb;
          break;
        case AccessKind::Accumulate: {
          const Version& version = Current(access.data, leaf->span);
          if (version.from_tensor) {
            TT_USER_ERROR(leaf->span)
                << "T.gemm accumulates into '" << blocks_.at(access.data)->name
                << "', which a T.copy filled from a tensor. Supported: accumulators that start "
                   "with T.clear, T.fill or a T.Parallel store.";
          }
          reads_[access.data] = writes_[access.data] = version.cb;
          break;
        }
        case AccessKind::Write:
          writes_[access.data] = Define(access.data, from_tensor, leaf->span);
          break;
      }
    }
    return leaf->IsInstance<EvaluateNode>() ? RenameEvaluate(leaf) : RenameNest(leaf);
  }

  static bool FillsFromTensor(const Stmt& leaf) {
    tl::TileOperator op = tl::ParseOperator(leaf);
    const auto* copy = op.as<tl::CopyNode>();
    return copy != nullptr && IsGlobal(copy->src);
  }

  /*! The buffer a definition goes to: in place for a loop-carried update, else a new one. */
  Buffer Define(const VarNode* data, bool from_tensor, const Span& span) {
    const Buffer& block = blocks_.at(data);
    auto it = versions_.find(data);
    bool carried = it != versions_.end() && !it->second.lost && it->second.scope != scope_ &&
                   reads_.count(data);
    if (carried) {
      if (it->second.from_tensor) {
        TT_USER_ERROR(span) << "Buffer '" << block->name
                            << "' is filled from a tensor outside of this loop and updated inside. "
                               "Supported: copy it into a fragment before the loop and update that.";
      }
      return it->second.cb;
    }
    Buffer cb = table_->Create(block->name, block->name, block, block->dtype);
    versions_[data] = Version{cb, scope_, from_tensor};
    return cb;
  }

  /*! Replaces block buffers in the regions of a tile operator, by the access mask of each region. */
  Stmt RenameEvaluate(const Stmt& leaf) {
    const auto* call = leaf.as<EvaluateNode>()->value.as<CallNode>();
    if (call == nullptr) return leaf;
    if (!tl::ParseOperator(leaf).defined() && !AsIntrinsic(leaf)) {
      TT_USER_ERROR(leaf->span) << "The kernel calls '" << OpName(call)
                                << "'. Supported: T.copy, T.clear, T.fill, T.gemm, T.Parallel, and "
                                   "loops around them.";
    }
    ffi::Array<PrimExpr> args = call->args.Map([&](const PrimExpr& arg) { return RenameRegion(arg); });
    return Evaluate(Call(call->dtype, call->op, args, call->annotations, call->span), leaf->span);
  }

  PrimExpr RenameRegion(const PrimExpr& arg) {
    const auto* region = arg.as<CallNode>();
    if (region == nullptr || !region->op.same_as(tl::region())) return arg;
    const auto* load = region->args[0].as<BufferLoadNode>();
    bool writes = Downcast<IntImm>(region->args[1])->value & tl::kAccessWrite;
    const auto& map = writes ? writes_ : reads_;
    auto it = map.find(load->buffer->data.get());
    if (it == map.end()) return arg;
    ffi::Array<PrimExpr> args = region->args;
    args.Set(0, BufferLoad(it->second, load->indices));
    return Call(region->dtype, region->op, args, region->annotations, region->span);
  }

  Stmt RenameNest(const Stmt& leaf) { return NestRenamer(this)(leaf); }

  /*! Replaces loads and stores inside a T.Parallel nest. */
  class NestRenamer : public StmtExprMutator {
   public:
    explicit NestRenamer(Renamer* outer) : outer_(outer) {}

   private:
    PrimExpr VisitExpr_(const BufferLoadNode* op) final {
      BufferLoad load = Downcast<BufferLoad>(StmtExprMutator::VisitExpr_(op));
      auto it = outer_->reads_.find(op->buffer->data.get());
      return it == outer_->reads_.end() ? load : BufferLoad(it->second, load->indices);
    }
    Stmt VisitStmt_(const BufferStoreNode* op) final {
      BufferStore store = Downcast<BufferStore>(StmtExprMutator::VisitStmt_(op));
      auto it = outer_->writes_.find(op->buffer->data.get());
      if (it == outer_->writes_.end()) return store;
      return BufferStore(it->second, store->value, store->indices, std::nullopt, store->span);
    }
    Renamer* outer_;
  };

  CBTable* table_;
  std::unordered_map<const VarNode*, Buffer> blocks_;
  std::unordered_map<const VarNode*, Version> versions_;
  std::unordered_map<const VarNode*, Buffer> reads_, writes_;
  int scope_ = 0;
  int scopes_ = 0;
};

}  // namespace

Stmt RenameBlocks(const Stmt& body, CBTable* table) { return Renamer(table)(body); }

}  // namespace tvm::tt
