/*! First step of PropagateTTLayout: scalars that control flow and indices are made of get a let each. */
#pragma once

#include <tvm/tirx/stmt.h>

namespace tvm::tt {

/*! Puts loads of scalars outside of T.Parallel into lets, and integer variables into their own scope. */
tirx::Stmt BindScalars(const tirx::Stmt& body);

}  // namespace tvm::tt
