/*! Loops of Tilize and Untilize. */
#include "passes/dst_reorder.h"

#include <tvm/tirx/op.h>

#include "ir/kernel_body.h"
#include "ir/loops.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! A loop over so many steps, and the index of one, which is 0 if there is only one. */
struct Steps {
  Var var;
  int64_t count;
  Steps(const char* name, int64_t count) : var(name, DataType::Int(32)), count(count) {}
  PrimExpr Index() const { return count > 1 ? PrimExpr(var) : Imm(0); }
  Stmt Over(Stmt body) const { return count > 1 ? Loop(var, Imm(count), std::move(body)) : body; }
};

}  // namespace

int64_t UntilizedPiece(int64_t cols, int64_t dst_capacity) {
  int64_t piece = std::min(cols, dst_capacity);
  while (cols % piece != 0) --piece;
  return piece;
}

Stmt TilizedRows(const CallNode* call, const CBDesc& rows, const Span& span) {
  const Steps down("i", rows->rows);
  const PrimExpr tile = down.Index() * Imm(rows->cols);
  return down.Over(MakeStmt(Intrinsic::TilizeBlock,
                            {call->args[0], call->args[1], call->args[2], tile, tile}, span));
}

Stmt UntilizedTiles(const CallNode* call, const CBDesc& block, int64_t dst_capacity,
                    const Span& span) {
  const PrimExpr &cb = call->args[0], &rows = call->args[1];
  const int64_t piece = UntilizedPiece(block->cols, dst_capacity);
  const Steps down("i", block->rows), pieces("piece", block->cols / piece), across("j", piece);
  const PrimExpr tile =
      down.Index() * Imm(block->cols) + pieces.Index() * Imm(piece) + across.Index();
  Stmt move = AsStmt({
      MakeStmt(Intrinsic::DstAcquire, {}, span),
      across.Over(MakeStmt(Intrinsic::Copy, {cb, tile, across.Index()}, span)),
      MakeStmt(Intrinsic::DstCommit, {}, span),
      MakeStmt(Intrinsic::DstWait, {}, span),
      MakeStmt(Intrinsic::UntilizePack, {rows, Imm(piece), Imm(block->cols), pieces.Index()}, span),
      MakeStmt(Intrinsic::DstRelease, {}, span),
  });
  Stmt push = MakeStmt(Intrinsic::CBPushBack, {rows, Imm(block->cols)}, span);
  return down.Over(AsStmt({pieces.Over(move), push}));
}

}  // namespace tvm::tt
