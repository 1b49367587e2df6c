/*!
 * ShareReadsTT: staged -> staged.
 *
 * Where all cores of a row, of a column, or all cores at all read the same blocks of a tensor in the same
 * order, each reads only every n-th group of them, and sends it to the others. Such a block depends on no
 * block index that differs along that line of cores, nor does what decides whether and how often it is
 * read; so the cores walk in step, and their circular buffers stand at the same place. Each shared buffer
 * gets a second one of one group, into which a core reads ahead what it will send at its next turn - the
 * turns go on from one work item to the next - and semaphores for the handshake. All ask for a group, and
 * the core whose turn it is sends it, as soon as the group before it is taken.
 *
 * A group has as many steps of a loop as make a handshake worth its time. Of the buffers that a loop
 * shares, those of rows of cores, or every other one if they are of one kind, are filled by the writer,
 * if it has nothing to write in the loop: two processors and two NoCs have the work then. Runs on abstract
 * moves, before BuildTileDFGTT, which gives the new buffers their ids. Left alone are buffers that several
 * reads fill, and those that L1, ids or semaphores would not suffice for.
 *
 *   before   for k in range(16):
 *                T.tt.read_to_cb(A[by * 64, k * 64], A_s.data, 64, 64)
 *   after    core_x: T.int32 = T.tt.core_position(1)
 *            if core_x < 2:
 *                T.tt.read_to_cb(A[by * 64, core_x * 64], A_s_ahead.data, 64, 64)
 *            T.tt.ask_for_blocks(A_s.data, 1, 0, 1, A_s_ready.data, A_s_arrived.data)
 *            T.tt.send_blocks(A_s_ahead.data, A_s.data, 1, 0, 1, A_s_ready.data, ...)
 *            for k in range(16):
 *                T.tt.await_blocks(A_s.data, A_s_arrived.data)
 *                T.tt.take_block(A_s.data)
 *                if k + 1 < 16:
 *                    turn: T.int32 = (k + 1) % 8
 *                    T.tt.ask_for_blocks(A_s.data, 1, turn, 1, ...)
 *                    T.tt.send_blocks(A_s_ahead.data, A_s.data, 1, turn, 1, ...)
 *                    if (turn + 1) % 8 == core_x and k + 2 < 16:
 *                        T.tt.read_to_cb(A[by * 64, (k + 2) * 64], A_s_ahead.data, 64, 64)
 */
#include <tvm/arith/analyzer.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <map>
#include <utility>

#include "ir/attrs.h"
#include "ir/grid_axes.h"
#include "ir/kernel_body.h"
#include "ir/loops.h"
#include "ir/tile_operators.h"
#include "ir/tiles.h"
#include "passes/pass_runner.h"
#include "passes/read_steps.h"
#include "passes/sharing_plan.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! A move into another buffer. */
Stmt ReadInto(const Stmt& read, const Buffer& cb) {
  IntrinsicCall move = AsIntrinsic(read);
  ffi::Array<PrimExpr> args = move.call->args;
  args.Set(1, cb->data);
  return MakeStmt(move.row->id, args, read->span);
}

/*! A condition that may be known to hold. */
Stmt When(const PrimExpr& condition, const Stmt& stmt) {
  return is_one(condition) ? stmt : IfThenElse(condition, stmt);
}

/*! Rewrites the lists of statements that reads stand in. */
class ReadSharer {
 public:
  ReadSharer(const SharingPlan& plan, int64_t rounds) : plan_(plan), rounds_(rounds) {
    for (const auto& [cb, shared] : plan.buffers)
      analyzer_.Bind(shared.position, Range::FromMinExtent(Imm(0), Imm(shared.cores)), true);
  }

  Stmt Rewrite(const Stmt& region) {
    std::vector<Stmt> list = AsList(region);
    Steps items;
    if (rounds_ > 1) {
      const Var round = list[kRoundBind].as<BindNode>()->var;
      items = {{{round, Imm(rounds_)}}, true, round, round};
    }
    return AsStmt(RewriteList(list, items, nullptr));
  }

 private:
  using Reads = std::vector<std::pair<const SharedBuffer*, Stmt>>;

  /*! A list that is run once a step; the first group goes to the list in front of all steps, if it is another. */
  std::vector<Stmt> RewriteList(const std::vector<Stmt>& list, Steps steps,
                                std::vector<Stmt>* front) {
    std::vector<Stmt> result;
    if (front == nullptr) front = &result;
    Reads run;
    auto share = [&] {
      if (!run.empty()) Share(run, steps, front, &result);
      run.clear();
    };
    for (const Stmt& stmt : list) {
      if (const SharedBuffer* shared = plan_.Find(stmt)) {
        run.push_back({shared, stmt});
        continue;
      }
      share();
      if (const auto* bind = stmt.as<BindNode>()) steps.known.push_back(ffi::GetRef<Bind>(bind));
      if (const auto* loop = stmt.as<ForNode>()) {
        RewriteLoop(loop, steps, front, &result);
      } else if (const auto* branch = stmt.as<IfThenElseNode>()) {
        result.push_back(RewriteBranch(branch));
      } else {
        result.push_back(stmt);
      }
    }
    share();
    return result;
  }

  void RewriteLoop(const ForNode* loop, const Steps& outer, std::vector<Stmt>* front,
                   std::vector<Stmt>* result) {
    Steps steps;
    std::vector<Stmt> body;
    if (Counts(loop)) {
      const bool goes_on = outer.GoOn(loop);
      if (goes_on) steps = outer;
      if (!goes_on) front = result;
      steps.known = outer.known;
      steps.counters.push_back({loop->loop_var, loop->extent});
      steps.number = loop->loop_var;
      if (goes_on) steps.number = outer.number * loop->extent + loop->loop_var;
      steps.step = steps.number;
      if (goes_on) {
        Var step("step", DataType::Int(32));
        body.push_back(Bind(step, steps.number));
        steps.step = step;
      }
    }
    std::vector<Stmt> old = AsList(loop->body);
    std::vector<Stmt> rewritten = RewriteList(old, steps, Counts(loop) ? front : nullptr);
    const bool shares = std::any_of(old.begin(), old.end(),
                                    [&](const Stmt& stmt) { return plan_.Find(stmt) != nullptr; });
    if (!shares) body.clear();
    body.insert(body.end(), rewritten.begin(), rewritten.end());
    For copy = ffi::GetRef<For>(loop);
    copy.CopyOnWrite()->body = AsStmt(body);
    result->push_back(copy);
  }

  Stmt RewriteBranch(const IfThenElseNode* branch) {
    Stmt then_case = AsStmt(RewriteList(AsList(branch->then_case), {}, nullptr));
    ffi::Optional<Stmt> else_case;
    if (branch->else_case)
      else_case = AsStmt(RewriteList(AsList(branch->else_case.value()), {}, nullptr));
    return IfThenElse(branch->condition, then_case, else_case, branch->span);
  }

  /*! Neighbouring reads: the first group, in front of all others; at each step a block, and the next group. */
  void Share(const Reads& run, const Steps& steps, std::vector<Stmt>* front,
             std::vector<Stmt>* list) {
    const int64_t blocks = run[0].first->blocks;
    const PrimExpr total = analyzer_.Simplify(steps.Total());
    PrimExpr begins = Bool(true);
    if (steps.of_items) begins = steps.counters[0].var == Imm(0);
    if (!analyzer_.CanProve(total > Imm(0))) begins = analyzer_.Simplify(begins && total > Imm(0));
    front->push_back(When(begins, FirstGroups(run, steps)));

    std::vector<Stmt> awaits, takes;
    for (const auto& [shared, read] : run) {
      awaits.push_back(
          MakeStmt(Intrinsic::AwaitBlocks, {shared->cb->data, shared->arrived->data}, read->span));
      takes.push_back(MakeStmt(Intrinsic::TakeBlock, {shared->cb->data}, read->span));
    }
    const PrimExpr within = blocks == 1 ? Imm(0) : floormod(steps.counters.back().var, Imm(blocks));
    list->push_back(When(analyzer_.Simplify(within == Imm(0)), AsStmt(awaits)));
    list->insert(list->end(), takes.begin(), takes.end());

    const PrimExpr next = analyzer_.Simplify(steps.step + Imm(1));
    if (analyzer_.CanProve(total <= Imm(blocks))) return;
    PrimExpr more = next < total;
    if (blocks > 1) more = within == Imm(blocks - 1) && more;
    list->push_back(IfThenElse(more, NextGroup(run, steps, next)));
  }

  /*! What comes before the first step: each core reads what it sends first, and the first of them sends. */
  Stmt FirstGroups(const Reads& run, const Steps& steps) {
    std::vector<Stmt> list;
    const PrimExpr total = analyzer_.Simplify(steps.Total());
    for (const auto& [shared, read] : run) {
      const PrimExpr ahead = shared->position < Imm(kGroupsAhead);
      const PrimExpr exists = shared->position * Imm(shared->blocks) < total;
      const PrimExpr most = Imm(kGroupsAhead * shared->blocks);
      const PrimExpr reads = analyzer_.CanProve(total >= most)   ? ahead
                             : analyzer_.CanProve(total <= most) ? exists
                                                                 : ahead && exists;
      const PrimExpr begin = analyzer_.Simplify(shared->position * Imm(shared->blocks));
      list.push_back(
          IfThenElse(analyzer_.Simplify(reads), ReadAhead(*shared, read, steps, begin, "first_")));
    }
    return AsStmt(WithHandshakes(
        run, [](const SharedBuffer&) { return Imm(0); }, list));
  }

  /*! The group from step `next` on, and what is read for a later one meanwhile. */
  Stmt NextGroup(const Reads& run, const Steps& steps, const PrimExpr& next) {
    std::vector<Stmt> list, reads;
    std::map<int64_t, Var> turns;
    const PrimExpr total = analyzer_.Simplify(steps.Total());
    for (const auto& [shared, read] : run) {
      const PrimExpr cores = Imm(shared->cores), blocks = Imm(shared->blocks);
      if (!turns.count(shared->cores)) {
        turns.emplace(shared->cores, Var("turn", DataType::Int(32)));
        list.push_back(Bind(turns[shared->cores], floormod(floordiv(next, blocks), cores)));
      }
      const PrimExpr later = analyzer_.Simplify(next + Imm(kGroupsAhead - 1) * blocks);
      if (analyzer_.CanProve(total <= Imm(kGroupsAhead) * blocks)) continue;
      const PrimExpr ours =
          floormod(turns[shared->cores] + Imm(kGroupsAhead - 1), cores) == shared->position;
      reads.push_back(
          IfThenElse(ours && later < total, ReadAhead(*shared, read, steps, later, "next_")));
    }
    auto turn = [&](const SharedBuffer& shared) -> PrimExpr { return turns[shared.cores]; };
    list = WithHandshakes(run, turn, list);
    list.insert(list.end(), reads.begin(), reads.end());
    return AsStmt(list);
  }

  /*! Behind a list: all cores ask for a group of each buffer before the first is sent. */
  template <typename TurnOf>
  std::vector<Stmt> WithHandshakes(const Reads& run, TurnOf turn_of, std::vector<Stmt> list) {
    std::vector<Stmt> sends;
    for (const auto& [shared, read] : run) {
      const PrimExpr turn = turn_of(*shared), blocks = Imm(shared->blocks);
      list.push_back(MakeStmt(Intrinsic::AskForBlocks,
                              {shared->cb->data, blocks, turn, Imm(shared->line),
                               shared->ready->data, shared->arrived->data},
                              read->span));
      sends.push_back(
          MakeStmt(Intrinsic::SendBlocks,
                   {shared->ahead->data, shared->cb->data, blocks, turn, Imm(shared->line),
                    shared->ready->data, shared->arrived->data, plan_.arrival->data},
                   read->span));
    }
    list.insert(list.end(), sends.begin(), sends.end());
    return list;
  }

  /*! The reads of a group; of several blocks, the innermost loop around a read counts them. */
  Stmt ReadAhead(const SharedBuffer& shared, const Stmt& read, const Steps& steps,
                 const PrimExpr& begin, const char* prefix) {
    const Stmt into = ReadInto(read, shared.ahead);
    if (shared.blocks == 1) return steps.At(begin, into, prefix, &analyzer_);
    Var block("block", DataType::Int(32));
    analyzer_.Bind(block, Range::FromMinExtent(Imm(0), Imm(shared.blocks)));
    return Loop(block, Imm(shared.blocks), steps.At(begin + block, into, prefix, &analyzer_));
  }

  const SharingPlan& plan_;
  const int64_t rounds_;
  arith::Analyzer analyzer_;
};

PrimFunc Rewrite(PrimFunc func) {
  KernelBody kernel = KernelBody::From(func->body);
  const auto partition = func->GetAttr<ffi::Array<CoreWork>>(Key(Attr::WorkPartition)).value();
  // Blocks are only spread if their number is known.
  const int64_t rounds = partition.empty() ? 1 : partition[0]->count;
  SharingPlan plan = PlanSharing(func, kernel, rounds);
  if (!plan.buffers.empty()) {
    kernel.region = ReadSharer(plan, rounds).Rewrite(kernel.region);
    kernel.allocations.insert(kernel.allocations.end(), plan.allocations.begin(),
                              plan.allocations.end());
    kernel.prologue.insert(kernel.prologue.begin(), plan.positions.begin(), plan.positions.end());
    func.CopyOnWrite()->body = kernel.ToStmt();
  }
  return WithAttrs(std::move(func),
                   {{Key(Attr::CBDesc), plan.descs}, {Key(Attr::Semaphores), plan.semaphores}});
}

}  // namespace

namespace transform {
Pass ShareReadsTT() { return FunctionPass("ShareReadsTT", Rewrite); }
}  // namespace transform

}  // namespace tvm::tt
