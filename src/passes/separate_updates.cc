/*!
 * Second step of LowerSharedToCB: accumulations that cannot stay open become sums.
 *
 * A T.gemm into a block that is also used or rescaled between its steps (the output of flash
 * attention) cannot keep its block open for the packer or for DST. It is computed into a block of its
 * own, and that is added.
 *
 *   before   T.gemm(P, V_s, O_l)
 *   after    T.gemm(P, V_s, O_l_step, clear_accum=True); O_l = O_l + O_l_step
 */
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include "analysis/accumulator_lives.h"
#include "ir/replace_buffer.h"
#include "ir/tile_operators.h"
#include "ir/tiles.h"
#include "op/builtin.h"
#include "op/fill.h"
#include "op/gemm.h"
#include "passes/lower_shared_to_cb.h"

namespace tvm::tt {

using namespace tirx;

namespace {

class UpdateSeparator : public StmtExprMutator {
 public:
  UpdateSeparator(VarSet in_place, CBTable* table)
      : in_place_(std::move(in_place)), table_(table) {}

 private:
  Stmt VisitStmt_(const EvaluateNode* op) final {
    Stmt stmt = ffi::GetRef<Stmt>(op);
    tl::TileOperator tile_op = tl::ParseOperator(stmt);
    const auto* gemm = tile_op.as<tl::GemmNode>();
    if (gemm == nullptr || in_place_.count(gemm->c_->data.get()) || is_one(gemm->clearAccum_))
      return stmt;
    const Buffer& acc = gemm->c_;
    Buffer step = table_->CreateLike(acc, std::string(acc->name) + "_step", acc->dtype);
    return SeqStmt::Flatten(FillBlock(step, 0, op->span), ReplaceBuffer(stmt, acc, step),
                            AddBlock(step, acc, op->span));
  }

  VarSet in_place_;
  CBTable* table_;
};

}  // namespace

Stmt SeparateUpdates(const Stmt& body, CBTable* table) {
  return UpdateSeparator(FindInPlaceAccumulators(body), table)(body);
}

}  // namespace tvm::tt
