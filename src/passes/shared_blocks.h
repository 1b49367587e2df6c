/*! Step of LowerCBIntrinsics: blocks that a line of cores shares. */
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ir/attrs.h"
#include "ir/grid_axes.h"
#include "ir/kernel_body.h"
#include "schema/schema.h"

namespace tvm::tt {

/*! Lowers the blocks that a kernel gets from other cores or sends to them. */
class BlockSharing {
 public:
  BlockSharing(KernelBody* kernel, const CBDescMap& descs, CoreSpread spread)
      : kernel_(kernel), descs_(descs), spread_(std::move(spread)), buffers_(kernel->Buffers()) {}

  /*! Reads the next block to send, given the loops that read its pages; `zeroes` if some are zeroed. */
  std::vector<tirx::Stmt> ReadAhead(const PrimExpr& ahead, const tirx::Stmt& pages, bool zeroes);
  /*! The number under which pages of a buffer are read ahead, so that they are waited for alone. */
  PrimExpr Transaction(const PrimExpr& ahead);
  /*! Neighbouring shared blocks: all are on their way before the first is waited for. */
  std::vector<tirx::Stmt> Share(const std::vector<tirx::Stmt>& blocks);
  /*! What stands in front of and behind the work loop, once all blocks are lowered. */
  void Finish();

 private:
  std::vector<tirx::Stmt> AskFor(const tirx::CallNode* share, const Span& span);
  tirx::Stmt Send(const tirx::CallNode* share, const Span& span);
  std::vector<tirx::Stmt> Take(const tirx::CallNode* share, const Span& span);
  ffi::Array<PrimExpr> Corners(int64_t line);
  tirx::Var Position(int64_t line);
  /*! A NoC coordinate that stays the same for the core, by a name. */
  tirx::Var Coordinate(const char* name, Intrinsic of, const PrimExpr& index);
  const CBDesc DescOf(const PrimExpr& cb) const {
    return descs_.at(buffers_.at(cb.as<tirx::VarNode>())->name);
  }

  KernelBody* kernel_;
  const CBDescMap& descs_;
  CoreSpread spread_;
  std::unordered_map<const tirx::VarNode*, tirx::Buffer> buffers_;
  std::set<const tirx::VarNode*> zeroed_; /*!< read-ahead buffers with zeroed pages */
  std::vector<PrimExpr> ahead_;           /*!< read-ahead buffers */
  std::map<const tirx::VarNode*, int64_t> transactions_;
  std::map<std::string, tirx::Var> coordinates_;
  std::vector<tirx::Stmt> bindings_;
};

}  // namespace tvm::tt
