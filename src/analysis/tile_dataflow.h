/*! The tile dataflow graph of a staged kernel: who fills and who drains each circular buffer. */
#pragma once

#include <tvm/tirx/function.h>

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ir/attrs.h"
#include "schema/schema.h"

namespace tvm::tt {

/*! One leaf statement as a node of the graph. */
struct DataflowNode {
  Role role;
  std::string label;
  Span span;
};

/*! One circular buffer as an edge: the nodes that define, use, and update it in place. */
struct DataflowEdge {
  tirx::Buffer buffer;
  std::vector<int> producers;
  std::vector<int> consumers;
  bool updated_in_place = false;
  /*! Some consumer takes it through a source register, some copies it to DST. */
  bool to_source = false, to_dest = false;
  /*! Statement list of all accesses and first and last position in it; list -1 if several. */
  int list = -1, first = 0, last = 0;
};

struct TileDataflow {
  std::vector<DataflowNode> nodes;
  std::vector<DataflowEdge> edges; /*!< in order of allocation */
};

/*! Circular buffers, by data variable. */
using BufferSet = std::unordered_set<const tirx::VarNode*>;

/*! The allocated buffers that a pass has given to the writer to fill; the reader fills all others. */
BufferSet FilledByWriter(const tirx::Stmt& body, const CBDescMap& descs);

/*! Derives the graph. */
TileDataflow AnalyzeDataflow(const tirx::Stmt& body, const CBDescMap& descs);

/*! The role that a staged leaf statement belongs to. */
Role RoleOfLeaf(const tirx::Stmt& leaf, const BufferSet& filled_by_writer);

}  // namespace tvm::tt
