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
#include "ir/accessors.h"
#include "ir/attrs.h"
#include "passes/pass_runner.h"

namespace tvm::tt {

using namespace tirx;

namespace {

PrimFunc Rewrite(PrimFunc func) {
  AccessorMap accessors;
  for (const auto& [name, layout] : func->GetAttr<LayoutMap>(Key(Attr::LayoutDesc)).value()) {
    accessors.Set(name, AccessorOf(name, layout));
  }
  return WithAttr(std::move(func), Key(Attr::TensorAccessor), accessors);
}

}  // namespace

namespace transform {
Pass AttachTensorAccessorTT() { return FunctionPass("AttachTensorAccessorTT", Rewrite); }
}  // namespace transform

}  // namespace tvm::tt
