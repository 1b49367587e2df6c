/*! First step of PropagateTTLayout: every block buffer gets a name of its own. */
#include "passes/unique_block_names.h"

#include <set>
#include <string>

#include "ir/buffer_rewriter.h"

namespace tvm::tt {

using namespace tirx;

namespace {

class NameGiver : public BufferRewriter {
 private:
  Buffer Allocated(const Buffer& buffer) final {
    const std::string base = buffer->name.empty() ? "block" : std::string(buffer->name);
    std::string name = base;
    for (int i = 1; !taken_.insert(name).second; ++i) name = base + "_" + std::to_string(i);
    if (name == buffer->name) return buffer;
    auto node = ffi::make_object<BufferNode>(*buffer.get());
    node->name = name;
    return Buffer(node);
  }

  std::set<std::string> taken_;
};

}  // namespace

Stmt UniqueBlockNames(const Stmt& body) { return NameGiver()(body); }

}  // namespace tvm::tt
