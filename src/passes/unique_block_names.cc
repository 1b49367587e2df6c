/*! First step of PropagateTTLayout: every block buffer gets a name of its own. */
#include "passes/unique_block_names.h"

#include <tvm/tirx/stmt_functor.h>

#include <set>
#include <string>
#include <unordered_map>

namespace tvm::tt {

using namespace tirx;

namespace {

class NameGiver : public StmtExprMutator {
 private:
  Stmt VisitStmt_(const SBlockNode* op) final {
    ffi::Array<Buffer> buffers =
        op->alloc_buffers.Map([&](const Buffer& buffer) { return Named(buffer); });
    SBlock block = Downcast<SBlock>(StmtExprMutator::VisitStmt_(op));
    block.CopyOnWrite()->alloc_buffers = buffers;
    return block;
  }

  Buffer Named(const Buffer& buffer) {
    const std::string base = buffer->name.empty() ? "block" : std::string(buffer->name);
    std::string name = base;
    for (int i = 1; !taken_.insert(name).second; ++i) name = base + "_" + std::to_string(i);
    if (name == buffer->name) return buffer;
    auto node = ffi::make_object<BufferNode>(*buffer.get());
    node->name = name;
    Buffer renamed(node);
    renamed_[buffer->data.get()] = renamed;
    return renamed;
  }

  PrimExpr VisitExpr_(const BufferLoadNode* op) final {
    BufferLoad load = Downcast<BufferLoad>(StmtExprMutator::VisitExpr_(op));
    auto it = renamed_.find(op->buffer->data.get());
    return it == renamed_.end() ? load
                                : BufferLoad(it->second, load->indices, std::nullopt, load->span);
  }
  Stmt VisitStmt_(const BufferStoreNode* op) final {
    BufferStore store = Downcast<BufferStore>(StmtExprMutator::VisitStmt_(op));
    auto it = renamed_.find(op->buffer->data.get());
    if (it == renamed_.end()) return store;
    return BufferStore(it->second, store->value, store->indices, std::nullopt, store->span);
  }

  std::set<std::string> taken_;
  std::unordered_map<const VarNode*, Buffer> renamed_;
};

}  // namespace

Stmt UniqueBlockNames(const Stmt& body) { return NameGiver()(body); }

}  // namespace tvm::tt
