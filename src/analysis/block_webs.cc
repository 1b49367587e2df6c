/*! Reaching definitions of block buffers, on the function before LowerSharedToCB. */
#include "analysis/block_webs.h"

#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <set>

#include "analysis/block_access.h"
#include "ir/errors.h"

namespace tvm::tt {

using namespace tirx;

namespace {

constexpr int kUndefined = -1;

class WebFinder : public StmtVisitor {
 public:
  explicit WebFinder(const std::unordered_map<const VarNode*, Buffer>& blocks) : blocks_(blocks) {}

  BlockWebs Finish() {
    BlockWebs result;
    std::map<int, size_t> web_of_root;
    for (size_t def = 0; def < defs_.size(); ++def) {
      auto [it, fresh] = web_of_root.emplace(Root(def), result.webs.size());
      if (fresh) result.webs.push_back({blocks_.at(defs_[def].data)});
      BlockWeb& web = result.webs[it->second];
      (defs_[def].from_tensor ? web.from_tensor : web.computed) = true;
    }
    for (const auto& [access, def] : written_) result.written[access] = web_of_root.at(Root(def));
    for (const auto& [access, def] : read_) result.read[access] = web_of_root.at(Root(def));
    return result;
  }

 private:
  struct Definition {
    const VarNode* data;
    bool from_tensor;
  };
  /*! Definitions that reach a point, per buffer; kUndefined where a path has none. */
  using State = std::map<const VarNode*, std::set<int>>;

  void VisitStmt(const Stmt& stmt) final {
    if (IsLeaf(stmt)) return VisitLeaf(stmt);
    StmtVisitor::VisitStmt(stmt);
  }
  void VisitStmt_(const ForNode* op) final {
    Repeat([&] { StmtVisitor::VisitStmt_(op); });
  }
  void VisitStmt_(const WhileNode* op) final {
    Repeat([&] { StmtVisitor::VisitStmt_(op); });
  }
  /*! A body that runs any number of times, also none. */
  template <typename Body>
  void Repeat(Body body) {
    while (true) {
      State head = state_;
      body();
      state_ = Join(state_, head);
      if (state_ == head) return;
    }
  }
  void VisitStmt_(const IfThenElseNode* op) final {
    State before = state_;
    VisitStmt(op->then_case);
    State after_then = std::move(state_);
    state_ = std::move(before);
    if (op->else_case) VisitStmt(op->else_case.value());
    state_ = Join(state_, after_then);
  }

  State Join(State a, const State& b) const {
    for (const auto& [data, block] : blocks_) {
      std::set<int>& joined = a.try_emplace(data, std::set<int>{kUndefined}).first->second;
      auto it = b.find(data);
      it == b.end() ? (void)joined.insert(kUndefined)
                    : joined.insert(it->second.begin(), it->second.end());
    }
    return a;
  }

  void VisitLeaf(const Stmt& leaf) {
    for (const BlockAccess& access : LeafAccesses(leaf)) {
      if (!blocks_.count(access.data)) continue;
      if (access.kind != AccessKind::Write) Use(leaf, access.data);
      if (access.kind == AccessKind::Read) continue;
      const int def = DefinitionAt(leaf, access.data);
      // A tile operator names its target once, for what it reads and what it writes.
      auto read = read_.find({leaf.get(), access.data});
      if (read != read_.end() && leaf->IsInstance<EvaluateNode>()) Unite(def, read->second);
      state_[access.data] = {def};
    }
  }

  void Use(const Stmt& leaf, const VarNode* data) {
    auto it = state_.find(data);
    if (it == state_.end() || it->second == std::set<int>{kUndefined}) {
      TT_USER_ERROR(leaf->span)
          << "Buffer '" << blocks_.at(data)->name
          << "' is used before it has a value. Fill it first by T.clear, T.fill, "
             "T.copy or a T.Parallel store.";
    }
    if (it->second.count(kUndefined)) {
      TT_USER_ERROR(leaf->span) << "Buffer '" << blocks_.at(data)->name
                                << "' gets its value inside a loop or branch and is used after it. "
                                   "Supported: use it inside, or accumulate into a buffer that is "
                                   "cleared before the loop.";
    }
    const int first = *it->second.begin();
    for (int def : it->second) Unite(first, def);
    read_[{leaf.get(), data}] = first;
  }

  int DefinitionAt(const Stmt& leaf, const VarNode* data) {
    auto [it, fresh] = written_.emplace(BlockWebs::Access{leaf.get(), data}, defs_.size());
    if (fresh) {
      defs_.push_back({data, CopiesFromTensor(leaf)});
      parent_.push_back(it->second);
    }
    return it->second;
  }

  int Root(int def) { return parent_[def] == def ? def : parent_[def] = Root(parent_[def]); }
  void Unite(int a, int b) { parent_[std::max(Root(a), Root(b))] = std::min(Root(a), Root(b)); }

  const std::unordered_map<const VarNode*, Buffer>& blocks_;
  State state_;
  std::vector<Definition> defs_;
  std::vector<int> parent_;
  std::map<BlockWebs::Access, int> read_, written_;
};

}  // namespace

BlockWebs FindBlockWebs(const Stmt& body,
                        const std::unordered_map<const VarNode*, Buffer>& blocks) {
  WebFinder finder(blocks);
  finder(body);
  return finder.Finish();
}

}  // namespace tvm::tt
