/*!
 * ShareReadsTT: staged -> staged.
 *
 * Where all cores of a row, of a column, or all cores at all read the same blocks of a tensor in the same
 * order, each reads only every n-th of them, and sends it to the others. Such a block depends on no block
 * index that differs along that line of cores, nor does what decides whether and how often it is read;
 * so the cores walk in step, and their circular buffers stand at the same place. Each shared buffer gets
 * a second one of one block, into which a core reads ahead what it will send at its next turn - the turns
 * go on from one work item to the next - and semaphores for the handshake. Runs on abstract moves, before
 * BuildTileDFGTT, which gives the new buffers their ids. Left alone are buffers that several reads fill,
 * and those that L1, ids or semaphores would not suffice for.
 *
 *   before   for k in range(16):
 *                T.tt.read_to_cb(A[by * 64, k * 64], A_s.data, 64, 64)
 *   after    core_x: T.int32 = T.tt.core_position(1)
 *            T.tt.read_to_cb(A[by * 64, core_x * 64], A_s_ahead.data, 64, 64)
 *            for k in range(16):
 *                T.tt.share_block(A_s_ahead.data, A_s.data, k % 8, 1, A_s_ready.data, ...)
 *                if k % 8 == core_x and k + 8 < 16:
 *                    T.tt.read_to_cb(A[by * 64, (k + 8) * 64], A_s_ahead.data, 64, 64)
 */
#include <tvm/arith/analyzer.h>
#include <tvm/tirx/analysis.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <map>

#include "analysis/tensor_reads.h"
#include "ir/attrs.h"
#include "ir/grid_axes.h"
#include "ir/kernel_body.h"
#include "ir/loops.h"
#include "ir/tile_operators.h"
#include "ir/tiles.h"
#include "passes/pass_runner.h"
#include "target/target_options.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Semaphores that a program may have on a core (NUM_SEMAPHORES of the vendor's headers). */
constexpr size_t kMaxSemaphores = 16;

/*!
 * Where GridToCoreGrid binds the round that a core is at, if it has several: work item, core, round, block
 * indices. Without rounds the block indices come right after the work item.
 */
constexpr size_t kRoundBind = 2;

/*! The variables that are bound to the block indices. */
BlockIndices FindBlockIndices(const PrimFunc& func, const Stmt& region, int64_t rounds) {
  std::vector<Stmt> list = AsList(region);
  const size_t axes = func->GetAttr<ffi::Array<GridAxis>>(Key(Attr::GridAxes)).value().size();
  const size_t first = rounds > 1 ? kRoundBind + 1 : 1;
  BlockIndices indices;
  for (size_t i = 0; i < axes; ++i) indices[list.at(first + i).as<BindNode>()->var.get()] = 1u << i;
  return indices;
}

/*! A circular buffer that a line of cores fills together. */
struct SharedBuffer {
  Buffer cb, ahead;
  int64_t line;
  int64_t cores;
  Var position; /*!< of this core in the line */
  Buffer ready, arrived;
};

/*! Chooses the buffers to share, and makes what they need. */
class SharingPlan {
 public:
  SharingPlan(const PrimFunc& func, const KernelBody& kernel, int64_t rounds)
      : descs(func->GetAttr<CBDescMap>(Key(Attr::CBDesc)).value()),
        spread_(CoreSpread::Of(func)),
        hardware_(TargetOptions::FromFunction(func).Hardware()) {
    if (spread_.Empty()) return;
    for (const auto& [data, desc] : descs) bytes_ += desc->TotalSize();
    Group(kernel, FindTensorReads(kernel.region, FindBlockIndices(func, kernel.region, rounds)));
  }

  CBDescMap descs;
  std::map<const VarNode*, SharedBuffer> buffers; /*!< by circular buffer */
  std::vector<Stmt> allocations, positions;
  ffi::Array<SemaphoreDesc> semaphores;
  Buffer arrival;

  /*! The shared buffer that a statement reads into, or null. */
  const SharedBuffer* Find(const Stmt& stmt) const {
    IntrinsicCall call = AsIntrinsic(stmt);
    if (!IsBlockRead(call)) return nullptr;
    auto it = buffers.find(call.call->args[1].as<VarNode>());
    return it == buffers.end() ? nullptr : &it->second;
  }

 private:
  /*! The buffers that one read fills, which is the same in a line of cores, in the order of allocation. */
  void Group(const KernelBody& kernel, const std::vector<TensorRead>& reads) {
    for (const Stmt& stmt : kernel.allocations) {
      const Buffer& cb = stmt.as<AllocBufferNode>()->buffer;
      int64_t line = 0, count = 0;
      for (const TensorRead& read : reads) {
        if (!AsIntrinsic(read.leaf).call->args[1].same_as(cb->data)) continue;
        line = spread_.LineThatShares(read.axes);
        ++count;
      }
      if (count == 1 && line != 0 && Fits(cb)) Add(cb, line);
    }
  }

  /*! Whether there is room for one block more, whatever ids later passes merge. */
  bool Fits(const Buffer& cb) {
    const CBDesc desc = descs.at(cb->name);
    const int64_t more = desc->Tiles() * desc->page_size;
    if (bytes_ + more > hardware_.l1_bytes - hardware_.l1_usable_base) return false;
    if (descs.size() + 1 > hardware_.num_circular_buffers) return false;
    if (semaphores.size() + 3 > kMaxSemaphores) return false;
    bytes_ += more;
    return true;
  }

  void Add(const Buffer& cb, int64_t line) {
    const std::string name = cb->name;
    if (!arrival.defined()) arrival = Semaphore("arrival", 1);
    SharedBuffer shared{cb, Ahead(cb), line, spread_.CoresIn(line), Position(line), {}, {}};
    shared.ready = Semaphore(name + "_ready", 0);
    shared.arrived = Semaphore(name + "_arrived", 0);
    buffers.emplace(cb->data.get(), shared);
  }

  Buffer Ahead(const Buffer& cb) {
    std::string name = std::string(cb->name) + "_ahead";
    while (descs.count(name)) name += "_";
    CBDesc desc = descs.at(cb->name);
    CBDescNode* node = desc.CopyOnWrite();
    node->name = name;
    node->depth = 1;
    descs.Set(name, desc);
    Buffer ahead = MakeBlock(name, cb->dtype, cb->shape, cb->span, Key(Scope::CB));
    allocations.push_back(AllocBuffer(ahead));
    return ahead;
  }

  Buffer Semaphore(const std::string& name, int64_t initial_value) {
    Buffer buffer = MakeBlock(name, DataType::UInt(32), {Imm(1)}, Span(), Key(Scope::Semaphore));
    allocations.push_back(AllocBuffer(buffer));
    semaphores.push_back(SemaphoreDesc(name, initial_value));
    return buffer;
  }

  Var Position(int64_t line) {
    auto it = position_.find(line);
    if (it != position_.end()) return it->second;
    Var var(PositionName(line), DataType::Int(32));
    positions.push_back(Bind(var, MakeCall(Intrinsic::CorePosition, {Imm(line)})));
    return position_.emplace(line, var).first->second;
  }

  CoreSpread spread_;
  const tt_target::HardwareModel& hardware_;
  int64_t bytes_ = 0;
  std::map<int64_t, Var> position_;
};

/*! A move into another buffer. */
Stmt ReadInto(const Stmt& read, const Buffer& cb) {
  IntrinsicCall move = AsIntrinsic(read);
  ffi::Array<PrimExpr> args = move.call->args;
  args.Set(1, cb->data);
  return MakeStmt(move.row->id, args, read->span);
}

/*!
 * The times at which a read happens on a core, counted from 0: the steps of a loop, the work items of the
 * core, or both, the steps of one item after those of the other.
 */
struct Steps {
  ffi::Optional<Var> round, loop; /*!< what counts them */
  int64_t rounds = 1;             /*!< work items that the count goes over */
  PrimExpr extent = Imm(1);       /*!< steps of a work item */
  PrimExpr step = Imm(0);         /*!< this one */
  std::vector<Bind> known = {};   /*!< what is bound in front of the read */

  PrimExpr Total() const { return rounds == 1 ? extent : Imm(rounds) * extent; }

  /*! A statement as it is at another step; what it uses gets names with a prefix. */
  Stmt At(const PrimExpr& at, const Stmt& stmt, const char* prefix,
          arith::Analyzer* analyzer) const {
    ffi::Map<Var, PrimExpr> values;
    std::vector<Bind> binds;
    auto Name = [&](const Var& var, const PrimExpr& value) {
      PrimExpr simple = analyzer->Simplify(value);
      if (!is_const_int(simple) && !simple->IsInstance<VarNode>()) {
        binds.push_back(Bind(Var(prefix + std::string(var->name_hint), var.dtype()), value));
        simple = binds.back()->var;
      }
      values.Set(var, simple);
    };
    if (round) Name(round.value(), floordiv(at, extent));
    if (loop && round) Name(loop.value(), floormod(at, extent));
    if (loop && !round) values.Set(loop.value(), at);
    for (const Bind& bind : known) {
      PrimExpr value = Substitute(bind->value, values);
      if (!value.same_as(bind->value)) Name(bind->var, value);
    }
    std::vector<Stmt> list{Substitute(stmt, values)};
    for (size_t i = binds.size(); i-- > 0;) {
      auto is_this = [&](const VarNode* var) { return var == binds[i]->var.get(); };
      const bool used = std::any_of(list.begin(), list.end(),
                                    [&](const Stmt& later) { return UsesVar(later, is_this); });
      if (used) list.insert(list.begin(), binds[i]);
    }
    return AsStmt(list);
  }
};

/*! Rewrites the lists of statements that reads stand in. */
class ReadSharer {
 public:
  ReadSharer(const SharingPlan& plan, int64_t rounds) : plan_(plan) {
    items_.rounds = rounds;
    for (const auto& [cb, shared] : plan.buffers)
      analyzer_.Bind(shared.position, Range::FromMinExtent(Imm(0), Imm(shared.cores)), true);
  }

  Stmt Rewrite(const Stmt& region) {
    std::vector<Stmt> list = AsList(region);
    if (items_.rounds > 1) {
      items_.round = list[kRoundBind].as<BindNode>()->var;
      items_.step = items_.round.value();
    }
    return AsStmt(RewriteList(list, items_, nullptr));
  }

 private:
  /*! Statements that come together: first what is read at once, then the blocks, then what is read ahead. */
  struct Run {
    std::vector<Stmt> first, shares, later;
    void FlushTo(std::vector<Stmt>* list) {
      for (std::vector<Stmt>* part : {&first, &shares, &later}) {
        list->insert(list->end(), part->begin(), part->end());
        part->clear();
      }
    }
  };

  /*! A list that is run once a step; of a loop's body, the first reads go in front of the loop. */
  std::vector<Stmt> RewriteList(const std::vector<Stmt>& list, Steps steps,
                                std::vector<Stmt>* front) {
    const bool of_items = steps.rounds == items_.rounds && !steps.loop.has_value();
    std::vector<Stmt> result;
    Run run;
    for (const Stmt& stmt : list) {
      if (const SharedBuffer* shared = plan_.Find(stmt)) {
        Share(*shared, stmt, steps, front == nullptr ? &run.first : front, &run);
        continue;
      }
      run.FlushTo(&result);
      if (const auto* bind = stmt.as<BindNode>()) steps.known.push_back(ffi::GetRef<Bind>(bind));
      if (const auto* loop = stmt.as<ForNode>()) {
        RewriteLoop(loop, steps, of_items, &result);
      } else if (const auto* branch = stmt.as<IfThenElseNode>()) {
        result.push_back(RewriteBranch(branch));
      } else {
        result.push_back(stmt);
      }
    }
    run.FlushTo(&result);
    return result;
  }

  void RewriteLoop(const ForNode* loop, const Steps& outer, bool over_items,
                   std::vector<Stmt>* result) {
    Steps steps;
    std::vector<Stmt> body;
    if (is_zero(loop->min) && (!loop->step || is_one(loop->step.value()))) {
      steps.known = outer.known;
      steps.loop = loop->loop_var;
      steps.extent = loop->extent;
      steps.step = loop->loop_var;
      if (over_items && is_const_int(loop->extent) && outer.round) {
        steps.rounds = outer.rounds;
        steps.round = outer.round;
        Var step("step", DataType::Int(32));
        body.push_back(Bind(step, outer.round.value() * loop->extent + loop->loop_var));
        steps.step = step;
      }
    }
    std::vector<Stmt> old = AsList(loop->body);
    std::vector<Stmt> rewritten = RewriteList(old, steps, steps.loop ? result : nullptr);
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

  /*! One read: who sends at this step, and when each core reads what it sends. */
  void Share(const SharedBuffer& shared, const Stmt& read, const Steps& steps,
             std::vector<Stmt>* front, Run* run) {
    const Stmt into = ReadInto(read, shared.ahead);
    const PrimExpr cores = Imm(shared.cores), total = analyzer_.Simplify(steps.Total());
    Stmt first = steps.At(shared.position, into, "first_", &analyzer_);
    PrimExpr when = steps.round ? steps.round.value() == Imm(0) : PrimExpr(Bool(true));
    if (!analyzer_.CanProve(total >= cores))
      when = analyzer_.Simplify(when && shared.position < total);
    front->push_back(is_one(when) ? first : IfThenElse(when, first));

    const PrimExpr turn = analyzer_.Simplify(floormod(steps.step, cores));
    run->shares.push_back(MakeStmt(Intrinsic::ShareBlock,
                                   {shared.ahead->data, shared.cb->data, turn, Imm(shared.line),
                                    shared.ready->data, shared.arrived->data, plan_.arrival->data},
                                   read->span));
    if (analyzer_.CanProve(total <= cores)) return;
    const PrimExpr next = steps.step + cores;
    run->later.push_back(IfThenElse(turn == shared.position && next < total,
                                    steps.At(next, into, "next_", &analyzer_)));
  }

  const SharingPlan& plan_;
  Steps items_; /*!< those of the list of a work item */
  arith::Analyzer analyzer_;
};

PrimFunc Rewrite(PrimFunc func) {
  KernelBody kernel = KernelBody::From(func->body);
  const int64_t rounds =
      func->GetAttr<ffi::Array<CoreWork>>(Key(Attr::WorkPartition)).value()[0]->count;
  SharingPlan plan(func, kernel, rounds);
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
