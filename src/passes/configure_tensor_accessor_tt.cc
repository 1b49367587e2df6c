/*!
 * ConfigureTensorAccessorTT: split -> protocol.
 *
 * Binds the accessors of the tensors that a kernel really addresses: in the order of the parameters,
 * each gets the next words of the compile-time arguments (two for an interleaved tensor: the kind and
 * the page size) and the next runtime argument for its address. Accessors of other tensors leave the
 * function. Argument slots belong to a kernel, so this follows the split.
 *
 *   before   main_reader {"tt.tensor_accessor": {"A": (... compile_arg_offset=-1, address_arg=-1),
 *                                                "B": ..., "C": ...}}
 *   after    main_reader {"tt.tensor_accessor": {"A": (... compile_arg_offset=0, address_arg=0),
 *                                                "B": (... compile_arg_offset=2, address_arg=1)}}
 */
#include "ir/attrs.h"
#include "passes/pass_runner.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Compile-time words of an interleaved tensor's accessor: configuration and aligned page size. */
constexpr int64_t kInterleavedWords = 2;

PrimFunc Rewrite(PrimFunc func) {
  auto abstract = func->GetAttr<AccessorMap>(Key(Attr::TensorAccessor)).value();
  AccessorMap bound;
  for (const Var& param : func->params) {
    const ffi::String name = func->buffer_map.at(param)->name;
    TensorAccessor accessor = abstract.at(name);
    const int64_t index = bound.size();
    bound.Set(name, TensorAccessor(accessor->tensor, accessor->memory, accessor->tile_strides,
                                   accessor->page_size, accessor->num_pages,
                                   index * kInterleavedWords, index));
  }
  return WithAttr(std::move(func), Key(Attr::TensorAccessor), bound);
}

}  // namespace

namespace transform {
Pass ConfigureTensorAccessorTT() { return FunctionPass("ConfigureTensorAccessorTT", Rewrite); }
}  // namespace transform

}  // namespace tvm::tt
