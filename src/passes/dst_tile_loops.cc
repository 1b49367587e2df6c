/*! Tile programs through DST. */
#include "passes/dst_tile_loops.h"

#include <tvm/arith/analyzer.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "analysis/dst_pressure.h"
#include "ir/kernel_body.h"
#include "ir/loops.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

PrimExpr Simplify(const PrimExpr& expr) { return arith::Analyzer().Simplify(expr); }

/*! The statements of a tile program: registers, then initialisations and operations, then packs. */
struct Program {
  std::vector<const VarNode*> registers;
  std::vector<Stmt> ops, packs;
};
Program ProgramOf(const For& loop) {
  Program program;
  for (const Stmt& stmt : AsList(loop->body)) {
    if (const auto* alloc = stmt.as<AllocBufferNode>()) {
      program.registers.push_back(alloc->buffer->data.get());
    } else if (AsIntrinsic(stmt).Is(Intrinsic::Pack) ||
               AsIntrinsic(stmt).Is(Intrinsic::ReconfigPack)) {
      program.packs.push_back(stmt);
    } else {
      program.ops.push_back(stmt);
    }
  }
  return program;
}

/*! Replaces the tile variable and turns DST operands into indices, abstract packs into real ones.
 */
class Placer : public StmtExprMutator {
 public:
  Placer(const Var& tile, PrimExpr at, std::function<PrimExpr(const BufferLoadNode*)> index)
      : tile_(tile), at_(std::move(at)), index_(std::move(index)) {}

 private:
  PrimExpr VisitExpr_(const VarNode* op) final {
    return op == tile_.get() ? at_ : PrimExpr(ffi::GetRef<Var>(op));
  }
  PrimExpr VisitExpr_(const BufferLoadNode* op) final { return index_(op); }
  // Folded, because the tile of a block of one is 0.
  PrimExpr VisitExpr_(const AddNode* op) final { return VisitExpr(op->a) + VisitExpr(op->b); }
  PrimExpr VisitExpr_(const MulNode* op) final { return VisitExpr(op->a) * VisitExpr(op->b); }
  Stmt VisitStmt_(const EvaluateNode* op) final {
    Stmt stmt = StmtExprMutator::VisitStmt_(op);
    IntrinsicCall call = AsIntrinsic(stmt);
    if (!call.Is(Intrinsic::Pack)) return stmt;
    const ffi::Array<PrimExpr>& args = call.call->args;
    // Scans go through a block column by column; pages come one after the other only for the rest.
    if (!AsIntrinsic(ffi::GetRef<Stmt>(op)).call->args[2].same_as(tile_))
      return MakeStmt(Intrinsic::PackTileAt, {args[0], args[1], args[2]}, op->span);
    return MakeStmt(Intrinsic::PackTile, {args[0], args[1]}, op->span);
  }
  Var tile_;
  PrimExpr at_;
  std::function<PrimExpr(const BufferLoadNode*)> index_;
};

bool InitialisesBelow(const Stmt& stmt) {
  bool found = false;
  PostOrderVisit(stmt, [&](const ffi::ObjectRef& node) {
    const auto* call = node.as<CallNode>();
    const IntrinsicRow* row = call ? FindRow(call->op) : nullptr;
    found |= row != nullptr && row->effect == Effect::EngineInit;
  });
  return found;
}

/*!
 * Initialisations once, the operations between them over all tiles at once in DST. A loop that changes the
 * engine's mode runs alone: what stands around it would meet the mode it leaves.
 */
void AppendRuns(const std::vector<Stmt>& ops, const Var& i, int64_t at_once, Placer* place,
                std::vector<Stmt>* list) {
  std::vector<Stmt> run;
  auto flush = [&] {
    if (run.empty()) return;
    // Each run opens its own scope, so each gets its own loop variable.
    Var own(i->name_hint, DataType::Int(32));
    Stmt body =
        at_once > 1 ? Substitute(AsStmt(run), ffi::Map<Var, PrimExpr>{{i, own}}) : AsStmt(run);
    list->push_back(at_once > 1 ? Loop(own, Imm(at_once), body) : body);
    run.clear();
  };
  for (const Stmt& op : ops) {
    IntrinsicCall call = AsIntrinsic(op);
    if (call && call.row->effect == Effect::EngineInit) {
      flush();
      list->push_back(op);
    } else if (!call && InitialisesBelow(op)) {
      flush();
      run.push_back((*place)(op));
      flush();
    } else {
      run.push_back((*place)(op));
    }
  }
  flush();
}

}  // namespace

Stmt CutTileLoop(const For& loop, int64_t dst_capacity) {
  Program program = ProgramOf(loop);
  const int64_t tiles = *as_const_int(loop->extent);
  const int64_t registers = std::max<int64_t>(1, program.registers.size());
  const int64_t at_once = TilesAtOnce(tiles, registers, dst_capacity);
  Var tile(loop->loop_var->name_hint, DataType::Int(32));
  Var i("i", DataType::Int(32));
  PrimExpr first = tiles > at_once ? PrimExpr(tile) : Imm(0);
  PrimExpr offset = at_once > 1 ? PrimExpr(i) : Imm(0);
  auto index = [&](const BufferLoadNode* load) {
    auto it =
        std::find(program.registers.begin(), program.registers.end(), load->buffer->data.get());
    const int64_t reg = it - program.registers.begin();
    return Simplify(offset * Imm(registers) + Imm(reg));
  };
  Placer place(loop->loop_var, Simplify(first + offset), index);
  const Span& span = loop->span;
  std::vector<Stmt> list{MakeStmt(Intrinsic::DstAcquire, {}, span)};
  AppendRuns(program.ops, i, at_once, &place, &list);
  list.push_back(MakeStmt(Intrinsic::DstCommit, {}, span));
  list.push_back(MakeStmt(Intrinsic::DstWait, {}, span));
  AppendRuns(program.packs, i, at_once, &place, &list);
  list.push_back(MakeStmt(Intrinsic::DstRelease, {}, span));
  if (tiles == at_once) return AsStmt(list);
  ffi::Optional<PrimExpr> step;
  if (at_once > 1) step = Imm(at_once);
  return For(tile, Imm(0), Imm(tiles), ForKind::kSerial, AsStmt(list), std::nullopt, {}, step,
             span);
}

Stmt PackResident(const For& loop) {
  Program program = ProgramOf(loop);
  const int64_t tiles = *as_const_int(loop->extent);
  Var i("i", DataType::Int(32));
  PrimExpr offset = tiles > 1 ? PrimExpr(i) : Imm(0);
  auto index = [&](const BufferLoadNode* load) -> PrimExpr {
    auto it =
        std::find(program.registers.begin(), program.registers.end(), load->buffer->data.get());
    if (it == program.registers.end()) return offset;
    return Imm(tiles + (it - program.registers.begin()));
  };
  Placer place(loop->loop_var, offset, index);
  const Span& span = loop->span;
  std::vector<Stmt> list;
  if (!program.ops.empty()) {
    Stmt ops = place(AsStmt(program.ops));
    list.push_back(tiles > 1 ? Loop(i, Imm(tiles), ops) : ops);
  }
  list.push_back(MakeStmt(Intrinsic::DstCommit, {}, span));
  list.push_back(MakeStmt(Intrinsic::DstWait, {}, span));
  AppendRuns(program.packs, i, tiles, &place, &list);
  list.push_back(MakeStmt(Intrinsic::DstRelease, {}, span));
  return AsStmt(list);
}

}  // namespace tvm::tt
