/*! Dense tensors without strides. */
#include "ir/dense_strides.h"

#include <tvm/arith/analyzer.h>
#include <tvm/tirx/stmt_functor.h>

#include <utility>

#include "ir/loops.h"

namespace tvm::tt {

using namespace tirx;

namespace {

bool IsDense(const Buffer& buffer) {
  PrimExpr dense = Imm(1);
  for (size_t i = buffer->strides.size(); i-- > 0;) {
    if (!arith::Analyzer().CanProveEqual(buffer->strides[i], dense)) return false;
    dense = dense * buffer->shape[i];
  }
  return true;
}

/*! Takes the strides out of dense parameters, wherever they are used. */
class StrideDropper : public StmtExprMutator {
 public:
  PrimFunc Run(PrimFunc func) {
    ffi::Map<Var, Buffer> buffers;
    for (const auto& [param, buffer] : func->buffer_map) {
      Buffer plain = buffer;
      if (!buffer->strides.empty() && IsDense(buffer)) {
        plain.CopyOnWrite()->strides = {};
        buffer_remap_.Set(buffer, plain);
      }
      buffers.Set(param, plain);
    }
    if (buffer_remap_.empty()) return func;
    auto* node = func.CopyOnWrite();
    node->body = VisitStmt(node->body);
    node->buffer_map = buffers;
    return func;
  }
};

}  // namespace

PrimFunc WithoutDenseStrides(PrimFunc func) { return StrideDropper().Run(std::move(func)); }

}  // namespace tvm::tt
