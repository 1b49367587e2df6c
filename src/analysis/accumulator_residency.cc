/*! Residency of accumulators, on the function after LowerSharedToCB's steps. */
#include "analysis/accumulator_residency.h"

#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <unordered_map>

#include "analysis/block_access.h"
#include "analysis/use_counts.h"
#include "ir/tiles.h"
#include "op/copy.h"
#include "op/fill.h"
#include "op/gemm.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

class AccumulatorFinder : public StmtVisitor {
 public:
  VarSet found;

 private:
  void VisitStmt_(const EvaluateNode* op) final {
    tl::TileOperator tile_op = tl::ParseOperator(ffi::GetRef<Stmt>(op));
    if (const auto* gemm = tile_op.as<tl::GemmNode>()) found.insert(gemm->c_->data.get());
  }
};

/*! What a statement, with all below it, does to one accumulator and to the compute engine. */
struct Effects {
  bool touches = false;       /*!< accesses the accumulator */
  bool only_plain_mma = true; /*!< and only by gemms that need no transpose first */
  bool other_compute = false; /*!< computes anything else */
};

class EffectCollector : public StmtVisitor {
 public:
  explicit EffectCollector(const VarNode* acc) : acc_(acc) {}
  Effects effects;

 private:
  void VisitStmt(const Stmt& stmt) final {
    if (!IsLeaf(stmt)) return StmtVisitor::VisitStmt(stmt);
    IntrinsicCall move = AsIntrinsic(stmt);
    if (IsBlockRead(move) || IsBlockWrite(move)) return;
    tl::TileOperator tile_op = tl::ParseOperator(stmt);
    const auto* gemm = tile_op.as<tl::GemmNode>();
    if (gemm != nullptr && gemm->c_->data.get() == acc_) {
      effects.touches = true;
      effects.only_plain_mma &= !gemm->transA_ && is_zero(gemm->clearAccum_);
    } else {
      effects.other_compute = true;
      for (const BlockAccess& access : LeafAccesses(stmt)) {
        if (access.data == acc_) effects.touches = true, effects.only_plain_mma = false;
      }
    }
  }
  const VarNode* acc_;
};

Effects EffectsOn(const Stmt& stmt, const VarNode* acc) {
  EffectCollector collector(acc);
  collector(stmt);
  return collector.effects;
}

/*! Loads of a buffer in an expression tree. */
int CountLoads(const Stmt& stmt, const VarNode* data) {
  int loads = 0;
  PostOrderVisit(stmt, [&](const ffi::ObjectRef& node) {
    const auto* load = node.as<BufferLoadNode>();
    if (load != nullptr && load->buffer->data.get() == data) ++loads;
  });
  return loads;
}

class ResidencyFinder : public StmtVisitor {
 public:
  ResidencyFinder(const Stmt& root, int64_t capacity,
                  const std::function<int64_t(const For&)>& registers)
      : counts_(CountUses(root)), capacity_(capacity), reader_registers_(registers) {}
  VarSet resident;

 private:
  void VisitStmt_(const SeqStmtNode* op) final {
    for (size_t i = 0; i < op->seq.size(); ++i) {
      tl::TileOperator tile_op = tl::ParseOperator(op->seq[i]);
      if (const auto* fill = tile_op.as<tl::FillNode>()) Try(op, i, fill->dst);
    }
    StmtVisitor::VisitStmt_(op);
  }

  /*! The list from the fill at `begin` on: only gemms into the accumulator, then its reader. */
  void Try(const SeqStmtNode* op, size_t begin, const Buffer& acc) {
    const VarNode* data = acc->data.get();
    const UseCount& uses = counts_[data];
    if (uses.reads != 1 || uses.writes != 1) return;
    bool accumulated = false;
    for (size_t i = begin + 1; i < op->seq.size(); ++i) {
      const Stmt& stmt = op->seq[i];
      if (IsLeaf(stmt) && Reads(stmt, data)) {
        if (accumulated && Fits(acc, stmt)) resident.insert(data);
        return;
      }
      Effects effects = EffectsOn(stmt, data);
      if (effects.other_compute || !effects.only_plain_mma) return;
      accumulated |= effects.touches;
    }
  }

  static bool Reads(const Stmt& leaf, const VarNode* data) {
    for (const BlockAccess& access : LeafAccesses(leaf)) {
      if (access.data == data && access.kind == AccessKind::Read) return true;
    }
    return false;
  }

  bool Fits(const Buffer& acc, const Stmt& reader) {
    const int64_t tiles = TilesOf(acc, reader->span).Count();
    if (tiles > capacity_) return false;
    if (const auto* nest = reader.as<ForNode>()) {
      return CountLoads(reader, acc->data.get()) == 1 &&
             tiles + reader_registers_(ffi::GetRef<For>(nest)) <= capacity_;
    }
    tl::TileOperator tile_op = tl::ParseOperator(reader);
    return tile_op.as<tl::CopyNode>() != nullptr || IsBlockWrite(AsIntrinsic(reader));
  }

  UseCounts counts_;
  int64_t capacity_;
  const std::function<int64_t(const For&)>& reader_registers_;
};

}  // namespace

VarSet FindAccumulators(const Stmt& body) {
  AccumulatorFinder finder;
  finder(body);
  return finder.found;
}

VarSet FindResidentAccumulators(const Stmt& body, int64_t dst_capacity,
                                const std::function<int64_t(const For&)>& reader_registers) {
  ResidencyFinder finder(body, dst_capacity, reader_registers);
  finder(body);
  return finder.resident;
}

}  // namespace tvm::tt
