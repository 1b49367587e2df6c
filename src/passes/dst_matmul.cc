/*! Block matmul on sub-blocks in DST. */
#include "passes/dst_matmul.h"

#include <tvm/tirx/op.h>

#include "ir/kernel_body.h"
#include "ir/loops.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

PrimExpr Simplify(const PrimExpr& expr) { return arith::Analyzer().Simplify(expr); }

/*! The k steps of one sub-block at (row, col), in tiles, into DST from `dst` on. */
Stmt Steps(const BlockMatmul& m, const PrimExpr& row, const PrimExpr& col, const PrimExpr& dst,
           const Span& span) {
  Var step("kt", DataType::Int(32));
  PrimExpr k = m.depth > 1 ? PrimExpr(step) : Imm(0);
  PrimExpr a = Simplify(row * Imm(m.depth) + k);
  PrimExpr b = Simplify(m.transpose ? col * Imm(m.depth) + k : k * Imm(m.cols) + col);
  Stmt body = MakeStmt(
      Intrinsic::MatmulBlock,
      {m.a, m.b, a, b, dst, Imm(m.transpose), Imm(m.blocking.ct), Imm(m.blocking.rt), Imm(m.depth)},
      span);
  return m.depth > 1 ? Loop(step, Imm(m.depth), body) : body;
}

/*! Loops over the sub-blocks of a block; `body` gets their first row and column in tiles. */
template <typename Body>
Stmt OverSubBlocks(const BlockMatmul& m, Body body) {
  const int64_t down = m.rows / m.blocking.rt, across = m.cols / m.blocking.ct;
  Var sub_row("sub_row", DataType::Int(32)), sub_col("sub_col", DataType::Int(32));
  PrimExpr row = down > 1 ? sub_row * Imm(m.blocking.rt) : Imm(0);
  PrimExpr col = across > 1 ? sub_col * Imm(m.blocking.ct) : Imm(0);
  Stmt stmt = body(Simplify(row), Simplify(col));
  if (across > 1) stmt = Loop(sub_col, Imm(across), stmt);
  return down > 1 ? Loop(sub_row, Imm(down), stmt) : stmt;
}

Stmt PackSubBlock(const BlockMatmul& m, const PrimExpr& row, const PrimExpr& col,
                  const Span& span) {
  Var r("r", DataType::Int(32)), c("c", DataType::Int(32));
  PrimExpr dr = m.blocking.rt > 1 ? PrimExpr(r) : Imm(0);
  PrimExpr dc = m.blocking.ct > 1 ? PrimExpr(c) : Imm(0);
  PrimExpr from = Simplify(dr * Imm(m.blocking.ct) + dc);
  PrimExpr to = Simplify((row + dr) * Imm(m.cols) + col + dc);
  Stmt body = MakeStmt(Intrinsic::PackTileAt, {from, m.acc, to}, span);
  if (m.blocking.ct > 1) body = Loop(c, Imm(m.blocking.ct), body);
  return m.blocking.rt > 1 ? Loop(r, Imm(m.blocking.rt), body) : body;
}

}  // namespace

Stmt ResidentMatmul(const BlockMatmul& m, const Span& span) {
  return OverSubBlocks(m, [&](const PrimExpr& row, const PrimExpr& col) {
    return Steps(m, row, col, Simplify(row * Imm(m.cols) + col), span);
  });
}

Stmt SpilledMatmul(const BlockMatmul& m, const PrimExpr& accumulate, const Span& span) {
  std::vector<Stmt> list{MakeStmt(Intrinsic::PackL1Accumulate, {accumulate}, span)};
  list.push_back(OverSubBlocks(m, [&](const PrimExpr& row, const PrimExpr& col) {
    return AsStmt({MakeStmt(Intrinsic::DstAcquire, {}, span), Steps(m, row, col, Imm(0), span),
                   MakeStmt(Intrinsic::DstCommit, {}, span), MakeStmt(Intrinsic::DstWait, {}, span),
                   PackSubBlock(m, row, col, span), MakeStmt(Intrinsic::DstRelease, {}, span)});
  }));
  list.push_back(MakeStmt(Intrinsic::PackL1Accumulate, {Imm(0)}, span));
  return AsStmt(list);
}

}  // namespace tvm::tt
