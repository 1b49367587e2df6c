/*! Step of PropagateTTLayout: block buffers of one dimension get a direction. */
#pragma once

#include <tvm/tirx/stmt.h>

namespace tvm::tt {

/*!
 * Replaces each block buffer of one dimension by one of two: (n, 1) where it runs down the rows of
 * blocks, (1, n) where it runs along their columns; copies between a tensor and a (n, 1) buffer go
 * through a (1, n) one. Throws a user error for a buffer that is used both ways.
 */
tirx::Stmt OrientVectors(const tirx::Stmt& body);

}  // namespace tvm::tt
