/*! Counting the uses of buffers. */
#include "analysis/use_counts.h"

#include <tvm/tirx/stmt_functor.h>

#include "analysis/block_access.h"

namespace tvm::tt {

using namespace tirx;

namespace {

class UseCounter : public StmtVisitor {
 public:
  UseCounts counts;

 private:
  void VisitStmt(const Stmt& stmt) final {
    if (!IsLeaf(stmt)) return StmtVisitor::VisitStmt(stmt);
    for (const BlockAccess& access : LeafAccesses(stmt)) {
      UseCount& count = counts[access.data];
      ++(access.kind == AccessKind::Read    ? count.reads
         : access.kind == AccessKind::Write ? count.writes
                                            : count.accumulates);
    }
  }
};

}  // namespace

UseCounts CountUses(const Stmt& body) {
  UseCounter counter;
  counter(body);
  return std::move(counter.counts);
}

}  // namespace tvm::tt
