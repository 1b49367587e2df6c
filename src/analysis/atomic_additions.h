/*! Atomic additions of a kernel to tensors: their slices, and which grid axes tell the slices apart. */
#pragma once

#include <tvm/arith/analyzer.h>
#include <tvm/tirx/buffer.h>
#include <tvm/tirx/stmt_functor.h>

#include <unordered_set>
#include <vector>

namespace tvm::tt {

/*! One atomic addition: the slice it adds to. */
struct Addition {
  tirx::Buffer tensor;
  ffi::Array<PrimExpr> starts, extents;
  Span span;
};

/*! Visits atomic additions, with the nest of T.Parallel that they stand in. */
class AdditionVisitor : public tirx::StmtMutator {
 protected:
  /*! T.atomic_add of a whole block. */
  virtual tirx::Stmt AddBlockTo(const Addition& addition, const tirx::Buffer& source) = 0;
  /*! T.atomic_add(tensor[start + loop, ...], value) inside of T.Parallel. */
  virtual tirx::Stmt AddElementTo(const Addition& addition, const ffi::Array<PrimExpr>& loops,
                                  const PrimExpr& value) = 0;
  /*! Visits a nest of T.Parallel. */
  virtual tirx::Stmt VisitNest(const tirx::ForNode* op) { return StmtMutator::VisitStmt_(op); }
  /*! A statement that is no atomic addition. */
  virtual tirx::Stmt Other(const tirx::EvaluateNode* op) { return ffi::GetRef<tirx::Stmt>(op); }

  using StmtMutator::VisitStmt_;
  tirx::Stmt VisitStmt_(const tirx::ForNode* op) override;
  tirx::Stmt VisitStmt_(const tirx::BindNode* op) override;
  tirx::Stmt VisitStmt_(const tirx::EvaluateNode* op) override;

 private:
  tirx::Stmt Element(const tirx::CallNode* call, const Span& span);

  arith::Analyzer analyzer_;
  std::vector<const tirx::ForNode*> loops_;
  ffi::Map<tirx::Var, PrimExpr> lets_; /*!< of the nest */
};

/*! An axis of the grid. */
struct AdditionAxis {
  tirx::Var var;
  int64_t extent; /*!< 0 if a launch says it */
};

/*! What a kernel adds to, and which axes of its grid tell the slices apart. */
class AdditionFinder : public AdditionVisitor {
 public:
  explicit AdditionFinder(const tirx::Stmt& body) { VisitStmt(body); }
  /*! Their starts are computed from axes, loops, and values at run time. */
  std::vector<Addition> additions;
  /*! Outermost first. */
  std::vector<AdditionAxis> axes;
  /*! Whether the kernel writes to tensors otherwise, too. */
  bool writes_otherwise = false;
  /*! Whether a work item adds to each tensor once, whatever happens. */
  bool add_once = true;

  /*! Whether work items that differ in an axis add to slices that do not overlap. */
  bool TellsApart(const tirx::Var& axis);
  /*! Whether every sum can stay on the core: its slice is the same in all steps that add to it. */
  bool StayInPlace();

 private:
  bool IsOneSlice(const Addition& addition) const;
  bool Moves(const tirx::Var& var) const;
  void Note(Addition addition);
  void NoteLoads(const PrimExpr& expr);
  bool Separates(const tirx::Var& axis, int64_t extent, const Addition& addition);
  bool SeparatesByParts(const tirx::Var& axis, int64_t extent, const Addition& addition);

  using AdditionVisitor::VisitStmt_;
  tirx::Stmt VisitStmt_(const tirx::ForNode* op) final;
  tirx::Stmt VisitStmt_(const tirx::BindNode* op) final;
  tirx::Stmt VisitStmt_(const tirx::BufferStoreNode* op) final;
  tirx::Stmt VisitStmt_(const tirx::IfThenElseNode* op) final;
  tirx::Stmt VisitStmt_(const tirx::WhileNode* op) final;
  tirx::Stmt AddBlockTo(const Addition& addition, const tirx::Buffer& source) final;
  tirx::Stmt AddElementTo(const Addition& addition, const ffi::Array<PrimExpr>& loops,
                          const PrimExpr& value) final;
  tirx::Stmt Other(const tirx::EvaluateNode* op) final;

  int control_ = 0;              /*!< loops and branches around, those of the nest left out */
  std::vector<tirx::Var> inner_; /*!< loops, and lets that are known at run time only */
  ffi::Map<tirx::Var, PrimExpr> values_;
  std::unordered_set<const tirx::BufferNode*> elsewhere_; /*!< used otherwise, too */
  arith::Analyzer analyzer_;
};

}  // namespace tvm::tt
