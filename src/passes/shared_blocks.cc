/*!
 * LowerCBIntrinsics, reader: a block that the cores of a line share.
 *
 * Every core reserves its block, clears the flag `arrived`, and counts up `ready` at the core whose turn it
 * is. That one waits until all others have, and its block is here, and sends the block to all and the flag
 * behind it, on the same path, itself included. All wait for the flag and push. What a core has sent must
 * have left before it reads its next block over it.
 */
#include "passes/shared_blocks.h"

#include <tvm/tirx/op.h>

#include <algorithm>

#include "ir/loops.h"
#include "passes/lower_cb_intrinsics.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Positions of the arguments of tt.share_block. */
enum ShareArg { kAhead, kCB, kTurn, kLine, kReady, kArrived, kArrival };

int64_t LineOf(const CallNode* share) { return *as_const_int(share->args[kLine]); }

}  // namespace

std::vector<Stmt> BlockSharing::ReadAhead(const PrimExpr& ahead, const Stmt& pages, bool zeroes) {
  const auto* var = ahead.as<VarNode>();
  if (zeroes) zeroed_.insert(var);
  const bool known = std::any_of(ahead_.begin(), ahead_.end(),
                                 [&](const PrimExpr& other) { return other.same_as(ahead); });
  if (!known) ahead_.push_back(ahead);
  std::vector<Stmt> stmts{MakeStmt(Intrinsic::NocWritesFlushed, {})};
  for (const Stmt& stmt : AsList(pages)) stmts.push_back(stmt);
  return stmts;
}

PrimExpr BlockSharing::Transaction(const PrimExpr& ahead) {
  // 0 is what reads without a number have; there are 16, and fewer shared buffers than semaphores.
  const int64_t next = static_cast<int64_t>(transactions_.size()) + 1;
  return Imm(transactions_.emplace(ahead.as<VarNode>(), next).first->second);
}

std::vector<Stmt> BlockSharing::Share(const std::vector<Stmt>& blocks) {
  std::vector<Stmt> asked, sent, taken;
  for (const Stmt& block : blocks) {
    const CallNode* share = AsIntrinsic(block).call;
    for (const Stmt& stmt : AskFor(share, block->span)) asked.push_back(stmt);
    sent.push_back(Send(share, block->span));
    for (const Stmt& stmt : Take(share, block->span)) taken.push_back(stmt);
  }
  asked.insert(asked.end(), sent.begin(), sent.end());
  asked.insert(asked.end(), taken.begin(), taken.end());
  return asked;
}

/*! Makes room, and tells the sender, unless it is this core. */
std::vector<Stmt> BlockSharing::AskFor(const CallNode* share, const Span& span) {
  const int64_t line = LineOf(share);
  const PrimExpr &cb = share->args[kCB], &turn = share->args[kTurn];
  PrimExpr x, y;
  if (line == 1) {
    x = MakeCall(Intrinsic::NocX, {turn});
    y = Coordinate("noc_y", Intrinsic::NocY, Position(2));
  } else if (line == 2) {
    x = Coordinate("noc_x", Intrinsic::NocX, Position(1));
    y = MakeCall(Intrinsic::NocY, {turn});
  } else {
    x = MakeCall(Intrinsic::NocX, {floormod(turn, Imm(spread_.Columns()))});
    y = MakeCall(Intrinsic::NocY, {floordiv(turn, Imm(spread_.Columns()))});
  }
  return {MakeStmt(Intrinsic::CBReserveBack, {cb, BlockPages(kernel_, DescOf(cb))}, span),
          MakeStmt(Intrinsic::SemaphoreSet, {share->args[kArrived], Imm(0)}, span),
          IfThenElse(turn != Position(line),
                     MakeStmt(Intrinsic::SemaphoreUp, {share->args[kReady], x, y}, span))};
}

/*! At this core's turn: once its block is here and all others have room, the block and then the flag. */
Stmt BlockSharing::Send(const CallNode* share, const Span& span) {
  const PrimExpr &ahead = share->args[kAhead], &cb = share->args[kCB];
  const PrimExpr& ready = share->args[kReady];
  const int64_t cores = spread_.CoresIn(LineOf(share));
  CBDesc desc = DescOf(cb);
  Var bytes =
      kernel_->Constant(std::string(desc->name) + "_bytes", desc->Tiles() * desc->page_size);
  auto own = transactions_.find(ahead.as<VarNode>());
  std::vector<Stmt> stmts{own == transactions_.end()
                              ? MakeStmt(Intrinsic::NocReadBarrier, {}, span)
                              : MakeStmt(Intrinsic::NocReadBarrierOf, {Imm(own->second)}, span)};
  if (zeroed_.count(ahead.as<VarNode>()))
    stmts.push_back(MakeStmt(Intrinsic::NocZeroBarrier, {}, span));
  stmts.push_back(MakeStmt(Intrinsic::SemaphoreWait, {ready, Imm(cores - 1)}, span));
  stmts.push_back(MakeStmt(Intrinsic::SemaphoreSet, {ready, Imm(0)}, span));
  ffi::Array<PrimExpr> block{ahead, cb, bytes, Imm(cores)};
  ffi::Array<PrimExpr> flag{share->args[kArrival], share->args[kArrived], Imm(cores)};
  for (const PrimExpr& corner : Corners(LineOf(share))) {
    block.push_back(corner);
    flag.push_back(corner);
  }
  stmts.push_back(MakeStmt(Intrinsic::NocMulticast, block, span));
  stmts.push_back(MakeStmt(Intrinsic::SemaphoreRelay, flag, span));
  return IfThenElse(share->args[kTurn] == Position(LineOf(share)), AsStmt(stmts), {}, span);
}

std::vector<Stmt> BlockSharing::Take(const CallNode* share, const Span& span) {
  const PrimExpr& cb = share->args[kCB];
  return {MakeStmt(Intrinsic::SemaphoreWait, {share->args[kArrived], Imm(1)}, span),
          MakeStmt(Intrinsic::CBPushBack, {cb, BlockPages(kernel_, DescOf(cb))}, span)};
}

ffi::Array<PrimExpr> BlockSharing::Corners(int64_t line) {
  auto Along = [&](bool whole, const char* first, const char* last, const char* own, Intrinsic of,
                   int64_t cores, int64_t other) -> std::pair<PrimExpr, PrimExpr> {
    if (!whole) {
      Var var = Coordinate(own, of, Position(other));
      return {var, var};
    }
    return {Coordinate(first, of, Imm(0)), Coordinate(last, of, Imm(cores - 1))};
  };
  auto [x0, x1] =
      Along(line & 1, "noc_x_first", "noc_x_last", "noc_x", Intrinsic::NocX, spread_.Columns(), 1);
  auto [y0, y1] =
      Along(line & 2, "noc_y_first", "noc_y_last", "noc_y", Intrinsic::NocY, spread_.Rows(), 2);
  return {x0, y0, x1, y1};
}

Var BlockSharing::Position(int64_t line) {
  for (const Stmt& stmt : kernel_->prologue) {
    const auto* bind = stmt.as<BindNode>();
    IntrinsicCall call = bind ? AsIntrinsic(bind->value) : IntrinsicCall{};
    if (call.Is(Intrinsic::CorePosition) && is_const_int(call.call->args[0], line))
      return bind->var;
  }
  Var var(PositionName(line), DataType::Int(32));
  kernel_->prologue.insert(kernel_->prologue.begin(),
                           Bind(var, MakeCall(Intrinsic::CorePosition, {Imm(line)})));
  return var;
}

Var BlockSharing::Coordinate(const char* name, Intrinsic of, const PrimExpr& index) {
  auto it = coordinates_.find(name);
  if (it != coordinates_.end()) return it->second;
  Var var(name, DataType::Int(32));
  bindings_.push_back(Bind(var, MakeCall(of, {index})));
  coordinates_.emplace(name, var);
  return var;
}

void BlockSharing::Finish() {
  if (ahead_.empty()) return;
  for (const PrimExpr& ahead : ahead_) {
    PrimExpr pages = BlockPages(kernel_, DescOf(ahead));
    bindings_.push_back(MakeStmt(Intrinsic::CBReserveBack, {ahead, pages}));
  }
  kernel_->prologue.insert(kernel_->prologue.end(), bindings_.begin(), bindings_.end());
  kernel_->epilogue.push_back(MakeStmt(Intrinsic::NocAtomicBarrier, {}));
  kernel_->epilogue.push_back(MakeStmt(Intrinsic::NocWriteBarrier, {}));
}

}  // namespace tvm::tt
