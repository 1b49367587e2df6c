/*!
 * Errors by blame. UserError: the program asks for something that is not supported; the message
 * names the construct, says what is supported and ends with the source location in the form
 * TileLang renders as a snippet. Broken invariants of our own use TVM_FFI_ICHECK.
 */
#pragma once

#include <tvm/ffi/error.h>
#include <tvm/ir/source_map.h>

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

#define TT_USER_ERROR(span) ::tvm::tt::UserError(span)

}  // namespace tvm::tt
