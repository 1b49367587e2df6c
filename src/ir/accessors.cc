/*! Pages of tensors. */
#include "ir/accessors.h"

#include <string>
#include <vector>

#include "ir/tiles.h"

namespace tvm::tt {

TensorAccessor AccessorOf(const ffi::String& name, const LayoutDesc& layout) {
  const size_t rank = layout->shape.size();
  std::vector<int64_t> strides(rank, 1);
  int64_t pages = 1;
  for (size_t i = rank; i-- > 0;) {
    strides[i] = pages;
    const int64_t extent = layout->shape[i];
    const int64_t page = i + 2 >= rank ? layout->tile_shape[i + 2 - rank] : 1;
    pages *= (extent + page - 1) / page;
  }
  const int64_t elements = layout->tile_shape[0] * layout->tile_shape[1];
  return TensorAccessor(name, layout->memory, ffi::Array<int64_t>(strides.begin(), strides.end()),
                        PageBytes(std::string(layout->data_format), elements), pages, -1, -1);
}

}  // namespace tvm::tt
