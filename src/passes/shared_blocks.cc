/*!
 * LowerCBIntrinsics, reader and writer: blocks that the cores of a line share.
 *
 * To ask for a group of blocks, a core makes room for it, clears the flag `arrived`, and counts up `ready` at
 * the core whose turn it is. That one waits until all others have, and its blocks are here, and sends them
 * to all and the flag behind them, on the same path, itself included. All wait for the flag, and push the
 * blocks one by one. What a core has sent has left before it waits, so that it may read over it.
 *
 * A block that goes from core to core takes the same steps for one receiver. It is the only one that its circular buffer
 * ever gets, so it lies where the buffer begins, on all cores; and the flag `arrived` need not be cleared.
 */
#include "passes/shared_blocks.h"

#include <tvm/tirx/op.h>

#include <algorithm>

#include "ir/loops.h"
#include "passes/lower_cb_intrinsics.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Positions of the arguments of tt.ask_for_blocks. */
enum AskArg { kAskCB, kAskBlocks, kAskTurn, kAskLine, kAskReady, kAskArrived };
/*! Positions of the arguments of tt.send_blocks. */
enum SendArg { kAhead, kCB, kBlocks, kTurn, kLine, kReady, kArrived, kArrival };

int64_t Constant(const PrimExpr& expr) { return *as_const_int(expr); }

}  // namespace

void BlockSharing::NoteAhead(const PrimExpr& ahead, bool zeroes) {
  const auto* var = ahead.as<VarNode>();
  if (zeroes) zeroed_.insert(var);
  const bool known = std::any_of(ahead_.begin(), ahead_.end(),
                                 [&](const PrimExpr& other) { return other.same_as(ahead); });
  if (!known) ahead_.push_back(ahead);
}

PrimExpr BlockSharing::Transaction(const PrimExpr& ahead) {
  // 0 is what reads without a number have; there are 16, and fewer shared buffers than semaphores.
  const int64_t next = static_cast<int64_t>(transactions_.size()) + 1;
  return Imm(transactions_.emplace(ahead.as<VarNode>(), next).first->second);
}

Stmt BlockSharing::Lower(const Stmt& stmt) {
  IntrinsicCall call = AsIntrinsic(stmt);
  if (call.Is(Intrinsic::AskForBlocks)) return Ask(call.call, stmt->span);
  if (call.Is(Intrinsic::SendBlocks)) return Send(call.call, stmt->span);
  if (call.Is(Intrinsic::AskCore)) return AskOne(call.call, stmt->span);
  if (call.Is(Intrinsic::SendToCore)) return SendToOne(call.call, stmt->span);
  const PrimExpr& cb = call.call->args[0];
  if (call.Is(Intrinsic::AwaitBlocks))
    return MakeStmt(Intrinsic::SemaphoreWait, {call.call->args[1], Imm(1)}, stmt->span);
  return MakeStmt(Intrinsic::CBPushBack, {cb, BlockPages(kernel_, DescOf(cb))}, stmt->span);
}

bool BlockSharing::Lowers(const IntrinsicCall& call) {
  return call.Is(Intrinsic::AskForBlocks) || call.Is(Intrinsic::SendBlocks) ||
         call.Is(Intrinsic::AskCore) || call.Is(Intrinsic::SendToCore) ||
         call.Is(Intrinsic::AwaitBlocks) || call.Is(Intrinsic::TakeBlock);
}

Var BlockSharing::GroupPages(const CBDesc& desc, int64_t blocks) {
  if (blocks == 1) return BlockPages(kernel_, desc);
  return kernel_->Constant(std::string(desc->name) + "_group_tiles", blocks * desc->Tiles());
}

Var BlockSharing::GroupBytes(const CBDesc& desc, int64_t blocks) {
  const char* suffix = blocks == 1 ? "_bytes" : "_group_bytes";
  return kernel_->Constant(std::string(desc->name) + suffix,
                           blocks * desc->Tiles() * desc->page_size);
}

/*! Makes room, and tells the sender, unless it is this core. */
Stmt BlockSharing::Ask(const CallNode* ask, const Span& span) {
  const int64_t line = Constant(ask->args[kAskLine]);
  const PrimExpr &cb = ask->args[kAskCB], &turn = ask->args[kAskTurn];
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
  const Var pages = GroupPages(DescOf(cb), Constant(ask->args[kAskBlocks]));
  return AsStmt({MakeStmt(Intrinsic::CBReserveBack, {cb, pages}, span),
                 MakeStmt(Intrinsic::SemaphoreSet, {ask->args[kAskArrived], Imm(0)}, span),
                 IfThenElse(Position(line) != turn,
                            MakeStmt(Intrinsic::SemaphoreUp, {ask->args[kAskReady], x, y}, span))});
}

/*! At this core's turn: once its blocks are here and all others have room, the blocks and then the flag. */
Stmt BlockSharing::Send(const CallNode* send, const Span& span) {
  const PrimExpr &ahead = send->args[kAhead], &cb = send->args[kCB];
  const PrimExpr& ready = send->args[kReady];
  const int64_t line = Constant(send->args[kLine]), cores = spread_.CoresIn(line);
  const Var bytes = GroupBytes(DescOf(cb), Constant(send->args[kBlocks]));
  auto own = transactions_.find(ahead.as<VarNode>());
  std::vector<Stmt> stmts{own == transactions_.end()
                              ? MakeStmt(Intrinsic::NocReadBarrier, {}, span)
                              : MakeStmt(Intrinsic::NocReadBarrierOf, {Imm(own->second)}, span)};
  if (zeroed_.count(ahead.as<VarNode>()))
    stmts.push_back(MakeStmt(Intrinsic::NocZeroBarrier, {}, span));
  stmts.push_back(MakeStmt(Intrinsic::SemaphoreWait, {ready, Imm(cores - 1)}, span));
  stmts.push_back(MakeStmt(Intrinsic::SemaphoreSet, {ready, Imm(0)}, span));
  ffi::Array<PrimExpr> blocks{ahead, cb, bytes, Imm(cores)};
  ffi::Array<PrimExpr> flag{send->args[kArrival], send->args[kArrived], Imm(cores)};
  for (const PrimExpr& corner : Corners(line)) {
    blocks.push_back(corner);
    flag.push_back(corner);
  }
  stmts.push_back(MakeStmt(Intrinsic::NocMulticast, blocks, span));
  stmts.push_back(MakeStmt(Intrinsic::SemaphoreRelay, flag, span));
  stmts.push_back(MakeStmt(Intrinsic::NocWritesFlushed, {}, span));
  return IfThenElse(Position(line) == send->args[kTurn], AsStmt(stmts), {}, span);
}

BlockSharing::Place BlockSharing::PlaceOf(const PrimExpr& core, const std::string& name) const {
  const CoreRectangle cores = RectangleOf(func_);
  const PrimExpr columns = Imm(cores.columns);
  const bool one_row = cores.rows == 1;
  Place place{Var(name + "_x", DataType::Int(32)), Var(name + "_y", DataType::Int(32)), {}};
  place.bindings = {
      Bind(place.x, MakeCall(Intrinsic::NocX, {one_row ? core : floormod(core, columns)})),
      Bind(place.y, MakeCall(Intrinsic::NocY, {one_row ? Imm(0) : floordiv(core, columns)}))};
  return place;
}

/*! Makes room for the one block, and says so. */
Stmt BlockSharing::AskOne(const CallNode* ask, const Span& span) {
  const PrimExpr& cb = ask->args[0];
  const Place sender = PlaceOf(ask->args[2], "sender");
  counts_ = true;
  return AsStmt({MakeStmt(Intrinsic::CBReserveBack, {cb, BlockPages(kernel_, DescOf(cb))}, span),
                 sender.bindings[0], sender.bindings[1],
                 MakeStmt(Intrinsic::SemaphoreUp, {ask->args[1], sender.x, sender.y}, span)});
}

/*! The block, and once it has landed, the count that tells so. */
Stmt BlockSharing::SendToOne(const CallNode* send, const Span& span) {
  const PrimExpr &from = send->args[0], &cb = send->args[1];
  const Place next = PlaceOf(send->args[4], "next");
  const CBDesc desc = DescOf(from);
  const Var pages = BlockPages(kernel_, desc), bytes = GroupBytes(desc, 1);
  counts_ = true;
  return AsStmt({MakeStmt(Intrinsic::CBWaitFront, {from, pages}, span), next.bindings[0],
                 next.bindings[1],
                 MakeStmt(Intrinsic::SemaphoreWait, {send->args[2], Imm(1)}, span),
                 MakeStmt(Intrinsic::NocWriteCore, {from, cb, bytes, next.x, next.y}, span),
                 MakeStmt(Intrinsic::NocWriteBarrier, {}, span),
                 MakeStmt(Intrinsic::SemaphoreUp, {send->args[3], next.x, next.y}, span),
                 MakeStmt(Intrinsic::CBPopFront, {from, pages}, span)});
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
  // NoC 1 runs the other way, and so does its rectangle.
  if (noc_ == 1) return {x1, y1, x0, y0};
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

bool BlockSharing::Finish() {
  if (!ahead_.empty() || counts_) {
    kernel_->epilogue.push_back(MakeStmt(Intrinsic::NocAtomicBarrier, {}));
  }
  if (ahead_.empty()) return false;
  for (const PrimExpr& ahead : ahead_) {
    const CBDesc desc = DescOf(ahead);
    PrimExpr pages = GroupPages(desc, desc->depth);
    bindings_.push_back(MakeStmt(Intrinsic::CBReserveBack, {ahead, pages}));
  }
  kernel_->prologue.insert(kernel_->prologue.end(), bindings_.begin(), bindings_.end());
  return true;
}

}  // namespace tvm::tt
