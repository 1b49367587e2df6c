/*! Reading the serialised modules that make_fixtures.py wrote. */
#include "fixtures.h"

#include <tvm/target/target.h>
#include <tvm/tirx/transform.h>

#include <fstream>
#include <sstream>

#include "passes/passes.h"

namespace tvm::tt {

std::string FixtureText(const std::string& name) {
  std::ifstream file(std::string(TT_FIXTURES) + "/" + name + ".json");
  EXPECT_TRUE(file) << "no fixture " << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

IRModule Fixture(const std::string& name, const std::string& target) {
  return tirx::transform::BindTarget(Target(ffi::String(target)))(ParseTIR(FixtureText(name)));
}

IRModule Lowered(const std::string& name, const std::string& upto) {
  return LoweringPipeline(upto)(Fixture(name));
}

}  // namespace tvm::tt
