/*!
 * AttachTensorAccessorTT: placed -> placed.
 *
 * Gives every tensor an abstract accessor: how many pages (tiles or rows) one step along each dimension is,
 * the page size and the number of pages. Nothing is bound to a kernel yet: which argument carries
 * the address is known only after the split. Needs the layouts.
 *
 *   before   {"tt.layout_desc": {"A": T.tt.LayoutDesc(..., shape=[512, 256], ...)}}
 *   after    and {"tt.tensor_accessor": {"A": T.tt.TensorAccessor(tensor="A", memory="DRAM",
 *            tile_strides=[8, 1], page_size=2048, num_pages=128, compile_arg_offset=-1,
 *            address_arg=-1)}}
 */
#include "ir/attrs.h"
#include "ir/tiles.h"
#include "passes/pass_runner.h"

namespace tvm::tt {

using namespace tirx;

namespace {

TensorAccessor Abstract(const ffi::String& name, const LayoutDesc& layout) {
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

PrimFunc Rewrite(PrimFunc func) {
  AccessorMap accessors;
  for (const auto& [name, layout] : func->GetAttr<LayoutMap>(Key(Attr::LayoutDesc)).value()) {
    accessors.Set(name, Abstract(name, layout));
  }
  return WithAttr(std::move(func), Key(Attr::TensorAccessor), accessors);
}

}  // namespace

namespace transform {
Pass AttachTensorAccessorTT() { return FunctionPass("AttachTensorAccessorTT", Rewrite); }
}  // namespace transform

}  // namespace tvm::tt
