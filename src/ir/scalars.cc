/*! Recognition of scalars. */
#include "ir/scalars.h"

#include <tvm/tirx/stmt_functor.h>

#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

bool IsRuntimeScalar(const ffi::ObjectRef& node) {
  if (const auto* load = node.as<BufferLoadNode>()) return IsScalar(load->buffer);
  const auto* call = node.as<CallNode>();
  return call != nullptr && (call->op.same_as(GetOp(Intrinsic::LoadScalar)) ||
                             call->op.same_as(GetOp(Intrinsic::ReadScalar)) ||
                             call->op.same_as(GetOp(Intrinsic::ReceiveScalar)));
}

}  // namespace

bool IsWhole(DataType dtype) { return dtype.is_int() || dtype.is_uint() || dtype.is_bool(); }

bool IsScalar(const Buffer& buffer) { return buffer.scope() == Key(Scope::Scalar); }

bool IsScalarStore(const Stmt& stmt) {
  const auto* store = stmt.as<BufferStoreNode>();
  return store != nullptr && IsScalar(store->buffer);
}

bool UsesScalars(const Stmt& stmt) {
  bool uses = false;
  PostOrderVisit(stmt, [&](const ffi::ObjectRef& node) { uses |= IsRuntimeScalar(node); });
  return uses;
}

void BindLet(arith::Analyzer* analyzer, const BindNode* let) {
  bool fixed = true;
  PostOrderVisit(let->value, [&](const ffi::ObjectRef& node) { fixed &= !IsRuntimeScalar(node); });
  if (fixed) analyzer->Bind(let->var, let->value);
}

}  // namespace tvm::tt
