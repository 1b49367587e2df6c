/*! Lives of accumulators, on the function inside LowerSharedToCB. */
#include "analysis/accumulator_lives.h"

#include <tvm/tirx/stmt_functor.h>

#include <vector>

#include "analysis/block_access.h"
#include "ir/kernel_body.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! What a statement does to one accumulator, with all below it. */
struct Touches {
  bool use = false, accumulate = false, define = false;
};

class TouchCollector : public StmtVisitor {
 public:
  explicit TouchCollector(const VarNode* acc) : acc_(acc) {}
  Touches touches;

 private:
  void VisitStmt(const Stmt& stmt) final {
    if (!IsLeaf(stmt)) return StmtVisitor::VisitStmt(stmt);
    for (const BlockAccess& access : LeafAccesses(stmt)) {
      if (access.data != acc_) continue;
      touches.use |= access.kind == AccessKind::Read;
      touches.accumulate |= access.kind == AccessKind::Accumulate;
      touches.define |= access.kind == AccessKind::Write;
    }
  }
  const VarNode* acc_;
};

Touches TouchesOf(const Stmt& stmt, const VarNode* acc) {
  TouchCollector collector(acc);
  collector(stmt);
  return collector.touches;
}

bool InPlace(const Stmt& list, const VarNode* acc) {
  bool open = false;
  for (const Stmt& stmt : AsList(list)) {
    Touches touches = TouchesOf(stmt, acc);
    if (IsLeaf(stmt)) {
      if (touches.define) open = !touches.use;
      if (touches.accumulate && !open) return false;
    } else if (touches.accumulate && touches.define) {
      for (const Stmt& below : ListsBelow(stmt)) {
        if (!InPlace(below, acc)) return false;
      }
    } else if (touches.accumulate && (!open || touches.use)) {
      return false;
    }
    if (touches.use) open = false;
  }
  return true;
}

}  // namespace

VarSet FindInPlaceAccumulators(const Stmt& body) {
  VarSet found;
  for (const VarNode* acc : FindAccumulators(body)) {
    if (InPlace(body, acc)) found.insert(acc);
  }
  return found;
}

}  // namespace tvm::tt
