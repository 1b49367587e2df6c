/*! Pages of tensors. */
#include "ir/accessors.h"

#include <string>
#include <vector>

#include "ir/loops.h"
#include "ir/tiles.h"

namespace tvm::tt {

PrimExpr PagesAlong(const LayoutDesc& layout, size_t dim) {
  const size_t rank = layout->shape.size();
  const PrimExpr extent = ExprOf(layout->shape[dim]);
  const int64_t page = dim + 2 >= rank ? layout->tile_shape[dim + 2 - rank] : 1;
  return page == 1 ? extent : floordiv(extent + Imm(page - 1), Imm(page));
}

int64_t PageSizeOf(const LayoutDesc& layout) {
  const int64_t elements = layout->tile_shape[0] * layout->tile_shape[1];
  return PageBytes(std::string(layout->data_format), elements);
}

TensorAccessor AccessorOf(const ffi::String& name, const LayoutDesc& layout) {
  const size_t rank = layout->shape.size();
  std::vector<Extent> strides(rank, int64_t{1});
  PrimExpr pages = Imm(1);
  for (size_t i = rank; i-- > 0;) {
    strides[i] = ExtentOf(pages);
    pages = pages * PagesAlong(layout, i);
  }
  return TensorAccessor(name, layout->memory, ffi::Array<Extent>(strides.begin(), strides.end()),
                        PageSizeOf(layout), ExtentOf(pages), -1, -1);
}

}  // namespace tvm::tt
