/*! ShareReadsTT: which buffers lines of cores fill together, in groups of how many blocks. */
#pragma once

#include <tvm/tirx/function.h>

#include <map>
#include <vector>

#include "ir/attrs.h"
#include "ir/kernel_body.h"

namespace tvm::tt {

/*! Groups that are read before their turn: one on its way to the cores, and one from DRAM. */
inline constexpr int64_t kGroupsAhead = 2;

/*! Whether the steps of a loop can be counted: from 0 by 1. */
bool Counts(const tirx::ForNode* loop);

/*! A circular buffer that a line of cores fills together. */
struct SharedBuffer {
  tirx::Buffer cb, ahead;
  int64_t line;
  int64_t cores;
  int64_t blocks;     /*!< of a group */
  tirx::Var position; /*!< of this core in the line */
  tirx::Buffer ready, arrived;
};

/*! The buffers that are shared, and what is there for them beside the kernel's own. */
struct SharingPlan {
  CBDescMap descs;                                      /*!< of all circular buffers */
  std::map<const tirx::VarNode*, SharedBuffer> buffers; /*!< by circular buffer */
  std::vector<tirx::Stmt> allocations, positions;
  ffi::Array<SemaphoreDesc> semaphores;
  tirx::Buffer arrival;

  /*! The shared buffer that a statement reads into, or null. */
  const SharedBuffer* Find(const tirx::Stmt& stmt) const;
};

/*! The plan of a kernel that does so many rounds on each core; `descs` alone where nothing is shared. */
SharingPlan PlanSharing(const tirx::PrimFunc& func, const KernelBody& kernel, int64_t rounds);

}  // namespace tvm::tt
