/*! Tensors that a kernel reads after it wrote them. */
#pragma once

#include <tvm/tirx/stmt.h>

#include <set>

#include "analysis/tile_dataflow.h"

namespace tvm::tt {

/*!
 * The circular buffers that are filled from a tensor which the work item has written before, or, in a loop, in
 * an earlier step, on abstract moves. The reader runs ahead of the writer, so these reads are the writer's,
 * which does one after the other.
 */
BufferSet FindReadsAfterWrites(const tirx::Stmt& body);
/*! The tensors that abstract moves write blocks to. */
std::set<const tirx::BufferNode*> WrittenTensors(const tirx::Stmt& region);

}  // namespace tvm::tt
