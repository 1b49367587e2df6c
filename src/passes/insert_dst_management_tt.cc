/*!
 * InsertDSTManagementTT: protocol -> protocol.
 *
 * Cuts tile compute to the capacity of the DST registers and puts the acquire / commit / wait / pack /
 * release cycle around each piece. A tile loop goes through DST some tiles at a time. An accumulator
 * that lives in DST is acquired where it is initialised and packed by its reader, after the K loop. One
 * that does not fit lives in L1: each step computes it in sub-blocks and the packer adds them onto the
 * block, overwriting in the step that comes first. Blocks that change between rows and tiles do so in DST
 * sections of their own. Virtual registers become DST indices. The last
 * structural change, so that it sees initialisations in their place.
 *
 *   before   T.tt.mm.init(C_l_acc.data, 0)
 *            for k in range(8): T.tt.mm.mma(A_s.data, B_s.data, C_l_acc.data, False, False)
 *            for t in T.serial(4, annotations={"tt.tile_loop": 1}): T.tt.pack(C_l_acc[t], C_out.data, t)
 *   after    T.tt.dst.acquire()
 *            for k in range(8): T.tt.fpu.matmul_block(A_s.data, B_s.data, 0, 0, 0, 0, 2, 2, 1)
 *            T.tt.dst.commit()
 *            T.tt.dst.wait()
 *            for i in range(4): T.tt.pack_tile(i, C_out.data)
 *            T.tt.dst.release()
 */
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include "analysis/accumulator_start.h"
#include "analysis/block_access.h"
#include "ir/attrs.h"
#include "ir/kernel_body.h"
#include "ir/loops.h"
#include "ir/tiles.h"
#include "passes/dst_matmul.h"
#include "passes/dst_reorder.h"
#include "passes/dst_tile_loops.h"
#include "passes/pass_runner.h"
#include "target/target_options.h"

namespace tvm::tt {

using namespace tirx;

namespace {

class DstManager : public StmtExprMutator {
 public:
  DstManager(KernelBody* kernel, const CBDescMap& descs, int64_t capacity)
      : buffers_(kernel->Buffers()),
        zeros_before_matmul_(ZerosBeforeMatmul(*kernel)),
        descs_(descs),
        capacity_(capacity) {}

 private:
  CBDesc Desc(const PrimExpr& cb) { return descs_.at(buffers_.at(cb.as<VarNode>())->name); }
  bool IsResident(const PrimExpr& acc) { return IsDst(buffers_.at(acc.as<VarNode>())); }

  // ---- where an accumulation starts ----

  Stmt VisitStmt_(const SeqStmtNode* op) final {
    std::vector<Stmt> result;
    for (size_t i = 0; i < op->seq.size(); ++i) {
      IntrinsicCall call = AsIntrinsic(op->seq[i]);
      if (!call.Is(Intrinsic::AccumulatorInit)) {
        result.push_back(VisitStmt(op->seq[i]));
        continue;
      }
      const bool starts_with_mma = zeros_before_matmul_.count(op->seq[i].get());
      if (IsResident(call.call->args[0])) {
        result.push_back(AcquireResident(call, !starts_with_mma, op->seq[i]->span));
      } else if (starts_with_mma) {
        starting_[call.call->args[0].as<VarNode>()] = loops_.size();
      } else {
        result.push_back(FillAccumulator(call, op->seq[i]->span));
      }
    }
    return AsStmt(result);
  }

  Stmt AcquireResident(const IntrinsicCall& call, bool fill, const Span& span) {
    std::vector<Stmt> list{MakeStmt(Intrinsic::DstAcquire, {}, span)};
    if (fill) {
      Var i("i", DataType::Int(32));
      const int64_t tiles = *as_const_int(buffers_.at(call.call->args[0].as<VarNode>())->shape[0]);
      list.push_back(Loop(i, Imm(tiles), MakeStmt(Intrinsic::Fill, {i, call.call->args[1]}, span)));
    }
    return AsStmt(list);
  }

  /*! Sets every tile of an accumulator in L1, where no matmul step can do it by overwriting. */
  Stmt FillAccumulator(const IntrinsicCall& call, const Span& span) {
    const PrimExpr& acc = call.call->args[0];
    Var i("i", DataType::Int(32));
    std::vector<Stmt> list{MakeStmt(Intrinsic::DstAcquire, {}, span),
                           MakeStmt(Intrinsic::Fill, {Imm(0), call.call->args[1]}, span)};
    list.push_back(MakeStmt(Intrinsic::DstCommit, {}, span));
    list.push_back(MakeStmt(Intrinsic::DstWait, {}, span));
    list.push_back(
        Loop(i, Imm(Desc(acc)->Tiles()), MakeStmt(Intrinsic::PackTileAt, {Imm(0), acc, i}, span)));
    list.push_back(MakeStmt(Intrinsic::DstRelease, {}, span));
    return AsStmt(list);
  }

  // ---- block matmul ----

  Stmt VisitStmt_(const EvaluateNode* op) final {
    Stmt stmt = ffi::GetRef<Stmt>(op);
    IntrinsicCall call = AsIntrinsic(stmt);
    if (call.Is(Intrinsic::Tilize))
      return TilizedRows(call.call, Desc(call.call->args[0]), op->span);
    if (call.Is(Intrinsic::Untilize))
      return UntilizedTiles(call.call, Desc(call.call->args[0]), capacity_, op->span);
    if (!call.Is(Intrinsic::Mma)) return stmt;
    BlockMatmul m = GeometryOf(call.call);
    if (IsResident(m.acc)) return ResidentMatmul(m, op->span);
    return SpilledMatmul(m, AccumulateFlag(call.call), op->span);
  }

  BlockMatmul GeometryOf(const CallNode* call) {
    BlockMatmul m{
        call->args[0], call->args[1], call->args[2], !is_zero(call->args[3]), 0, 0, 0, {}};
    m.rows = Desc(m.a)->rows;
    m.depth = Desc(m.a)->cols;
    m.cols = m.transpose ? Desc(m.b)->rows : Desc(m.b)->cols;
    m.blocking = ChooseBlocking(m.rows, m.cols, capacity_, m.transpose, IsResident(m.acc));
    return m;
  }

  /*! 0 in the step that starts the accumulation, 1 in all others. */
  PrimExpr AccumulateFlag(const CallNode* call) {
    PrimExpr accumulates = Bool(true);
    auto it = starting_.find(call->args[2].as<VarNode>());
    if (it != starting_.end()) {
      accumulates = Bool(false);
      for (size_t i = it->second; i < loops_.size(); ++i) {
        PrimExpr later = loops_[i]->loop_var > loops_[i]->min;
        accumulates = is_zero(accumulates) ? later : accumulates || later;
      }
      starting_.erase(it);
    }
    if (!is_zero(call->args[4])) accumulates = accumulates && !call->args[4];
    if (const int64_t* constant = as_const_int(accumulates)) return Imm(*constant);
    return Select(accumulates, Imm(1), Imm(0));
  }

  // ---- tile loops ----

  Stmt VisitStmt_(const ForNode* op) final {
    For loop = ffi::GetRef<For>(op);
    if (IsTileLoop(op))
      return ReadsResident(loop) ? PackResident(loop) : CutTileLoop(loop, capacity_);
    loops_.push_back(op);
    Stmt result = StmtExprMutator::VisitStmt_(op);
    loops_.pop_back();
    return result;
  }

  bool ReadsResident(const For& loop) {
    bool found = false;
    PostOrderVisit(loop->body, [&](const ffi::ObjectRef& node) {
      const auto* load = node.as<BufferLoadNode>();
      found |= load && buffers_.count(load->buffer->data.get());
    });
    return found;
  }

  std::unordered_map<const VarNode*, Buffer> buffers_;
  std::unordered_set<const StmtNode*> zeros_before_matmul_;
  const CBDescMap& descs_;
  int64_t capacity_;
  std::vector<const ForNode*> loops_;
  /*! Accumulators in L1 that the next matmul starts, with the loop depth of their initialisation.
   */
  std::unordered_map<const VarNode*, size_t> starting_;
};

/*! Drops the allocations of DST tiles, which are indices now. */
std::vector<Stmt> WithoutDst(const std::vector<Stmt>& allocations) {
  std::vector<Stmt> kept;
  for (const Stmt& stmt : allocations) {
    if (!IsDst(stmt.as<AllocBufferNode>()->buffer)) kept.push_back(stmt);
  }
  return kept;
}

PrimFunc Rewrite(PrimFunc func) {
  if (func->GetAttr<ffi::String>(Key(Attr::KernelRole)).value() != ToString(kCompute)) return func;
  KernelBody kernel = KernelBody::From(func->body);
  if (!kernel.region.defined()) return func;
  auto config = func->GetAttr<ComputeConfig>(Key(Attr::ComputeConfig)).value();
  auto descs = func->GetAttr<CBDescMap>(Key(Attr::CBDesc)).value();
  const int64_t capacity = TargetOptions::FromFunction(func).Hardware().DstTiles(
      config->fp32_dest_acc_en, config->dst_full_sync_en);
  DstManager manager(&kernel, descs, capacity);
  for (Stmt& stmt : kernel.prologue) stmt = manager(stmt);
  kernel.region = manager(kernel.region);
  kernel.allocations = WithoutDst(kernel.allocations);
  func.CopyOnWrite()->body = kernel.ToStmt();
  return func;
}

}  // namespace

namespace transform {
Pass InsertDSTManagementTT() { return FunctionPass("InsertDSTManagementTT", Rewrite); }
}  // namespace transform

}  // namespace tvm::tt
