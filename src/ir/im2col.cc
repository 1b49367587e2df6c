/*! Taking T.im2col apart. */
#include "ir/im2col.h"

#include <tvm/tirx/op.h>

#include "ir/errors.h"

namespace tvm::tt {

using namespace tirx;

std::optional<Im2Col> AsIm2Col(const Stmt& stmt) {
  static const Op& im2col = Op::Get("tl.tileop.im2col");
  const auto* evaluate = stmt.as<EvaluateNode>();
  const auto* call = evaluate ? evaluate->value.as<CallNode>() : nullptr;
  if (call == nullptr || !call->op.same_as(im2col)) return std::nullopt;
  auto buffer = [&](int i) {
    return call->args[i].as<CallNode>()->args[0].as<BufferLoadNode>()->buffer;
  };
  auto constant = [&](int i, const char* what) {
    const int64_t* value = as_const_int(call->args[i]);
    if (value == nullptr) {
      TT_USER_ERROR(stmt->span) << "The " << what << " of T.im2col is " << call->args[i]
                                << ". Supported: constants.";
    }
    return *value;
  };
  return Im2Col{buffer(0),
                buffer(1),
                call->args[2],
                call->args[3],
                constant(4, "kernel"),
                constant(5, "stride"),
                constant(6, "dilation"),
                constant(7, "pad")};
}

}  // namespace tvm::tt
