/*! Order of reads and writes of tensors, on the function after LowerTensorCopies. */
#include "analysis/tensor_hazards.h"

#include <tvm/arith/analyzer.h>
#include <tvm/arith/pattern.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <vector>

#include "ir/errors.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! One abstract move from or to a tensor. */
struct Move {
  BufferLoad start;
  std::vector<PrimExpr> extents; /*!< of the last dimensions */
  std::vector<Stmt> loops;
  const VarNode* cb;
  bool unfolds; /*!< an image */
  Span span;
};

class HazardFinder : public StmtVisitor {
 public:
  BufferSet found;

 private:
  void VisitStmt_(const ForNode* op) final { InLoop(op); }
  void VisitStmt_(const WhileNode* op) final { InLoop(op); }
  template <typename Loop>
  void InLoop(const Loop* op) {
    loops_.push_back(ffi::GetRef<Stmt>(op));
    StmtVisitor::VisitStmt_(op);
    loops_.pop_back();
  }
  void VisitStmt_(const EvaluateNode* op) final {
    IntrinsicCall call = AsIntrinsic(ffi::GetRef<Stmt>(op));
    if (!call) return;
    const bool whole = call.Is(Intrinsic::ReadIm2Col);
    const bool read = IsBlockRead(call);
    if (!read && !IsBlockWrite(call)) return;
    const auto& args = call.call->args;
    const bool tiles = call.Is(Intrinsic::ReadToCB) || call.Is(Intrinsic::WriteFromCB);
    const int extents = tiles ? 2 : 3;
    Move move{Downcast<BufferLoad>(args[read ? 0 : 1]),
              {args.begin() + extents, args.end()},
              loops_,
              args[read ? 1 : 0].as<VarNode>(),
              whole,
              op->span};
    if (whole) move.extents = {move.start->buffer->shape.begin(), move.start->buffer->shape.end()};
    if (read) {
      for (const Move& write : writes_) {
        if (write.start->buffer.same_as(move.start->buffer)) Find(move);
      }
      reads_.push_back(std::move(move));
    } else {
      for (const Move& earlier : reads_) {
        if (earlier.start->buffer.same_as(move.start->buffer)) CheckSteps(earlier, move);
      }
      writes_.push_back(std::move(move));
    }
  }

  /*! Whether a step of a loop around both moves may read what an earlier step wrote. */
  void CheckSteps(const Move& read, const Move& write) {
    for (size_t i = 0; i < read.loops.size() && i < write.loops.size(); ++i) {
      if (!read.loops[i].same_as(write.loops[i])) return;
      const auto* loop = read.loops[i].as<ForNode>();
      if (!loop || !SameSlice(read, write) || !StepsAreDisjoint(write, loop->loop_var)) Find(read);
    }
  }

  static bool SameSlice(const Move& a, const Move& b) {
    arith::Analyzer analyzer;
    if (a.extents.size() != b.extents.size()) return false;
    for (size_t i = 0; i < a.extents.size(); ++i) {
      if (!analyzer.CanProveEqual(a.extents[i], b.extents[i])) return false;
    }
    for (size_t i = 0; i < a.start->indices.size(); ++i) {
      if (!analyzer.CanProveEqual(a.start->indices[i], b.start->indices[i])) return false;
    }
    return true;
  }

  /*! Whether a step of the loop moves the slice by its whole extent in some dimension. */
  static bool StepsAreDisjoint(const Move& move, const Var& var) {
    const size_t rank = move.start->indices.size();
    for (size_t i = 0; i < rank; ++i) {
      auto linear = arith::DetectLinearEquation(move.start->indices[i], {var});
      if (linear.size() != 2) continue;
      const size_t behind = rank - i;
      const int64_t* step = as_const_int(linear[0]);
      const int64_t* extent = behind <= move.extents.size()
                                  ? as_const_int(move.extents[move.extents.size() - behind])
                                  : nullptr;
      if (step && std::abs(*step) >= (extent ? *extent : 1)) return true;
    }
    return false;
  }

  void Find(const Move& read) {
    if (!read.unfolds) {
      found.insert(read.cb);
      return;
    }
    TT_USER_ERROR(read.span)
        << "T.im2col reads tensor '" << read.start->buffer->name
        << "' after the kernel wrote it. Supported: images that the kernel does "
           "not write; write to another tensor.";
  }

  std::vector<Stmt> loops_;
  std::vector<Move> reads_, writes_;
};

}  // namespace

BufferSet FindReadsAfterWrites(const Stmt& body) {
  HazardFinder finder;
  finder(body);
  return std::move(finder.found);
}

std::set<const BufferNode*> WrittenTensors(const Stmt& region) {
  std::set<const BufferNode*> tensors;
  PostOrderVisit(region, [&](const ffi::ObjectRef& node) {
    const auto* evaluate = node.as<EvaluateNode>();
    if (evaluate == nullptr) return;
    IntrinsicCall call = AsIntrinsic(ffi::GetRef<Stmt>(evaluate));
    if (IsBlockWrite(call)) tensors.insert(call.call->args[1].as<BufferLoadNode>()->buffer.get());
  });
  return tensors;
}

}  // namespace tvm::tt
