/*! Modules for the compiler tests: TileLang functions, and how far they are lowered. */
#pragma once

#include <gtest/gtest.h>
#include <tvm/ir/module.h>

#include <string>

namespace tvm::tt {

/*! Text of the serialised module `name` ("gemm" or "elementwise"), as TileLang makes it. */
std::string FixtureText(const std::string& name);
/*! The module with a target bound, before any pass. */
IRModule Fixture(const std::string& name, const std::string& target = "tenstorrent");
/*! The module after the pass `upto`. */
IRModule Lowered(const std::string& name, const std::string& upto = "VerifyTTIR");

/*! Whether a text holds a part; says both if not. */
inline ::testing::AssertionResult Has(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "'" << part << "' is not in: " << text;
}

/*! Message of the exception of type `Error` that `body` must throw. */
template <typename Error, typename Body>
std::string MessageOf(Body body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

}  // namespace tvm::tt
