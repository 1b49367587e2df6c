/*!
 * InsertDSTManagementTT: protocol -> protocol.
 *
 * Cuts tile compute to the capacity of the DST registers and puts the acquire / commit / wait / pack /
 * release cycle around each piece. A tile loop goes through DST some tiles at a time. An accumulator
 * that lives in DST is acquired where it is initialised and packed by its reader, after the K loop. One
 * that does not fit lives in L1: each step computes it in sub-blocks and the packer adds them onto the
 * block, overwriting in the step that comes first. Virtual registers become DST indices. The last
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
#include <tvm/arith/analyzer.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include "analysis/block_access.h"
#include "analysis/dst_pressure.h"
#include "ir/attrs.h"
#include "ir/kernel_body.h"
#include "ir/tiles.h"
#include "passes/pass_runner.h"
#include "target/target_options.h"

namespace tvm::tt {

using namespace tirx;

namespace {

PrimExpr Imm(int64_t value) { return IntImm(DataType::Int(32), value); }

Stmt Loop(const Var& var, int64_t extent, Stmt body) {
  return For(var, Imm(0), Imm(extent), ForKind::kSerial, std::move(body));
}

class DstManager : public StmtExprMutator {
 public:
  DstManager(KernelBody* kernel, const CBDescMap& descs, int64_t capacity)
      : buffers_(kernel->Buffers()), descs_(descs), capacity_(capacity), kernel_(kernel) {}

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
      } else if (IsResident(call.call->args[0])) {
        result.push_back(AcquireResident(call, op->seq[i]->span));
      } else if (is_zero_value(call.call->args[1]) && FirstStepOverwrites(op, i + 1, call.call->args[0])) {
        starting_[call.call->args[0].as<VarNode>()] = loops_.size();
      } else {
        result.push_back(FillAccumulator(call, op->seq[i]->span));
      }
    }
    return AsStmt(result);
  }

  static bool is_zero_value(const PrimExpr& value) { return value.as<FloatImmNode>()->value == 0; }

  /*! Whether the first statement from `begin` on that touches the accumulator surely runs a matmul. */
  static bool FirstStepOverwrites(const SeqStmtNode* op, size_t begin, const PrimExpr& acc) {
    for (size_t i = begin; i < op->seq.size(); ++i) {
      bool touches = false, branches = false;
      PostOrderVisit(op->seq[i], [&](const ffi::ObjectRef& node) {
        const auto* call = node.as<CallNode>();
        touches |= call && call->op.same_as(GetOp(Intrinsic::Mma)) && call->args[2].same_as(acc);
        branches |= node.as<IfThenElseNode>() != nullptr;
      });
      if (touches) return !branches;
    }
    return false;
  }

  Stmt AcquireResident(const IntrinsicCall& call, const Span& span) {
    std::vector<Stmt> list{MakeStmt(Intrinsic::DstAcquire, {}, span)};
    if (!is_zero_value(call.call->args[1])) {
      Var i("i", DataType::Int(32));
      const int64_t tiles = *as_const_int(buffers_.at(call.call->args[0].as<VarNode>())->shape[0]);
      list.push_back(Loop(i, tiles, MakeStmt(Intrinsic::Fill, {i, call.call->args[1]}, span)));
    }
    return AsStmt(list);
  }

  /*! Sets every tile of an accumulator in L1, where no matmul step can do it by overwriting. */
  Stmt FillAccumulator(const IntrinsicCall& call, const Span& span) {
    const PrimExpr& acc = call.call->args[0];
    Var i("i", DataType::Int(32));
    std::vector<Stmt> list{MakeStmt(Intrinsic::DstAcquire, {}, span)};
    if (!is_zero_value(call.call->args[1])) {
      list.push_back(MakeStmt(Intrinsic::Fill, {Imm(0), call.call->args[1]}, span));
    }
    list.push_back(MakeStmt(Intrinsic::DstCommit, {}, span));
    list.push_back(MakeStmt(Intrinsic::DstWait, {}, span));
    list.push_back(Loop(i, Desc(acc)->Tiles(), MakeStmt(Intrinsic::PackTileAt, {Imm(0), acc, i}, span)));
    list.push_back(MakeStmt(Intrinsic::DstRelease, {}, span));
    return AsStmt(list);
  }

  // ---- block matmul ----

  Stmt VisitStmt_(const EvaluateNode* op) final {
    Stmt stmt = ffi::GetRef<Stmt>(op);
    IntrinsicCall call = AsIntrinsic(stmt);
    if (!call.Is(Intrinsic::Mma)) return stmt;
    return IsResident(call.call->args[2]) ? ResidentMatmul(call.call, op->span)
                                          : SpilledMatmul(call.call, op->span);
  }

  /*! Geometry of a block matmul in tiles. */
  struct Matmul {
    PrimExpr a, b, acc;
    bool transpose;
    int64_t rows, cols, depth;
    MatmulBlocking blocking;
  };
  Matmul GeometryOf(const CallNode* call) {
    Matmul m{call->args[0], call->args[1], call->args[2], !is_zero(call->args[3]), 0, 0, 0, {}};
    m.rows = Desc(m.a)->rows;
    m.depth = Desc(m.a)->cols;
    m.cols = m.transpose ? Desc(m.b)->rows : Desc(m.b)->cols;
    m.blocking = ChooseBlocking(m.rows, m.cols, capacity_, m.transpose, IsResident(m.acc));
    return m;
  }

  /*! The k steps of one sub-block at (row, col), in tiles, into DST from `dst` on. */
  Stmt Steps(const Matmul& m, const PrimExpr& row, const PrimExpr& col, const PrimExpr& dst,
             const Span& span) {
    Var step("kt", DataType::Int(32));
    PrimExpr k = m.depth > 1 ? PrimExpr(step) : Imm(0);
    PrimExpr a = analyzer_.Simplify(row * Imm(m.depth) + k);
    PrimExpr b = analyzer_.Simplify(m.transpose ? col * Imm(m.depth) + k : k * Imm(m.cols) + col);
    Stmt body = MakeStmt(Intrinsic::MatmulBlock,
                         {m.a, m.b, a, b, dst, Imm(m.transpose), Imm(m.blocking.ct),
                          Imm(m.blocking.rt), Imm(m.depth)},
                         span);
    return m.depth > 1 ? Loop(step, m.depth, body) : body;
  }

  /*! Loops over the sub-blocks of a block; `body` gets their first row and column in tiles. */
  template <typename Body>
  Stmt OverSubBlocks(const Matmul& m, Body body) {
    const int64_t down = m.rows / m.blocking.rt, across = m.cols / m.blocking.ct;
    Var sub_row("sub_row", DataType::Int(32)), sub_col("sub_col", DataType::Int(32));
    PrimExpr row = down > 1 ? sub_row * Imm(m.blocking.rt) : Imm(0);
    PrimExpr col = across > 1 ? sub_col * Imm(m.blocking.ct) : Imm(0);
    Stmt stmt = body(analyzer_.Simplify(row), analyzer_.Simplify(col));
    if (across > 1) stmt = Loop(sub_col, across, stmt);
    return down > 1 ? Loop(sub_row, down, stmt) : stmt;
  }

  Stmt ResidentMatmul(const CallNode* call, const Span& span) {
    Matmul m = GeometryOf(call);
    return OverSubBlocks(m, [&](const PrimExpr& row, const PrimExpr& col) {
      return Steps(m, row, col, analyzer_.Simplify(row * Imm(m.cols) + col), span);
    });
  }

  Stmt SpilledMatmul(const CallNode* call, const Span& span) {
    Matmul m = GeometryOf(call);
    std::vector<Stmt> list{MakeStmt(Intrinsic::PackL1Accumulate, {AccumulateFlag(call)}, span)};
    list.push_back(OverSubBlocks(m, [&](const PrimExpr& row, const PrimExpr& col) {
      return AsStmt({MakeStmt(Intrinsic::DstAcquire, {}, span), Steps(m, row, col, Imm(0), span),
                     MakeStmt(Intrinsic::DstCommit, {}, span), MakeStmt(Intrinsic::DstWait, {}, span),
                     PackSubBlock(m, row, col, span), MakeStmt(Intrinsic::DstRelease, {}, span)});
    }));
    list.push_back(MakeStmt(Intrinsic::PackL1Accumulate, {Imm(0)}, span));
    return AsStmt(list);
  }

  Stmt PackSubBlock(const Matmul& m, const PrimExpr& row, const PrimExpr& col, const Span& span) {
    Var r("r", DataType::Int(32)), c("c", DataType::Int(32));
    PrimExpr dr = m.blocking.rt > 1 ? PrimExpr(r) : Imm(0);
    PrimExpr dc = m.blocking.ct > 1 ? PrimExpr(c) : Imm(0);
    PrimExpr from = analyzer_.Simplify(dr * Imm(m.blocking.ct) + dc);
    PrimExpr to = analyzer_.Simplify((row + dr) * Imm(m.cols) + col + dc);
    Stmt body = MakeStmt(Intrinsic::PackTileAt, {from, m.acc, to}, span);
    if (m.blocking.ct > 1) body = Loop(c, m.blocking.ct, body);
    return m.blocking.rt > 1 ? Loop(r, m.blocking.rt, body) : body;
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
    if (IsTileLoop(op)) return ReadsResident(loop) ? PackResident(loop) : CutTileLoop(loop);
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

  /*! The statements of a tile program: registers, then initialisations and operations, then packs. */
  struct Program {
    std::vector<const VarNode*> registers;
    std::vector<Stmt> ops, packs;
  };
  static Program ProgramOf(const For& loop) {
    Program program;
    for (const Stmt& stmt : AsList(loop->body)) {
      if (const auto* alloc = stmt.as<AllocBufferNode>()) {
        program.registers.push_back(alloc->buffer->data.get());
      } else if (AsIntrinsic(stmt).Is(Intrinsic::Pack) || AsIntrinsic(stmt).Is(Intrinsic::ReconfigPack)) {
        program.packs.push_back(stmt);
      } else {
        program.ops.push_back(stmt);
      }
    }
    return program;
  }

  /*! Replaces the tile variable and turns DST operands into indices, abstract packs into real ones. */
  class Placer : public StmtExprMutator {
   public:
    Placer(const Var& tile, PrimExpr at, std::function<PrimExpr(const BufferLoadNode*)> index)
        : tile_(tile), at_(std::move(at)), index_(std::move(index)) {}

   private:
    PrimExpr VisitExpr_(const VarNode* op) final {
      return op == tile_.get() ? at_ : PrimExpr(ffi::GetRef<Var>(op));
    }
    PrimExpr VisitExpr_(const BufferLoadNode* op) final { return index_(op); }
    Stmt VisitStmt_(const EvaluateNode* op) final {
      Stmt stmt = StmtExprMutator::VisitStmt_(op);
      IntrinsicCall call = AsIntrinsic(stmt);
      if (!call.Is(Intrinsic::Pack)) return stmt;
      return MakeStmt(Intrinsic::PackTile, {call.call->args[0], call.call->args[1]}, op->span);
    }
    Var tile_;
    PrimExpr at_;
    std::function<PrimExpr(const BufferLoadNode*)> index_;
  };

  /*! A tile loop on circular buffers: some tiles at a time, operation by operation. */
  Stmt CutTileLoop(const For& loop) {
    Program program = ProgramOf(loop);
    const int64_t tiles = *as_const_int(loop->extent);
    const int64_t registers = std::max<int64_t>(1, program.registers.size());
    const int64_t at_once = TilesAtOnce(tiles, registers, capacity_);
    Var tile(loop->loop_var->name_hint, DataType::Int(32));
    Var i("i", DataType::Int(32));
    PrimExpr first = tiles > at_once ? PrimExpr(tile) : Imm(0);
    PrimExpr offset = at_once > 1 ? PrimExpr(i) : Imm(0);
    auto index = [&](const BufferLoadNode* load) {
      auto it = std::find(program.registers.begin(), program.registers.end(), load->buffer->data.get());
      const int64_t reg = it - program.registers.begin();
      return analyzer_.Simplify(offset * Imm(registers) + Imm(reg));
    };
    Placer place(loop->loop_var, analyzer_.Simplify(first + offset), index);
    const Span& span = loop->span;
    std::vector<Stmt> list{MakeStmt(Intrinsic::DstAcquire, {}, span)};
    AppendRuns(program.ops, i, at_once, &place, &list);
    list.push_back(MakeStmt(Intrinsic::DstCommit, {}, span));
    list.push_back(MakeStmt(Intrinsic::DstWait, {}, span));
    AppendRuns(program.packs, i, at_once, &place, &list);
    list.push_back(MakeStmt(Intrinsic::DstRelease, {}, span));
    if (tiles == at_once) return AsStmt(list);
    return For(tile, Imm(0), Imm(tiles), ForKind::kSerial, AsStmt(list), std::nullopt, {},
               Imm(at_once), span);
  }

  /*! Initialisations once, the operations between them over all tiles at once in DST. */
  void AppendRuns(const std::vector<Stmt>& ops, const Var& i, int64_t at_once, Placer* place,
                  std::vector<Stmt>* list) {
    std::vector<Stmt> run;
    auto flush = [&] {
      if (run.empty()) return;
      // Each run opens its own scope, so each gets its own loop variable.
      Var own(i->name_hint, DataType::Int(32));
      Stmt body = at_once > 1 ? Substitute(AsStmt(run), ffi::Map<Var, PrimExpr>{{i, own}}) : AsStmt(run);
      list->push_back(at_once > 1 ? Loop(own, at_once, body) : body);
      run.clear();
    };
    for (const Stmt& op : ops) {
      if (AsIntrinsic(op).row->effect == Effect::EngineInit) {
        flush();
        list->push_back(op);
      } else {
        run.push_back((*place)(op));
      }
    }
    flush();
  }

  /*! The reader of a resident accumulator: computes on its tiles in place, then packs them. */
  Stmt PackResident(const For& loop) {
    Program program = ProgramOf(loop);
    const int64_t tiles = *as_const_int(loop->extent);
    Var i("i", DataType::Int(32));
    PrimExpr offset = tiles > 1 ? PrimExpr(i) : Imm(0);
    auto index = [&](const BufferLoadNode* load) -> PrimExpr {
      auto it = std::find(program.registers.begin(), program.registers.end(), load->buffer->data.get());
      if (it == program.registers.end()) return offset;
      return Imm(tiles + (it - program.registers.begin()));
    };
    Placer place(loop->loop_var, offset, index);
    const Span& span = loop->span;
    std::vector<Stmt> list;
    if (!program.ops.empty()) {
      Stmt ops = place(AsStmt(program.ops));
      list.push_back(tiles > 1 ? Loop(i, tiles, ops) : ops);
    }
    list.push_back(MakeStmt(Intrinsic::DstCommit, {}, span));
    list.push_back(MakeStmt(Intrinsic::DstWait, {}, span));
    AppendRuns(program.packs, i, tiles, &place, &list);
    list.push_back(MakeStmt(Intrinsic::DstRelease, {}, span));
    return AsStmt(list);
  }

  std::unordered_map<const VarNode*, Buffer> buffers_;
  const CBDescMap& descs_;
  int64_t capacity_;
  KernelBody* kernel_;
  std::vector<const ForNode*> loops_;
  /*! Accumulators in L1 that the next matmul starts, with the loop depth of their initialisation. */
  std::unordered_map<const VarNode*, size_t> starting_;
  arith::Analyzer analyzer_;
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
  kernel.region = DstManager(&kernel, descs, capacity)(kernel.region);
  kernel.allocations = WithoutDst(kernel.allocations);
  func.CopyOnWrite()->body = kernel.ToStmt();
  return func;
}

}  // namespace

namespace transform {
Pass InsertDSTManagementTT() { return FunctionPass("InsertDSTManagementTT", Rewrite); }
}  // namespace transform

}  // namespace tvm::tt
