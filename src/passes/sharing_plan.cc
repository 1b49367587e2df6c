/*! Part of ShareReadsTT: the choice of buffers, groups and processors. */
#include "passes/sharing_plan.h"

#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "analysis/tensor_hazards.h"
#include "analysis/tensor_reads.h"
#include "ir/grid_axes.h"
#include "ir/loops.h"
#include "ir/tile_operators.h"
#include "ir/tiles.h"
#include "schema/schema.h"
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

/*! The variables that are bound to the block indices. */
BlockIndices FindBlockIndices(const PrimFunc& func, const Stmt& region, int64_t rounds) {
  const size_t axes = func->GetAttr<ffi::Array<GridAxis>>(Key(Attr::GridAxes)).value().size();
  BlockIndices indices;
  for (size_t i = 0; i < axes; ++i) indices[BlockIndexVar(region, i, rounds).get()] = 1u << i;
  return indices;
}

/*! The loop that a read is directly in, if its steps can be counted, and how many they are in all. */
struct ReadLoop {
  const ForNode* loop = nullptr;
  int64_t steps = 1;
};

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
class SharingPlanner {
 public:
  SharingPlanner(const PrimFunc& func, const KernelBody& kernel, int64_t rounds)
      : spread_(CoreSpread::Of(func)),
        hardware_(TargetOptions::FromFunction(func).Hardware()),
        rounds_(rounds) {
    plan.descs = func->GetAttr<CBDescMap>(Key(Attr::CBDesc)).value();
    plan.semaphores = func->GetAttr<ffi::Array<SemaphoreDesc>>(Key(Attr::Semaphores)).value();
    if (spread_.Empty()) return;
    for (const auto& [data, desc] : plan.descs) bytes_ += desc->TotalSize();
    Choose(kernel, FindTensorReads(kernel.region, FindBlockIndices(func, kernel.region, rounds)));
    Group();
    Deepen();
    GiveToWriter(WrittenTensors(kernel.region));
    for (const Candidate& candidate : candidates_) Add(candidate);
  }

  SharingPlan plan;

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
    auto desc = plan.descs.find(cb->name);
    return desc != plan.descs.end() && (*desc).second->producer == ToString(kWriter);
  }
  int64_t BlockBytes(const Buffer& cb) const {
    const CBDesc desc = plan.descs.at(cb->name);
    return desc->Tiles() * desc->page_size;
  }
  /*! Groups in a circular buffer at least: one is used while the next comes. */
  int64_t Depth(const Buffer& cb) const {
    return std::max<int64_t>(plan.descs.at(cb->name)->depth, 2);
  }
  int64_t Room() const { return hardware_.l1_bytes - hardware_.l1_usable_base - bytes_; }

  /*! Whether there is room for a block to send, whatever ids later passes merge. */
  bool Fits(const Buffer& cb) {
    const int64_t more = (1 + Depth(cb) - plan.descs.at(cb->name)->depth) * BlockBytes(cb);
    if (more > Room()) return false;
    const size_t chosen = candidates_.size() + 1;
    if (plan.descs.size() + chosen > hardware_.num_circular_buffers) return false;
    if (plan.semaphores.size() + 1 + 2 * chosen > kMaxSemaphores) return false;
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
    if (!plan.arrival.defined()) plan.arrival = Semaphore("arrival", 1);
    SharedBuffer shared{cb, {}, line, spread_.CoresIn(line), candidate.blocks, Position(line),
                        {}, {}};
    shared.ahead = Ahead(candidate);
    shared.ready = Semaphore(name + "_ready", 0);
    shared.arrived = Semaphore(name + "_arrived", 0);
    plan.buffers.emplace(cb->data.get(), shared);
  }

  Buffer Ahead(const Candidate& candidate) {
    const Buffer& cb = candidate.cb;
    std::string name = std::string(cb->name) + "_ahead";
    while (plan.descs.count(name)) name += "_";
    CBDesc desc = plan.descs.at(cb->name);
    CBDescNode* node = desc.CopyOnWrite();
    node->depth = candidate.groups * candidate.blocks;
    if (candidate.of_writer) node->producer = ToString(kWriter);
    plan.descs.Set(cb->name, desc);
    node = desc.CopyOnWrite();
    node->name = name;
    node->depth = candidate.blocks;
    plan.descs.Set(name, desc);
    Buffer ahead = MakeBlock(name, cb->dtype, cb->shape, cb->span, Key(Scope::CB));
    plan.allocations.push_back(AllocBuffer(ahead));
    return ahead;
  }

  Buffer Semaphore(const std::string& name, int64_t initial_value) {
    return AddSemaphore(name, initial_value, &plan.allocations, &plan.semaphores);
  }

  Var Position(int64_t line) {
    auto it = position_.find(line);
    if (it != position_.end()) return it->second;
    Var var(PositionName(line), DataType::Int(32));
    plan.positions.push_back(Bind(var, MakeCall(Intrinsic::CorePosition, {Imm(line)})));
    return position_.emplace(line, var).first->second;
  }

  CoreSpread spread_;
  const tt_target::HardwareModel& hardware_;
  int64_t rounds_;
  int64_t bytes_ = 0;
  std::vector<Candidate> candidates_;
  std::map<int64_t, Var> position_;
};

}  // namespace

bool Counts(const ForNode* loop) {
  return is_zero(loop->min) && (!loop->step || is_one(loop->step.value()));
}

const SharedBuffer* SharingPlan::Find(const Stmt& stmt) const {
  IntrinsicCall call = AsIntrinsic(stmt);
  if (!IsBlockRead(call)) return nullptr;
  auto it = buffers.find(call.call->args[1].as<VarNode>());
  return it == buffers.end() ? nullptr : &it->second;
}

SharingPlan PlanSharing(const PrimFunc& func, const KernelBody& kernel, int64_t rounds) {
  return SharingPlanner(func, kernel, rounds).plan;
}

}  // namespace tvm::tt
