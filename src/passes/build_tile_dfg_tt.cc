/*!
 * BuildTileDFGTT: staged -> staged.
 *
 * Derives the tile dataflow graph, checks that every circular buffer has one producer role and one
 * consumer role, and completes the descriptors: roles, depth (one block for buffers within compute,
 * two if updated in place), straight-to-DST unpacking of float32, and hardware ids. Ids are given by
 * colouring the interference graph: buffers within compute whose live ranges do not overlap and whose
 * geometry is the same share one; inputs come first, then outputs, then the rest. Checks the number
 * of circular buffers and their bytes against the machine. Runs last before the split, where all
 * moves and all compute are still in one function.
 *
 *   before   {"tt.cb_desc": {"A_s": T.tt.CBDesc(..., producer="", consumer="", id=-1), ...}}
 *   after    {"tt.cb_desc": {"A_s": T.tt.CBDesc(..., producer="reader", consumer="compute", id=0)...},
 *             "tt.tile_dfg": T.tt.TileDFG(nodes=["reader: tt.read_to_cb", ...], edges=[...])}
 */
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>

#include "analysis/tile_dataflow.h"
#include "ir/attrs.h"
#include "ir/errors.h"
#include "ir/tiles.h"
#include "passes/pass_runner.h"
#include "target/target_options.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! The one role of all nodes at an end of a buffer; a user error if there is none or several. */
Role OneRole(const TileDataflow& graph, const DataflowEdge& edge, const std::vector<int>& ends,
             const char* verb) {
  if (ends.empty()) {
    const std::vector<int>& others = edge.producers.empty() ? edge.consumers : edge.producers;
    TT_USER_ERROR(others.empty() ? edge.buffer->span : graph.nodes[others[0]].span)
        << "Buffer '" << edge.buffer->name << "' is never " << verb
        << ". Remove it, or use its value.";
  }
  Role role = graph.nodes[ends[0]].role;
  for (int end : ends) {
    if (graph.nodes[end].role == role) continue;
    TT_USER_ERROR(graph.nodes[end].span)
        << "Buffer '" << edge.buffer->name << "' is " << verb << " both by the " << ToString(role)
        << " and by the " << ToString(graph.nodes[end].role)
        << " kernel. Supported: one kernel at each end; copy the block into a second buffer.";
  }
  return role;
}

CBDesc Complete(const TileDataflow& graph, const DataflowEdge& edge, CBDesc desc, bool fp32_dest) {
  Role producer = OneRole(graph, edge, edge.producers, "filled");
  Role consumer = OneRole(graph, edge, edge.consumers, "used");
  CBDescNode* node = desc.CopyOnWrite();
  node->producer = ToString(producer);
  node->consumer = ToString(consumer);
  if (producer == kCompute && consumer == kCompute) node->depth = edge.updated_in_place ? 2 : 1;
  // A block format fits a source register whole.
  const bool wide = edge.buffer->dtype.bits() == 32 && !IsBlockFormat(desc->data_format);
  if (wide && fp32_dest && edge.to_dest) {
    TVM_FFI_ICHECK(!edge.to_source) << "LowerSharedToCB separates the uses of " << desc->name;
    node->unpack_to_dest = true;
  }
  return desc;
}

bool WithinCompute(const CBDesc& desc) {
  return desc->producer == ToString(kCompute) && desc->consumer == ToString(kCompute);
}

bool SameGeometry(const CBDesc& a, const CBDesc& b) {
  return a->rows == b->rows && a->cols == b->cols && a->depth == b->depth &&
         a->page_size == b->page_size && a->data_format == b->data_format &&
         a->unpack_to_dest == b->unpack_to_dest;
}

/*! Whether two buffers are never alive at once: all accesses in one list, one after the other. */
bool Disjoint(const DataflowEdge& a, const DataflowEdge& b) {
  return a.list >= 0 && a.list == b.list && (a.last < b.first || b.last < a.first);
}

/*! Greedy colouring: which earlier buffer each buffer shares, or itself. */
std::vector<size_t> Colour(const TileDataflow& graph, const CBDescMap& descs) {
  std::vector<size_t> colour(graph.edges.size());
  for (size_t i = 0; i < graph.edges.size(); ++i) {
    colour[i] = i;
    CBDesc desc = descs.at(graph.edges[i].buffer->name);
    for (size_t c = 0; WithinCompute(desc) && c < i && colour[i] == i; ++c) {
      CBDesc other = descs.at(graph.edges[c].buffer->name);
      bool free = colour[c] == c && WithinCompute(other) && SameGeometry(desc, other);
      for (size_t j = 0; free && j < i; ++j) {
        if (colour[j] == c) free = Disjoint(graph.edges[i], graph.edges[j]);
      }
      if (free) colour[i] = c;
    }
  }
  return colour;
}

/*! Puts shared buffers in the place of those that share them. */
class BufferMerger : public StmtExprMutator {
 public:
  std::unordered_map<const VarNode*, Var> replacement;

 private:
  Stmt VisitStmt_(const AllocBufferNode* op) final {
    if (replacement.count(op->buffer->data.get())) return Evaluate(0);
    return ffi::GetRef<Stmt>(op);
  }
  Stmt VisitStmt_(const SeqStmtNode* op) final {
    return SeqStmt::Flatten(StmtExprMutator::VisitStmt_(op));  // without what is gone
  }
  PrimExpr VisitExpr_(const VarNode* op) final {
    auto it = replacement.find(op);
    return it == replacement.end() ? ffi::GetRef<Var>(op) : it->second;
  }
};

/*! Ids in the order inputs, outputs, the rest. */
void Number(const TileDataflow& graph, const std::vector<size_t>& colour, CBDescMap* descs) {
  int64_t next = 0;
  for (int kind = 0; kind < 3; ++kind) {
    for (size_t i = 0; i < graph.edges.size(); ++i) {
      const ffi::String name = graph.edges[i].buffer->name;
      if (colour[i] != i) continue;
      CBDesc desc = descs->at(name);
      const bool within = desc->producer == desc->consumer;
      int is = within                                 ? 2
               : desc->producer != ToString(kCompute) ? 0
               : desc->consumer == ToString(kWriter)  ? 1
                                                      : 2;
      if (is != kind) continue;
      desc.CopyOnWrite()->id = next++;
      descs->Set(name, desc);
    }
  }
}

void CheckCapacity(const CBDescMap& descs, const TargetOptions& options, const Span& span) {
  const tt_target::HardwareModel& hardware = options.Hardware();
  if (descs.size() > hardware.num_circular_buffers) {
    TT_USER_ERROR(span) << "The kernel needs " << descs.size() << " circular buffers; "
                        << options.arch << " has " << hardware.num_circular_buffers
                        << ". Use fewer block buffers, or split the kernel.";
  }
  int64_t total = 0;
  std::ostringstream list;
  for (const auto& [name, desc] : descs) {
    total += desc->TotalSize();
    list << "\n  " << name << ": " << desc->rows << "x" << desc->cols << " tiles x " << desc->depth
         << " blocks x " << desc->page_size << " B = " << desc->TotalSize() << " B";
  }
  const int64_t available = hardware.l1_bytes - hardware.l1_usable_base;
  if (total > available) {
    TT_USER_ERROR(span) << "The circular buffers need " << total << " B of L1; " << options.arch
                        << " has " << available
                        << " B for them. Use smaller blocks or fewer pipeline stages:"
                        << list.str();
  }
}

TileDFG Summary(const TileDataflow& graph) {
  ffi::Array<ffi::String> nodes, edges;
  for (const DataflowNode& node : graph.nodes) {
    nodes.push_back(std::string(ToString(node.role)) + ": " + node.label);
  }
  for (const DataflowEdge& edge : graph.edges) {
    std::ostringstream text;
    text << edge.buffer->name << ":";
    for (int node : edge.producers) text << " " << node;
    text << " ->";
    for (int node : edge.consumers) text << " " << node;
    edges.push_back(text.str());
  }
  return TileDFG(nodes, edges);
}

PrimFunc Rewrite(PrimFunc func) {
  TargetOptions options = TargetOptions::FromFunction(func);
  auto config = func->GetAttr<ComputeConfig>(Key(Attr::ComputeConfig)).value();
  auto described = func->GetAttr<CBDescMap>(Key(Attr::CBDesc)).value();
  TileDataflow graph = AnalyzeDataflow(func->body, described);
  CBDescMap descs;
  for (const DataflowEdge& edge : graph.edges) {
    descs.Set(edge.buffer->name,
              Complete(graph, edge, described.at(edge.buffer->name), config->fp32_dest_acc_en));
  }
  std::vector<size_t> colour = Colour(graph, descs);
  Number(graph, colour, &descs);
  BufferMerger merger;
  for (size_t i = 0; i < colour.size(); ++i) {
    if (colour[i] == i) continue;
    merger.replacement[graph.edges[i].buffer->data.get()] = graph.edges[colour[i]].buffer->data;
    descs.erase(graph.edges[i].buffer->name);
  }
  CheckCapacity(descs, options, func->span);
  TileDFG summary = Summary(graph);
  func.CopyOnWrite()->body = merger(func->body);
  return WithAttrs(std::move(func), {{Key(Attr::CBDesc), descs}, {Key(Attr::TileDFG), summary}});
}

}  // namespace

namespace transform {
Pass BuildTileDFGTT() { return FunctionPass("BuildTileDFGTT", Rewrite); }
}  // namespace transform

}  // namespace tvm::tt
