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
#include <tvm/tirx/analysis.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "analysis/tensor_hazards.h"
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
 * Bytes of a group: at 32 a cycle they are on their way for as long as the handshake takes, about a
 * thousand cycles, and more than twice of them cost more L1 and a later start than they save.
 */
constexpr int64_t kGroupBytes = 32 << 10;
/*! Groups that are read before their turn: one on its way to the cores, and one from DRAM. */
constexpr int64_t kGroupsAhead = 2;

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
  int64_t blocks; /*!< of a group */
  Var position;   /*!< of this core in the line */
  Buffer ready, arrived;
};

/*! The loop that a read is directly in, if its steps can be counted, and how many they are in all. */
struct ReadLoop {
  const ForNode* loop = nullptr;
  int64_t steps = 1;
};

/*! Whether a loop counts from 0 by 1. */
bool Counts(const ForNode* loop) {
  return is_zero(loop->min) && (!loop->step || is_one(loop->step.value()));
}

class ReadLoopFinder : public StmtVisitor {
 public:
  ReadLoopFinder(const Stmt& region, int64_t rounds) : steps_(rounds) { VisitStmt(region); }
  std::unordered_map<const StmtNode*, ReadLoop> loops;

 private:
  void VisitStmt_(const ForNode* op) final {
    const int64_t* extent = as_const_int(op->extent);
    const bool counts = Counts(op) && extent != nullptr;
    Under(counts ? steps_ * *extent : 1, op->body, counts ? op : nullptr);
  }
  void VisitStmt_(const IfThenElseNode* op) final {
    Under(1, op->then_case, nullptr);
    if (op->else_case) Under(1, op->else_case.value(), nullptr);
  }
  void VisitStmt_(const WhileNode* op) final { Under(1, op->body, nullptr); }
  void Under(int64_t steps, const Stmt& body, const ForNode* loop) {
    const int64_t outer = std::exchange(steps_, steps);
    for (const Stmt& stmt : AsList(body)) {
      if (loop != nullptr && IsBlockRead(AsIntrinsic(stmt))) loops[stmt.get()] = {loop, steps};
    }
    VisitStmt(body);
    steps_ = outer;
  }
  int64_t steps_;
};

/*! Whether a block is written below a statement. */
bool Writes(const Stmt& stmt) {
  bool found = false;
  PostOrderVisit(stmt, [&](const ffi::ObjectRef& node) {
    const auto* evaluate = node.as<EvaluateNode>();
    found |= evaluate && IsBlockWrite(AsIntrinsic(ffi::GetRef<Stmt>(evaluate)));
  });
  return found;
}

/*! Chooses the buffers to share, and makes what they need. */
class SharingPlan {
 public:
  SharingPlan(const PrimFunc& func, const KernelBody& kernel, int64_t rounds)
      : descs(func->GetAttr<CBDescMap>(Key(Attr::CBDesc)).value()),
        spread_(CoreSpread::Of(func)),
        hardware_(TargetOptions::FromFunction(func).Hardware()),
        rounds_(rounds) {
    if (spread_.Empty()) return;
    for (const auto& [data, desc] : descs) bytes_ += desc->TotalSize();
    Choose(kernel, FindTensorReads(kernel.region, FindBlockIndices(func, kernel.region, rounds)));
    Group();
    Deepen();
    GiveToWriter(WrittenTensors(kernel.region));
    for (const Candidate& candidate : candidates_) Add(candidate);
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
  struct Candidate {
    Buffer cb;
    Stmt read;
    int64_t line;
    ReadLoop in;
    int64_t blocks = 1;
    int64_t groups = 0; /*!< in the circular buffer */
    bool of_writer = false;
  };

  /*! The buffers that one read fills, which is the same in a line of cores, in the order of allocation. */
  void Choose(const KernelBody& kernel, const std::vector<TensorRead>& reads) {
    ReadLoopFinder finder(kernel.region, rounds_);
    for (const Stmt& stmt : kernel.allocations) {
      Candidate candidate{stmt.as<AllocBufferNode>()->buffer, {}, 0, {}};
      if (IsOfWriter(candidate.cb)) continue;
      int64_t count = 0;
      for (const TensorRead& read : reads) {
        if (!AsIntrinsic(read.leaf).call->args[1].same_as(candidate.cb->data)) continue;
        candidate.read = read.leaf;
        candidate.line = spread_.LineThatShares(read.axes);
        candidate.in = finder.loops[read.leaf.get()];
        ++count;
      }
      if (count != 1 || candidate.line == 0 || !Fits(candidate.cb)) continue;
      candidate.groups = Depth(candidate.cb);
      candidates_.push_back(candidate);
    }
  }

  /*! Whether the order of the writer's moves fills a buffer. */
  bool IsOfWriter(const Buffer& cb) const {
    auto desc = descs.find(cb->name);
    return desc != descs.end() && (*desc).second->producer == ToString(kWriter);
  }
  int64_t BlockBytes(const Buffer& cb) const {
    const CBDesc desc = descs.at(cb->name);
    return desc->Tiles() * desc->page_size;
  }
  /*! Groups in a circular buffer at least: one is used while the next comes. */
  int64_t Depth(const Buffer& cb) const { return std::max<int64_t>(descs.at(cb->name)->depth, 2); }
  int64_t Room() const { return hardware_.l1_bytes - hardware_.l1_usable_base - bytes_; }

  /*! Whether there is room for a block to send, whatever ids later passes merge. */
  bool Fits(const Buffer& cb) {
    const int64_t more = (1 + Depth(cb) - descs.at(cb->name)->depth) * BlockBytes(cb);
    if (more > Room()) return false;
    const size_t chosen = candidates_.size() + 1;
    if (descs.size() + chosen > hardware_.num_circular_buffers) return false;
    if (1 + 2 * chosen > kMaxSemaphores) return false;
    bytes_ += more;
    return true;
  }

  /*! The candidates of each loop, those outside of loops left out. */
  std::vector<std::vector<Candidate*>> ByLoop() {
    std::vector<std::vector<Candidate*>> loops;
    for (Candidate& candidate : candidates_) {
      if (candidate.in.loop == nullptr) continue;
      auto list = std::find_if(loops.begin(), loops.end(), [&](const auto& other) {
        return other[0]->in.loop == candidate.in.loop;
      });
      if (list == loops.end()) list = loops.emplace(loops.end());
      list->push_back(&candidate);
    }
    return loops;
  }

  /*! Buffers of one loop have groups of equally many blocks. */
  void Group() {
    for (const std::vector<Candidate*>& list : ByLoop()) {
      const int64_t extent = *as_const_int(list[0]->in.loop->extent);
      int64_t blocks = 1;
      for (int64_t more = 2; more <= extent && !LargeEnough(list, blocks); ++more) {
        if (extent % more == 0 && CanBeGrouped(list, more)) blocks = more;
      }
      for (Candidate* candidate : list) {
        candidate->blocks = blocks;
        bytes_ += MoreBytes(*candidate, blocks);
      }
    }
  }
  bool LargeEnough(const std::vector<Candidate*>& list, int64_t blocks) const {
    return std::any_of(list.begin(), list.end(), [&](const Candidate* candidate) {
      return blocks * BlockBytes(candidate->cb) >= kGroupBytes;
    });
  }
  int64_t MoreBytes(const Candidate& candidate, int64_t blocks) const {
    return (blocks - 1) * (1 + Depth(candidate.cb)) * BlockBytes(candidate.cb);
  }
  /*! Whether groups fit into L1, are not overly large, and are enough for one to come while one is used. */
  bool CanBeGrouped(const std::vector<Candidate*>& list, int64_t blocks) const {
    int64_t more = 0;
    for (const Candidate* candidate : list) {
      if (!AsIntrinsic(candidate->read).Is(Intrinsic::ReadToCB)) return false;
      if (blocks * BlockBytes(candidate->cb) > 2 * kGroupBytes) return false;
      if (candidate->in.steps / blocks < kGroupsAhead) return false;
      more += MoreBytes(*candidate, blocks);
    }
    return more <= Room();
  }

  /*! Where there is room, a third group: the next is asked for before the last but one is used up. */
  void Deepen() {
    for (Candidate& candidate : candidates_) {
      const int64_t more = candidate.blocks * BlockBytes(candidate.cb);
      if (candidate.in.loop == nullptr || candidate.groups > 2 || more > Room()) continue;
      ++candidate.groups;
      bytes_ += more;
    }
  }

  /*! Buffers that the writer fills; a tensor that is written in place has one order of accesses. */
  void GiveToWriter(const std::set<const BufferNode*>& written) {
    for (const std::vector<Candidate*>& list : ByLoop()) {
      if (list.size() < 2 || Writes(list[0]->in.loop->body)) continue;
      auto is_row = [](const Candidate* candidate) { return candidate->line == 1; };
      const auto rows = std::count_if(list.begin(), list.end(), is_row);
      const bool mixed = rows > 0 && rows < static_cast<int64_t>(list.size());
      for (size_t i = 0; i < list.size(); ++i) {
        IntrinsicCall read = AsIntrinsic(list[i]->read);
        const auto* slice = read.call->args[0].as<BufferLoadNode>();
        if (!read.Is(Intrinsic::ReadToCB) || written.count(slice->buffer.get())) continue;
        list[i]->of_writer = mixed ? is_row(list[i]) : i % 2 == 1;
      }
    }
  }

  void Add(const Candidate& candidate) {
    const Buffer& cb = candidate.cb;
    const std::string name = cb->name;
    const int64_t line = candidate.line;
    if (!arrival.defined()) arrival = Semaphore("arrival", 1);
    SharedBuffer shared{cb, {}, line, spread_.CoresIn(line), candidate.blocks, Position(line),
                        {}, {}};
    shared.ahead = Ahead(candidate);
    shared.ready = Semaphore(name + "_ready", 0);
    shared.arrived = Semaphore(name + "_arrived", 0);
    buffers.emplace(cb->data.get(), shared);
  }

  Buffer Ahead(const Candidate& candidate) {
    const Buffer& cb = candidate.cb;
    std::string name = std::string(cb->name) + "_ahead";
    while (descs.count(name)) name += "_";
    CBDesc desc = descs.at(cb->name);
    CBDescNode* node = desc.CopyOnWrite();
    node->depth = candidate.groups * candidate.blocks;
    if (candidate.of_writer) node->producer = ToString(kWriter);
    descs.Set(cb->name, desc);
    node = desc.CopyOnWrite();
    node->name = name;
    node->depth = candidate.blocks;
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
  int64_t rounds_;
  int64_t bytes_ = 0;
  std::vector<Candidate> candidates_;
  std::map<int64_t, Var> position_;
};

/*! A move into another buffer. */
Stmt ReadInto(const Stmt& read, const Buffer& cb) {
  IntrinsicCall move = AsIntrinsic(read);
  ffi::Array<PrimExpr> args = move.call->args;
  args.Set(1, cb->data);
  return MakeStmt(move.row->id, args, read->span);
}

/*! What counts the times at which a read happens: work items, or the steps of a loop. */
struct Counter {
  Var var;
  PrimExpr extent;
};

/*! The times at which a read happens on a core, counted from 0 by nested counters, the outermost first. */
struct Steps {
  std::vector<Counter> counters = {};
  bool of_items = false;        /*!< whether the first counter counts work items */
  PrimExpr number = Imm(0);     /*!< of this step, from the counters */
  PrimExpr step = Imm(0);       /*!< the same, by its name */
  std::vector<Bind> known = {}; /*!< what is bound in front of the read */

  PrimExpr Total() const {
    PrimExpr total = Imm(1);
    for (const Counter& counter : counters) total = total * counter.extent;
    return total;
  }
  /*! Whether the steps of a loop go on from one of these to the next. */
  bool GoOn(const ForNode* loop) const {
    if (counters.empty() || !is_const_int(loop->extent)) return false;
    return std::all_of(counters.begin(), counters.end(),
                       [](const Counter& counter) { return is_const_int(counter.extent); });
  }

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
    const bool one = counters.size() == 1 && !of_items;
    if (one) values.Set(counters[0].var, at);
    PrimExpr below = analyzer->Simplify(Total());
    for (size_t i = 0; i < counters.size() && !one; ++i) {
      below = analyzer->Simplify(floordiv(below, counters[i].extent));
      const PrimExpr value = is_one(below) ? at : floordiv(at, below);
      Name(counters[i].var, i == 0 ? value : floormod(value, counters[i].extent));
    }
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
