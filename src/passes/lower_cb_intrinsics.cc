/*!
 * LowerCBIntrinsics: protocol -> protocol.
 *
 * Inserts the circular-buffer and NoC protocol. A reader reserves a block, starts the reads of its
 * pages, waits for them at one barrier for all neighbouring reads, and pushes; pages outside of the
 * tensor are zeroed. A writer waits, writes, flushes and pops, and waits for all writes once at the
 * end. The compute kernel waits for what it receives, reserves what it defines, pushes when the last
 * accumulation is done, and pops after the last use in the statement list of the definition. Both
 * ends of a buffer move whole blocks under the same control flow, so the counts balance.
 *
 *   before   T.tt.read_to_cb(A[by * 64, k * 32], A_s.data, 64, 32)
 *   after    T.tt.cb_reserve_back(A_s.data, A_s_tiles)
 *            for row in range(2):
 *                T.tt.noc.read_page(A.data, (by * 2 + row) * A_row_tiles + k, A_s.data, ...)
 *            T.tt.noc.read_barrier()
 *            T.tt.cb_push_back(A_s.data, A_s_tiles)
 */
#include "passes/lower_cb_intrinsics.h"

#include <tvm/tirx/op.h>

#include "passes/pass_runner.h"

namespace tvm::tt {

using namespace tirx;

Var BlockPages(KernelBody* kernel, const CBDesc& desc) {
  return kernel->Constant(std::string(desc->name) + "_tiles", desc->Tiles());
}

Var PageStride(KernelBody* kernel, const Buffer& tensor, const TensorAccessor& accessor,
               size_t dim) {
  std::string name = tensor->name;
  const bool row = dim + 2 == accessor->tile_strides.size();
  name += row ? "_row_tiles" : "_dim" + std::to_string(dim) + "_tiles";
  return kernel->Constant(name, ExprOf(accessor->tile_strides[dim]));
}

PrimExpr NamedExtent(KernelBody* kernel, const For& loop) {
  const std::string name = std::string(loop->loop_var->name_hint) + "_steps";
  if (const int64_t* extent = as_const_int(loop->extent)) return kernel->Constant(name, *extent);
  return IsOfSizes(loop->extent) ? kernel->Constant(name, loop->extent) : loop->extent;
}

namespace {

PrimFunc Rewrite(PrimFunc func) {
  auto descs = func->GetAttr<CBDescMap>(Key(Attr::CBDesc)).value();
  auto accessors = func->GetAttr<AccessorMap>(Key(Attr::TensorAccessor)).value();
  KernelBody kernel = KernelBody::From(func->body);
  if (!kernel.region.defined()) return func;
  const ffi::String role = func->GetAttr<ffi::String>(Key(Attr::KernelRole)).value();
  if (role == ToString(kCompute)) {
    InsertHandshakes(&kernel, descs);
  } else {
    const int noc = NocOf(role == ToString(kReader) ? kReader : kWriter);
    LowerTransfers(&kernel, descs, accessors, func, noc);
  }
  func.CopyOnWrite()->body = kernel.ToStmt();
  return func;
}

}  // namespace

namespace transform {
Pass LowerCBIntrinsics() { return FunctionPass("LowerCBIntrinsics", Rewrite); }
}  // namespace transform

}  // namespace tvm::tt
