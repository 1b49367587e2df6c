/*!
 * Webs of block buffers: the definitions of a buffer that some use cannot tell apart.
 *
 * A buffer that is filled for one purpose and later for another has two webs, which can live in two
 * circular buffers. Definitions that meet at a use - before a loop and at its end, in both branches of
 * an if - are one web.
 */
#pragma once

#include <tvm/tirx/stmt.h>

#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tvm::tt {

/*! One web: everything that has to share a circular buffer. */
struct BlockWeb {
  tirx::Buffer block;
  bool from_tensor = false; /*!< some definition is a copy from a tensor */
  bool computed = false;    /*!< some definition is compute */
};

class BlockWebs {
 public:
  using Access = std::pair<const tirx::StmtNode*, const tirx::VarNode*>;
  /*! In order of their first definition. */
  std::vector<BlockWeb> webs;
  /*! Web of the value that a leaf reads from, and of the one it writes to a block's data. */
  std::map<Access, size_t> read, written;
};

/*!
 * Finds the webs of all block buffers of a function whose leaves are pairwise different objects.
 * Throws a user error for a use that some path reaches without a definition.
 */
BlockWebs FindBlockWebs(const tirx::Stmt& body,
                        const std::unordered_map<const tirx::VarNode*, tirx::Buffer>& blocks);

}  // namespace tvm::tt
