/*!
 * The body of a kernel function after the split: allocations, what runs once per core before the
 * work items, the region of the work items, and what runs once after it.
 */
#pragma once

#include <tvm/tirx/function.h>
#include <tvm/tirx/stmt.h>

#include <string>
#include <unordered_map>
#include <vector>

#include "ir/attrs.h"

namespace tvm::tt {

struct KernelBody {
  std::vector<tirx::Stmt> allocations; /*!< circular buffers and DST tiles */
  std::vector<tirx::Stmt> prologue;
  tirx::Var work;      /*!< index of the work item; undefined if nothing uses it */
  PrimExpr work_items; /*!< number of work items of the kernel */
  tirx::Stmt region;   /*!< one work item; undefined if the role has nothing to do */
  std::vector<tirx::Stmt> epilogue;

  static KernelBody From(const tirx::Stmt& body);
  tirx::Stmt ToStmt() const;

  /*! Allocated buffers by data variable. */
  std::unordered_map<const tirx::VarNode*, tirx::Buffer> Buffers() const;
  /*! A named constant of the prologue, or one made of sizes: the one of that name, or a new one. */
  tirx::Var Constant(const std::string& name, int64_t value);
  tirx::Var Constant(const std::string& name, const PrimExpr& value);
};

/*! A semaphore of a kernel: its allocation and its description go behind those that are there. */
tirx::Buffer AddSemaphore(const std::string& name, int64_t initial_value,
                          std::vector<tirx::Stmt>* allocations,
                          ffi::Array<SemaphoreDesc>* semaphores);

/*! The variable that a work region binds to the index of the work item; undefined if it does not. */
tirx::Var WorkIndexOf(const tirx::Stmt& region);
/*! Statements of a list, a single statement as a list of one. */
std::vector<tirx::Stmt> AsList(const tirx::Stmt& stmt);
/*! The statement lists directly below a statement that is no leaf. */
std::vector<tirx::Stmt> ListsBelow(const tirx::Stmt& stmt);
/*! A list as one statement. */
tirx::Stmt AsStmt(const std::vector<tirx::Stmt>& list);

}  // namespace tvm::tt
