/*!
 * First step of LowerSharedToCB: block buffers become circular buffers.
 *
 * Each web of definitions gets a circular buffer of its own (A_s, A_s_1, ...); fills that nothing reads are dropped. Where a tensor fills a
 * buffer that compute fills too, the tensor's block goes to an input buffer (A_s_in) and is copied.
 */
#include <tvm/tirx/builtin.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <set>
#include <unordered_map>

#include "analysis/block_access.h"
#include "analysis/block_webs.h"
#include "ir/errors.h"
#include "ir/scalars.h"
#include "ir/tile_operators.h"
#include "ir/tiles.h"
#include "op/builtin.h"
#include "op/fill.h"
#include "passes/lower_shared_to_cb.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Straightens the body: no blocks, no annotations, all leaves distinct. */
class Normaliser : public StmtExprMutator {
 public:
  std::unordered_map<const VarNode*, Buffer> blocks;

 private:
  Stmt VisitStmt_(const SBlockRealizeNode* op) final {
    for (const Buffer& buffer : op->block->alloc_buffers) blocks[buffer->data.get()] = buffer;
    return VisitStmt(op->block->body);
  }
  Stmt VisitStmt_(const ForNode* op) final {
    For loop = ffi::GetRef<For>(op);
    if (IsLeaf(loop)) return loop;
    loop = Downcast<For>(StmtExprMutator::VisitStmt_(op));
    // Pipeline stages are the depth of the buffers now; nothing else is ours.
    loop.CopyOnWrite()->annotations = {};
    return loop;
  }
  Stmt VisitStmt_(const EvaluateNode* op) final {
    const auto* call = op->value.as<CallNode>();
    Stmt leaf = Evaluate(op->value, op->span);
    if (call != nullptr && !tl::ParseOperator(leaf).defined() && !AsIntrinsic(leaf)) {
      TT_USER_ERROR(op->span)
          << "The kernel calls '" << OpName(call)
          << "'. Supported: T.copy, T.clear, T.fill, T.gemm, T.im2col, T.reduce_*, "
             "T.Parallel, and loops around them.";
    }
    return leaf;
  }
  /*! T.use_swizzle is about the caches of another machine. */
  Stmt VisitStmt_(const AttrStmtNode* op) final {
    if (op->attr_key == Key(Attr::WorkLoop)) return StmtExprMutator::VisitStmt_(op);
    if (op->attr_key == "threadblock_swizzle_pattern") return VisitStmt(op->body);
    TT_USER_ERROR(op->span) << "The kernel carries the annotation '" << op->attr_key
                            << "'. Supported: T.use_swizzle, which changes nothing here.";
  }
  Stmt VisitStmt_(const SeqStmtNode* op) final {
    ffi::Array<Stmt> seq;
    for (const Stmt& stmt : op->seq) {
      if (!IsThreadMatter(stmt)) seq.push_back(VisitStmt(stmt));
    }
    return SeqStmt::Flatten(seq);
  }
  /*! Barriers and register budgets of threads: statements on blocks run one after the other here. */
  static bool IsThreadMatter(const Stmt& stmt) {
    static const Op &keep = Op::Get("tl.no_set_max_nreg"), &set = Op::Get("tl.set_max_nreg");
    const auto* evaluate = stmt.as<EvaluateNode>();
    const auto* call = evaluate ? evaluate->value.as<CallNode>() : nullptr;
    return call != nullptr && (call->op.same_as(tirx::builtin::tvm_storage_sync()) ||
                               call->op.same_as(keep) || call->op.same_as(set));
  }
  Stmt VisitStmt_(const BufferStoreNode* op) final {
    if (IsScalar(op->buffer)) return ffi::GetRef<Stmt>(op);
    TT_USER_ERROR(op->span) << "The kernel stores a single element to '" << op->buffer->name
                            << "'. Supported: stores inside T.Parallel over a whole block.";
  }
};

class Renamer : public StmtExprMutator {
 public:
  Renamer(const BlockWebs& webs, CBTable* table) : webs_(webs), table_(table) {
    FindUnusedFills();
    for (size_t i = 0; i < webs.webs.size(); ++i) {
      const BlockWeb& web = webs.webs[i];
      cbs_.push_back(unused_.count(i) ? Buffer()
                                      : table->Create(web.block->name, web.block->name, web.block,
                                                      web.block->dtype));
    }
  }

 private:
  Stmt VisitStmt(const Stmt& stmt) final {
    return IsLeaf(stmt) ? RenameLeaf(stmt) : StmtExprMutator::VisitStmt(stmt);
  }

  /*! A fill in front of what sets the whole block anew, as T.clear ahead of a product that clears. */
  void FindUnusedFills() {
    for (size_t i = 0; i < webs_.webs.size(); ++i) unused_.insert(i);
    for (const auto& [access, web] : webs_.read) unused_.erase(web);
    for (const auto& [access, web] : webs_.written) {
      tl::TileOperator op = tl::ParseOperator(ffi::GetRef<Stmt>(access.first));
      if (op.as<tl::FillNode>() == nullptr) unused_.erase(web);
    }
  }

  Stmt VisitStmt_(const SeqStmtNode* op) final {
    return SeqStmt::Flatten(StmtExprMutator::VisitStmt_(op));  // without what is gone
  }

  Stmt RenameLeaf(const Stmt& leaf) {
    reads_.clear();
    writes_.clear();
    Buffer input, target;
    for (const BlockAccess& access : LeafAccesses(leaf)) {
      auto read = webs_.read.find({leaf.get(), access.data});
      if (read != webs_.read.end()) reads_[access.data] = cbs_[read->second];
      auto written = webs_.written.find({leaf.get(), access.data});
      if (written == webs_.written.end()) continue;
      if (unused_.count(written->second)) return Evaluate(0);
      const BlockWeb& web = webs_.webs[written->second];
      target = cbs_[written->second];
      if (CopiesFromTensor(leaf) && web.computed) {
        input = table_->Create(web.block->name, std::string(web.block->name) + "_in", web.block,
                               web.block->dtype);
      }
      writes_[access.data] = input.defined() ? input : target;
    }
    Stmt renamed =
        leaf->IsInstance<EvaluateNode>() ? RenameEvaluate(leaf) : NestRenamer(this)(leaf);
    if (!input.defined()) return renamed;
    return SeqStmt::Flatten(renamed, CopyBlock(input, target, leaf->span));
  }

  /*! Replaces block buffers in the regions of a tile operator, by the access mask of each region. */
  Stmt RenameEvaluate(const Stmt& leaf) {
    const auto* call = leaf.as<EvaluateNode>()->value.as<CallNode>();
    if (call == nullptr) return leaf;
    ffi::Array<PrimExpr> args =
        call->args.Map([&](const PrimExpr& arg) { return RenameRegion(arg); });
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

  const BlockWebs& webs_;
  CBTable* table_;
  std::vector<Buffer> cbs_;
  std::set<size_t> unused_; /*!< webs of fills that nothing reads */
  std::unordered_map<const VarNode*, Buffer> reads_, writes_;
};

}  // namespace

Stmt RenameBlocks(const Stmt& body, CBTable* table) {
  Normaliser normaliser;
  Stmt normal = normaliser(body);
  BlockWebs webs = FindBlockWebs(normal, normaliser.blocks);
  return Renamer(webs, table)(normal);
}

}  // namespace tvm::tt
