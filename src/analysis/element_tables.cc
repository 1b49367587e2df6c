/*! Recognition of blocks that are tables. */
#include "analysis/element_tables.h"

#include <tvm/tirx/stmt_functor.h>

#include <unordered_set>

#include "ir/tiles.h"
#include "op/builtin.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Finds the blocks that a tensor fills once and that are read by single elements only. */
class TableFinder : public StmtExprVisitor {
 public:
  /*! The tensor's slice that fills each of them. */
  ElementTables Tables() {
    ElementTables tables;
    for (const auto& [block, copy] : copies_) {
      if (scalars_.count(block) && !others_.count(block)) tables.emplace(block, copy);
    }
    return tables;
  }

 private:
  void VisitStmt_(const ForNode* op) final {
    const bool outer = in_nest_;
    in_nest_ |= op->kind == ForKind::kParallel;
    StmtExprVisitor::VisitStmt_(op);
    in_nest_ = outer;
  }
  void VisitStmt_(const EvaluateNode* op) final {
    tl::TileOperator tile_op = tl::ParseOperator(ffi::GetRef<Stmt>(op));
    if (const auto* copy = tile_op.as<tl::CopyNode>()) {
      const VarNode* block = copy->dst->data.get();
      if (IsGlobal(copy->src) && IsBlockBuffer(copy->dst) && copy->dst->shape.size() == 1 &&
          copies_.emplace(block, ffi::GetRef<tl::Copy>(copy)).second) {
        return;
      }
    }
    StmtExprVisitor::VisitStmt_(op);
  }
  void VisitExpr_(const CallNode* op) final {
    if (op->op.same_as(tl::region())) {
      others_.insert(op->args[0].as<BufferLoadNode>()->buffer->data.get());
    }
    StmtExprVisitor::VisitExpr_(op);
  }
  void VisitExpr_(const BufferLoadNode* op) final {
    (in_nest_ ? others_ : scalars_).insert(op->buffer->data.get());
    StmtExprVisitor::VisitExpr_(op);
  }
  void VisitStmt_(const BufferStoreNode* op) final {
    others_.insert(op->buffer->data.get());
    StmtExprVisitor::VisitStmt_(op);
  }

  bool in_nest_ = false;
  ElementTables copies_;
  std::unordered_set<const VarNode*> scalars_, others_;
};

}  // namespace

ElementTables FindElementTables(const Stmt& body) {
  TableFinder finder;
  finder(body);
  return finder.Tables();
}

}  // namespace tvm::tt
