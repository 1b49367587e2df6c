/*! How a tensor's layout divides it into pages. */
#pragma once

#include "ir/attrs.h"

namespace tvm::tt {

/*! Pages along a dimension of a tensor. */
PrimExpr PagesAlong(const LayoutDesc& layout, size_t dim);
/*! Bytes of a page of a tensor. */
int64_t PageSizeOf(const LayoutDesc& layout);
/*! The accessor of a tensor: pages that one step along each dimension is, page size and number; no arguments yet. */
TensorAccessor AccessorOf(const ffi::String& name, const LayoutDesc& layout);

}  // namespace tvm::tt
