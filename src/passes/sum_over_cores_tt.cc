/*!
 * SumOverCoresTT: staged -> staged.
 *
 * Cores that add to the same block of a tensor stand along one axis of the grid and do so one after another:
 * the first reads the block from the tensor, every other one gets it from the core before, and only the last
 * writes it back. So the order of additions is that of the axis, and the sum travels from L1 to L1. A core makes room
 * and says so to the one before it, which sends when it has added; a semaphore for each direction. Every
 * core has one work item, so that each of these buffers carries one block. Before ShareReadsTT, which takes
 * what semaphores are left.
 *
 *   before   T.tt.read_to_cb(C[by * 64, bx * 64], C_before.data, 64, 64)
 *            ...
 *            T.tt.write_from_cb(C_out.data, C[by * 64, bx * 64], 64, 64)
 *   after    if bz == 0:
 *                T.tt.read_to_cb(C[by * 64, bx * 64], C_before.data, 64, 64)
 *            else:
 *                T.tt.ask_core(C_before.data, C_ready.data, work - 16)
 *                T.tt.await_blocks(C_before.data, C_arrived.data)
 *                T.tt.take_block(C_before.data)
 *            ...
 *            if bz == 3:
 *                T.tt.write_from_cb(C_out.data, C[by * 64, bx * 64], 64, 64)
 *            else:
 *                T.tt.send_to_core(C_out.data, C_before.data, C_ready.data, C_arrived.data, work + 16)
 */
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <map>

#include "ir/attrs.h"
#include "ir/grid_axes.h"
#include "ir/kernel_body.h"
#include "ir/loops.h"
#include "ir/tile_operators.h"
#include "ir/tiles.h"
#include "passes/pass_runner.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! A tensor that cores add to. */
struct CoreSum {
  Var index;     /*!< of the core, along the axis */
  int64_t cores; /*!< along the axis */
  int64_t step;  /*!< from the number of a core to that of the next */
  Buffer ready, arrived;
  PrimExpr received; /*!< the circular buffer that the block comes into */
};

class SumPasser : public StmtMutator {
 public:
  SumPasser(const KernelBody& kernel, std::map<std::string, CoreSum> sums)
      : work_(kernel.work), sums_(std::move(sums)) {}

 private:
  Stmt VisitStmt_(const EvaluateNode* op) final {
    Stmt stmt = ffi::GetRef<Stmt>(op);
    IntrinsicCall call = AsIntrinsic(stmt);
    const bool read = IsBlockRead(call);
    if (!read && !IsBlockWrite(call)) return stmt;
    const auto* slice = call.call->args[read ? 0 : 1].as<BufferLoadNode>();
    auto sum = sums_.find(slice->buffer->name);
    if (sum == sums_.end()) return stmt;
    const PrimExpr& cb = call.call->args[read ? 1 : 0];
    return read ? Receive(stmt, cb, &sum->second) : Send(stmt, cb, sum->second);
  }

  Stmt Receive(const Stmt& read, const PrimExpr& cb, CoreSum* sum) const {
    TVM_FFI_ICHECK(!sum->received.defined()) << "a sum is read once";
    sum->received = cb;
    const PrimExpr before = work_ - Imm(sum->step);
    Stmt receive = AsStmt({MakeStmt(Intrinsic::AskCore, {cb, sum->ready->data, before}, read->span),
                           MakeStmt(Intrinsic::AwaitBlocks, {cb, sum->arrived->data}, read->span),
                           MakeStmt(Intrinsic::TakeBlock, {cb}, read->span)});
    return IfThenElse(sum->index == Imm(0), read, receive, read->span);
  }

  Stmt Send(const Stmt& write, const PrimExpr& cb, const CoreSum& sum) const {
    TVM_FFI_ICHECK(sum.received.defined()) << "a sum is read before it is written";
    Stmt send = MakeStmt(
        Intrinsic::SendToCore,
        {cb, sum.received, sum.ready->data, sum.arrived->data, work_ + Imm(sum.step)}, write->span);
    return IfThenElse(sum.index == Imm(sum.cores - 1), write, send, write->span);
  }

  const Var work_;
  std::map<std::string, CoreSum> sums_;
};

PrimFunc Rewrite(PrimFunc func) {
  ffi::Array<SemaphoreDesc> semaphores;
  const auto marked = func->GetAttr<ffi::Map<ffi::String, int64_t>>(Key(Attr::CoreSums)).value();
  if (!marked.empty()) {
    KernelBody kernel = KernelBody::From(func->body);
    auto semaphore = [&](const std::string& name) {
      return AddSemaphore(name, 0, &kernel.allocations, &semaphores);
    };
    const auto axes = func->GetAttr<ffi::Array<GridAxis>>(Key(Attr::GridAxes)).value();
    std::vector<int64_t> extents;
    for (const GridAxis& axis : axes) extents.push_back(*NumberOf(axis->extent));
    std::map<std::string, CoreSum> sums;
    for (const auto& [tensor, axis] : marked) {
      const Var index = BlockIndexVar(kernel.region, axis, /*rounds=*/1);
      const int64_t step = CoreSpread::Of(func).StepOf(axis, extents);
      sums[tensor] = {index,
                      extents[axis],
                      step,
                      semaphore(std::string(tensor) + "_ready"),
                      semaphore(std::string(tensor) + "_arrived"),
                      {}};
    }
    kernel.region = SumPasser(kernel, std::move(sums))(kernel.region);
    func.CopyOnWrite()->body = kernel.ToStmt();
  }
  return WithAttr(std::move(func), Key(Attr::Semaphores), semaphores);
}

}  // namespace

namespace transform {
Pass SumOverCoresTT() { return FunctionPass("SumOverCoresTT", Rewrite); }
}  // namespace transform

}  // namespace tvm::tt
