/*! Tensors that a kernel reads after it wrote them. */
#pragma once

#include <tvm/tirx/stmt.h>

namespace tvm::tt {

/*!
 * Throws a user error for a tensor that a work item reads after it wrote it, on abstract moves. The
 * reader runs ahead of the writer, so such a read could see old data. In a loop that reads and
 * writes a tensor, each step has to keep to a slice of its own.
 */
void CheckReadsBeforeWrites(const tirx::Stmt& body);

}  // namespace tvm::tt
