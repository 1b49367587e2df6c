/*!
 * Errors by blame. UserError: the program asks for something that is not supported; the message
 * names the construct, says what is supported and ends with the source location in the form
 * TileLang renders as a snippet. Broken invariants of our own use TVM_FFI_ICHECK.
 */
#pragma once

#include <tvm/ffi/error.h>
#include <tvm/ir/op.h>
#include <tvm/ir/source_map.h>
#include <tvm/tirx/buffer.h>
#include <tvm/tirx/expr.h>

#include <sstream>
#include <string>
#include <utility>

namespace tvm::tt {

/*!
 * Collects a message by <<, and throws it as ValueError with the span's location by Throw().
 * Use through TT_USER_ERROR, which throws at the end of the full expression.
 */
class UserError {
 public:
  explicit UserError(Span span) : span_(std::move(span)) {}
  [[noreturn]] ~UserError() noexcept(false) {
    std::string text = message_.str();
    if (span_.defined() && span_->source_name.defined()) {
      std::ostringstream location;
      location << "\n  --> " << span_->source_name->name << ":" << span_->line << ":"
               << span_->column;
      text += location.str();
    }
    TVM_FFI_THROW(ValueError) << text;
    TVM_FFI_UNREACHABLE();
  }
  template <typename T>
  UserError& operator<<(const T& value) {
    message_ << value;
    return *this;
  }

 private:
  Span span_;
  std::ostringstream message_;
};

/*! A buffer read or stored at indices, as the user writes it. */
inline std::string ElementText(const tirx::Buffer& buffer, const ffi::Array<PrimExpr>& indices) {
  std::ostringstream text;
  text << buffer->name << "[";
  for (size_t i = 0; i < indices.size(); ++i) text << (i ? ", " : "") << indices[i];
  text << "]";
  return text.str();
}

/*! The name of the operator that a call calls. */
inline std::string OpName(const tirx::CallNode* call) {
  const auto* op = call->op.as<OpNode>();
  return op != nullptr ? std::string(op->name) : "a function";
}

#define TT_USER_ERROR(span) ::tvm::tt::UserError(span)

}  // namespace tvm::tt
