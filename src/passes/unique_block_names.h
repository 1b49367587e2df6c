/*! Names of block buffers, made unique before anything is keyed by them. */
#pragma once

#include <tvm/tirx/stmt.h>

namespace tvm::tt {

/*!
 * Gives every block buffer a name of its own: buffers from a list or a macro come without one, or with
 * the same one. A buffer without a name becomes `block`; the second of a name gets a number.
 */
tirx::Stmt UniqueBlockNames(const tirx::Stmt& body);

}  // namespace tvm::tt
