/*!
 * Work items that add to one slice of a tensor differ in grid axes that do not tell their slices apart. Those
 * axes become loops of the core, so that one core does all additions to a slice, in the order of the loops, and
 * the result is the same on any number of cores. A slice that is the same in all steps is read once, added to,
 * and written once; one that moves is read and written at each addition.
 *
 * Where slices stay and it saves time, one such axis stays on the grid, by as many groups of its steps as there are
 * cores for: each core sums up a group, and then adds what the cores before it have left (sum_over_cores_tt.cc). With
 * fewer cores than the device has, one core does the same group by group, so the bits are the same.
 *
 *   before   bz in grid(4): C_l = A[.., bz ..] @ B[bz .., ..]; T.atomic_add(C[by * 64, bx * 64], C_l)
 *   after    T.copy(C[by * 64, bx * 64], C_sum)
 *            for bz in range(4): C_l = ...; C_sum[i, j] = C_sum[i, j] + C_l[i, j]
 *            T.copy(C_sum, C[by * 64, bx * 64])
 *   or       bz in grid(4), which has {"tt.sums": ["C"]}: C_l = ...; T.copy(C[by * 64, bx * 64], C_sum)
 *                C_sum[i, j] = C_sum[i, j] + C_l[i, j]; T.copy(C_sum, C[by * 64, bx * 64])
 *   or       group in grid(4), which has {"tt.sums": ["C"]}: T.fill(C_sum, 0)
 *                for step in range(8): C_l = ...; C_sum[i, j] = C_sum[i, j] + C_l[i, j]
 *                T.copy(C[by * 64, bx * 64], C_before); C_sum[i, j] = C_sum[i, j] + C_before[i, j]
 *                T.copy(C_sum, C[by * 64, bx * 64])
 *   before   by in grid(4): for k in range(8): T.atomic_add(dQ[bx, k * 64, 0], dq)
 *   after    for by in range(4): for k in range(8):
 *                T.copy(dQ[bx, k * 64, 0], dQ_sum); dQ_sum[i, j] = dQ_sum[i, j] + dq[i, j]
 *                T.copy(dQ_sum, dQ[bx, k * 64, 0])
 */
#include "passes/sum_atomics.h"

#include <tvm/tirx/stmt_functor.h>

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analysis/atomic_additions.h"
#include "analysis/launch_nest.h"
#include "analysis/tensor_reads.h"
#include "ir/attrs.h"
#include "ir/element_slice.h"
#include "ir/loops.h"
#include "ir/tile_operators.h"
#include "ir/tiles.h"
#include "schema/schema.h"
#include "target/target_options.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! The sum of one slice of a tensor. */
struct Sum {
  Addition slice;
  Buffer block; /*!< holds the sum */
};
int64_t BytesOf(const Addition& addition) {
  int64_t elements = 1;
  for (const PrimExpr& extent : BlockShape(addition.extents)) elements *= *as_const_int(extent);
  return elements * addition.tensor->dtype.bytes();
}
Buffer SumBlockOf(const Addition& addition) {
  return MakeBlock(std::string(addition.tensor->name) + "_sum", addition.tensor->dtype,
                   BlockShape(addition.extents), addition.span);
}
Stmt Transfer(const Addition& slice, const Buffer& block, bool to_tensor) {
  return CopySlice(slice.tensor, slice.starts, slice.extents, block, to_tensor, slice.span);
}
/*! An element-wise addition to a block, in the nest that it stands in. */
Stmt AddInNest(const Buffer& block, const ffi::Array<PrimExpr>& loops, PrimExpr value,
               const Span& span) {
  if (value.dtype() != block->dtype) value = Cast(block->dtype, value);
  return BufferStore(block, BufferLoad(block, loops) + value, loops, std::nullopt, span);
}

/*! Replaces atomic additions by additions to blocks that hold the sums of all steps. */
class SumKeeper : public AdditionVisitor {
 public:
  /*! `slices`: of the additions in program order, computed from axes of the grid. */
  explicit SumKeeper(const std::vector<Addition>& slices) : slices_(slices) {}
  std::vector<Sum> sums;

 private:
  Stmt AddBlockTo(const Addition& addition, const Buffer& source) final {
    return AddBlock(source, NextSum(), addition.span);
  }
  Stmt AddElementTo(const Addition& addition, const ffi::Array<PrimExpr>& loops,
                    const PrimExpr& value) final {
    return AddInNest(NextSum(), loops, value, addition.span);
  }
  /*! The block of the next addition's slice. */
  Buffer NextSum() {
    const Addition& slice = slices_[next_++];
    for (const Sum& sum : sums) {
      if (sum.slice.tensor.same_as(slice.tensor)) return sum.block;
    }
    sums.push_back({slice, SumBlockOf(slice)});
    return sums.back().block;
  }

  const std::vector<Addition>& slices_;
  size_t next_ = 0;
};

/*! Replaces atomic additions by reading the slice, adding, and writing it. */
class SumUpdater : public AdditionVisitor {
 public:
  std::vector<Buffer> blocks;

 private:
  Stmt AddBlockTo(const Addition& addition, const Buffer& source) final {
    blocks.push_back(SumBlockOf(addition));
    return SeqStmt::Flatten(Transfer(addition, blocks.back(), false),
                            AddBlock(source, blocks.back(), addition.span),
                            Transfer(addition, blocks.back(), true));
  }
  Stmt AddElementTo(const Addition& addition, const ffi::Array<PrimExpr>& loops,
                    const PrimExpr& value) final {
    blocks.push_back(SumBlockOf(addition));
    before_.push_back(Transfer(addition, blocks.back(), false));
    after_.push_back(Transfer(addition, blocks.back(), true));
    return AddInNest(blocks.back(), loops, value, addition.span);
  }
  Stmt VisitNest(const ForNode* op) final {
    Stmt nest = AdditionVisitor::VisitNest(op);
    ffi::Array<Stmt> stmts = std::exchange(before_, {});
    stmts.push_back(nest);
    for (const Stmt& stmt : std::exchange(after_, {})) stmts.push_back(stmt);
    return SeqStmt::Flatten(stmts);
  }

  ffi::Array<Stmt> before_, after_; /*!< of the nest */
};

/*! An axis of the grid whose cores add to the same slices one after another. */
struct Turns {
  Var axis;
  int64_t groups;    /*!< of steps of the axis: a group adds up its own steps first */
  int64_t steps;     /*!< of a group */
  bool across_cores; /*!< otherwise one core does all groups */
};

/*! Bytes that a core reads of DRAM in the time that a handshake between two cores takes. */
constexpr int64_t kHandshakeBytes = 32 << 10;

/*!
 * The axis and number of groups that take the least time: what a group reads, and then one sum after
 * another. Depends on the device, not on how many of its cores the kernel may use, so that neither do the bits.
 */
std::optional<Turns> ChooseTurns(const PrimFunc& func, AdditionFinder* found) {
  const TargetOptions options = TargetOptions::FromFunction(func);
  const tt_target::HardwareModel& hardware = options.Hardware();
  int64_t items = 1, repeats = 1, bytes = 0, slices = 0;
  const auto layouts = func->GetAttr<LayoutMap>(Key(Attr::LayoutDesc)).value();
  const Stmt item = FindLaunchNest(func).body;
  for (const TensorRead& read : FindTensorReads(item, {}, layouts)) bytes += read.bytes;
  for (const Addition& addition : found->additions) slices += BytesOf(addition) + kHandshakeBytes;
  for (const AdditionAxis& axis : found->axes) {
    if (axis.extent == 0) return std::nullopt;
    (found->TellsApart(axis.var) ? items : repeats) *= axis.extent;
  }
  std::optional<Turns> best;
  int64_t least = repeats * bytes;
  for (const AdditionAxis& axis : found->axes) {
    if (found->TellsApart(axis.var)) continue;
    for (int64_t groups = 2; groups <= axis.extent; ++groups) {
      if (axis.extent % groups != 0 || items * groups > hardware.grid_x * hardware.grid_y) continue;
      const int64_t cost = repeats * bytes / groups + groups * slices;
      if (cost >= least) continue;
      least = cost;
      best = Turns{axis.var, groups, axis.extent / groups,
                   items * groups <= options.grid_x * options.grid_y};
    }
  }
  return best;
}

/*! Moves axes of the grid into the block of the kernel, as loops, and puts the sums around them. */
class AxisMover : public StmtMutator {
 public:
  AxisMover(AdditionFinder* found, std::vector<Sum> sums, std::vector<Buffer> blocks,
            std::optional<Turns> turns = std::nullopt)
      : found_(found),
        sums_(std::move(sums)),
        blocks_(std::move(blocks)),
        turns_(std::move(turns)) {
    for (const Sum& sum : sums_) blocks_.push_back(sum.block);
    if (!turns_) return;
    const Var& axis = turns_->axis;
    group_ = turns_->steps == 1 ? axis : Var(axis->name_hint + "_group", axis.dtype());
  }

 private:
  Stmt VisitStmt_(const ForNode* op) final {
    if (op->kind != ForKind::kThreadBinding) return StmtMutator::VisitStmt_(op);
    const bool outermost = std::exchange(outermost_, false);
    const bool in_turn = turns_ && op->loop_var.same_as(turns_->axis);
    const bool moves = in_turn ? !turns_->across_cores : !found_->TellsApart(op->loop_var);
    if (moves && !in_turn) axes_.push_back(op);
    gone_ += moves;
    const size_t gone = gone_;
    Stmt stmt = StmtMutator::VisitStmt_(op);
    if (in_turn && !moves) stmt = OfGroups(Downcast<For>(stmt));
    if (!moves) return gone == 0 ? stmt : Renumbered(Downcast<For>(stmt), gone);
    Stmt body = stmt.as<ForNode>()->body;
    const auto* inner = body.as<ForNode>();
    if (!outermost || (inner && inner->kind == ForKind::kThreadBinding)) return body;
    // All axes are loops: one core does them.
    return For(Var(op->loop_var->name_hint, op->loop_var->dtype), Imm(0), Imm(1), op->kind, body,
               op->thread_binding, {}, std::nullopt, op->span);
  }

  /*! An axis of the grid that comes so many places earlier now. */
  static Stmt Renumbered(For axis, size_t gone) {
    const IterVar binding = axis->thread_binding.value();
    axis.CopyOnWrite()->thread_binding = OnAxis(binding, binding->var, AxisOf(axis.get()) - gone);
    return axis;
  }

  /*! The axis of cores that take turns. */
  For OfGroups(For axis) const {
    std::set<std::string> names;
    for (const Addition& addition : found_->additions) names.insert(addition.tensor->name);
    ffi::Array<ffi::String> tensors;
    for (const std::string& name : names) tensors.push_back(name);
    axis.CopyOnWrite()->loop_var = group_;
    axis.CopyOnWrite()->extent = Imm(turns_->groups);
    axis.CopyOnWrite()->annotations.Set(Key(Attr::Sums), tensors);
    return axis;
  }

  Stmt VisitStmt_(const SBlockNode* op) final {
    if (done_ || op->alloc_buffers.empty()) return StmtMutator::VisitStmt_(op);
    done_ = true;
    SBlock block = ffi::GetRef<SBlock>(op);
    Stmt body = op->body;
    for (size_t i = axes_.size(); i-- > 0;) body = Loop(axes_[i]->loop_var, axes_[i]->extent, body);
    body = turns_ && !sums_.empty() ? InTurn(body) : InPlace(body);
    ffi::Array<Buffer> buffers = op->alloc_buffers;
    for (const Buffer& buffer : blocks_) buffers.push_back(buffer);
    block.CopyOnWrite()->alloc_buffers = buffers;
    block.CopyOnWrite()->body = body;
    return block;
  }
  /*! Sums that begin with what the tensors hold. */
  Stmt InPlace(const Stmt& body) const {
    ffi::Array<Stmt> list;
    for (const Sum& sum : sums_) list.push_back(Transfer(sum.slice, sum.block, false));
    list.push_back(body);
    for (const Sum& sum : sums_) list.push_back(Transfer(sum.slice, sum.block, true));
    return SeqStmt::Flatten(list);
  }
  /*! Sums of a group, added to what the groups before have left. */
  Stmt InTurn(Stmt body) {
    if (turns_->steps > 1) {
      Var step("step", turns_->axis.dtype());
      body = SeqStmt::Flatten(Bind(turns_->axis, group_ * Imm(turns_->steps) + step), body);
      body = Loop(step, Imm(turns_->steps), body);
    }
    ffi::Array<Stmt> list;
    for (const Sum& sum : sums_) list.push_back(FillBlock(sum.block, 0, sum.slice.span));
    list.push_back(body);
    for (const Sum& sum : sums_) {
      const Buffer before = MakeBlock(std::string(sum.slice.tensor->name) + "_before",
                                      sum.block->dtype, sum.block->shape, sum.slice.span);
      blocks_.push_back(before);
      list.push_back(Transfer(sum.slice, before, false));
      list.push_back(AddBlock(before, sum.block, sum.slice.span));
      list.push_back(Transfer(sum.slice, sum.block, true));
    }
    body = SeqStmt::Flatten(list);
    return turns_->across_cores ? body : Loop(group_, Imm(turns_->groups), body);
  }
  AdditionFinder* found_;
  std::vector<Sum> sums_;
  std::vector<Buffer> blocks_;
  std::optional<Turns> turns_;
  Var group_;
  std::vector<const ForNode*> axes_; /*!< that become loops, but for the one of turns */
  size_t gone_ = 0;                  /*!< axes of the grid so far that are none any more */
  bool outermost_ = true;
  bool done_ = false;
};

}  // namespace

Stmt SumAtomics(const PrimFunc& func) {
  AdditionFinder found(func->body);
  if (found.additions.empty()) return func->body;
  const bool stay = found.StayInPlace();
  std::optional<Turns> turns;
  if (stay && !found.writes_otherwise) turns = ChooseTurns(func, &found);
  if (stay && !(turns && turns->steps == 1 && found.add_once)) {
    SumKeeper keeper(found.additions);
    Stmt replaced = keeper(func->body);
    return AxisMover(&found, std::move(keeper.sums), {}, turns)(replaced);
  }
  // What a core adds once it can add to the sum as it comes.
  if (turns && !turns->across_cores) turns.reset();
  SumUpdater updater;
  Stmt replaced = updater(func->body);
  return AxisMover(&found, {}, std::move(updater.blocks), turns)(replaced);
}

}  // namespace tvm::tt
