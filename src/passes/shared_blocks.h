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
  /*! `noc`: the one that the kernel uses. */
  BlockSharing(KernelBody* kernel, const CBDescMap& descs, tirx::PrimFunc func, int noc)
      : kernel_(kernel),
        descs_(descs),
        spread_(CoreSpread::Of(func)),
        func_(std::move(func)),
        noc_(noc),
        buffers_(kernel->Buffers()) {}

  /*! Notes a buffer that is read ahead; `zeroes` if some of its pages are zeroed. */
  void NoteAhead(const PrimExpr& ahead, bool zeroes);
  /*! The number under which pages of a buffer are read ahead, so that they are waited for alone. */
  PrimExpr Transaction(const PrimExpr& ahead);
  /*! Whether a statement is a part of sharing blocks, and what becomes of it. */
  static bool Lowers(const IntrinsicCall& call);
  tirx::Stmt Lower(const tirx::Stmt& stmt);
  /*! What stands in front of and behind the work loop, once all blocks are lowered; whether there were any. */
  bool Finish();

 private:
  tirx::Stmt Ask(const tirx::CallNode* ask, const Span& span);
  tirx::Stmt Send(const tirx::CallNode* send, const Span& span);
  tirx::Stmt AskOne(const tirx::CallNode* ask, const Span& span);
  tirx::Stmt SendToOne(const tirx::CallNode* send, const Span& span);
  /*! NoC coordinates of a core, in lets. */
  struct Place {
    tirx::Var x, y;
    std::vector<tirx::Stmt> bindings;
  };
  Place PlaceOf(const PrimExpr& core, const std::string& name) const;
  /*! Named constants: the pages and bytes of a group of blocks. */
  tirx::Var GroupPages(const CBDesc& desc, int64_t blocks);
  tirx::Var GroupBytes(const CBDesc& desc, int64_t blocks);
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
  tirx::PrimFunc func_;
  int noc_;
  std::unordered_map<const tirx::VarNode*, tirx::Buffer> buffers_;
  std::set<const tirx::VarNode*> zeroed_; /*!< read-ahead buffers with zeroed pages */
  std::vector<PrimExpr> ahead_;           /*!< read-ahead buffers */
  std::map<const tirx::VarNode*, int64_t> transactions_;
  std::map<std::string, tirx::Var> coordinates_;
  std::vector<tirx::Stmt> bindings_;
  bool counts_ = false; /*!< whether a single core is told something */
};

}  // namespace tvm::tt
