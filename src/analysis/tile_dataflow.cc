/*! Derivation of the tile dataflow graph. */
#include "analysis/tile_dataflow.h"

#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>

#include "analysis/block_access.h"
#include "ir/tiles.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Names the intrinsics of a leaf, for labels. */
std::string LabelOf(const Stmt& leaf) {
  std::string label;
  PostOrderVisit(leaf, [&](const ffi::ObjectRef& node) {
    const auto* call = node.as<CallNode>();
    const IntrinsicRow* row = call ? FindRow(call->op) : nullptr;
    if (row != nullptr && row->effect != Effect::Pure) {
      label += (label.empty() ? "" : "; ") + std::string(row->name);
    }
  });
  return label;
}

class GraphBuilder : public StmtVisitor {
 public:
  explicit GraphBuilder(BufferSet filled_by_writer)
      : filled_by_writer_(std::move(filled_by_writer)) {}
  TileDataflow graph;

 private:
  void VisitStmt(const Stmt& stmt) final {
    if (const auto* alloc = stmt.as<AllocBufferNode>()) {
      if (IsCB(alloc->buffer)) {
        edge_of_[alloc->buffer->data.get()] = graph.edges.size();
        graph.edges.push_back({alloc->buffer});
      }
    } else if (IsLeaf(stmt)) {
      AddLeaf(stmt);
    } else {
      StmtVisitor::VisitStmt(stmt);
    }
    ++position_;
  }
  void VisitStmt_(const ForNode* op) final {
    InList([&] { StmtVisitor::VisitStmt_(op); });
  }
  /*! The work loop: what is made in front of it stays for all items. */
  void VisitStmt_(const AttrStmtNode* op) final {
    InList([&] { StmtVisitor::VisitStmt_(op); });
  }
  void VisitStmt_(const WhileNode* op) final {
    InList([&] { StmtVisitor::VisitStmt_(op); });
  }
  void VisitStmt_(const IfThenElseNode* op) final {
    InList([&] { VisitStmt(op->then_case); });
    if (op->else_case) InList([&] { VisitStmt(op->else_case.value()); });
  }
  template <typename Body>
  void InList(Body body) {
    const int outer = list_;
    list_ = ++lists_;
    body();
    list_ = outer;
  }

  void AddLeaf(const Stmt& leaf) {
    const int node = graph.nodes.size();
    std::vector<BlockAccess> accesses = LeafAccesses(leaf);
    if (accesses.empty() && !AsIntrinsic(leaf)) return;
    graph.nodes.push_back({RoleOfLeaf(leaf, filled_by_writer_), LabelOf(leaf), leaf->span});
    for (const BlockAccess& access : accesses) {
      auto it = edge_of_.find(access.data);
      if (it == edge_of_.end()) continue;
      DataflowEdge& edge = graph.edges[it->second];
      if (access.kind == AccessKind::Write && !edge.consumers.empty() &&
          edge.consumers.back() == node) {
        edge.updated_in_place = true;
      }
      (access.kind == AccessKind::Read ? edge.consumers : edge.producers).push_back(node);
      NotePosition(&edge);
    }
    NotePaths(leaf);
  }

  void NotePosition(DataflowEdge* edge) {
    const bool fresh = edge->producers.size() + edge->consumers.size() == 1;
    if (fresh) edge->list = list_, edge->first = position_;
    if (edge->list != list_) edge->list = -1;
    edge->last = position_;
  }

  /*! How consumers take their operands into the engine. */
  void NotePaths(const Stmt& leaf) {
    PostOrderVisit(leaf, [&](const ffi::ObjectRef& node) {
      const auto* call = node.as<CallNode>();
      const IntrinsicRow* row = call ? FindRow(call->op) : nullptr;
      if (row == nullptr || row->effect != Effect::Math) return;
      if (row->id == Intrinsic::AccumulatorInit) return;
      const bool reorders = row->id == Intrinsic::Tilize || row->id == Intrinsic::Untilize;
      const size_t inputs = reorders ? 1 : row->id == Intrinsic::Mma ? 2 : call->args.size();
      for (size_t i = 0; i < inputs; ++i) {
        const auto* var = call->args[i].as<VarNode>();
        auto it = var ? edge_of_.find(var) : edge_of_.end();
        if (it == edge_of_.end()) continue;
        DataflowEdge& edge = graph.edges[it->second];
        (CopiesToDst(row->id) ? edge.to_dest : edge.to_source) = true;
      }
    });
  }

  static bool CopiesToDst(Intrinsic id) {
    return id == Intrinsic::Copy || id == Intrinsic::CopyRow || id == Intrinsic::CopyCol ||
           id == Intrinsic::CopyScalar || id == Intrinsic::Tilize || id == Intrinsic::Untilize;
  }

  const BufferSet filled_by_writer_;
  std::unordered_map<const VarNode*, size_t> edge_of_;
  int list_ = 0, lists_ = 0, position_ = 0;
};

/*! Of a leaf that either data-movement kernel may have, the circular buffer that it helps to fill. */
const VarNode* FilledBuffer(const IntrinsicCall& call) {
  const bool second = IsBlockRead(call) || call.Is(Intrinsic::SendBlocks);
  return call.call->args[second ? 1 : 0].as<VarNode>();
}

}  // namespace

BufferSet FilledByWriter(const Stmt& body, const CBDescMap& descs) {
  BufferSet buffers;
  PostOrderVisit(body, [&](const ffi::ObjectRef& node) {
    const auto* alloc = node.as<AllocBufferNode>();
    if (alloc == nullptr || !IsCB(alloc->buffer)) return;
    auto desc = descs.find(alloc->buffer->name);
    if (desc != descs.end() && (*desc).second->producer == ToString(kWriter))
      buffers.insert(alloc->buffer->data.get());
  });
  return buffers;
}

Role RoleOfLeaf(const Stmt& leaf, const BufferSet& filled_by_writer) {
  IntrinsicCall call = AsIntrinsic(leaf);
  if (!call) return kCompute;
  if (call.row->roles != (kReader | kWriter)) return static_cast<Role>(call.row->roles);
  return filled_by_writer.count(FilledBuffer(call)) ? kWriter : kReader;
}

TileDataflow AnalyzeDataflow(const Stmt& body, const CBDescMap& descs) {
  GraphBuilder builder(FilledByWriter(body, descs));
  builder(body);
  return std::move(builder.graph);
}

}  // namespace tvm::tt
