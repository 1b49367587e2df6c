// The JSON form of the program plan: a round trip, and what its reader refuses.
#include "ir/program_plan.h"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "codegen/emit_program.h"
#include "fixtures.h"

namespace tt_plan {
namespace {

using Json = nlohmann::ordered_json;
using tvm::tt::Has;
using tvm::tt::MessageOf;

ProgramPlan GemmPlan() { return tvm::tt::EmitProgram(tvm::tt::Lowered("gemm")).plan; }

std::string Refusal(const Json& plan) {
  return MessageOf<std::invalid_argument>([&] { FromJson(plan.dump()); });
}

TEST(ProgramPlan, RoundTripKeepsEverything) {
  for (const char* kernel : {"gemm", "elementwise"}) {
    const std::string text = ToJson(tvm::tt::EmitProgram(tvm::tt::Lowered(kernel)).plan);
    EXPECT_EQ(ToJson(FromJson(text)), text);
  }
}

TEST(ProgramPlan, SemaphoresAndDefinesRoundTrip) {
  ProgramPlan plan = GemmPlan();
  plan.semaphores = {{3, 7}};
  plan.kernels[0].defines = {{"UNROLL", 4}};
  const ProgramPlan again = FromJson(ToJson(plan));
  ASSERT_EQ(again.semaphores.size(), 1u);
  EXPECT_EQ(again.semaphores[0].id, 3);
  EXPECT_EQ(again.semaphores[0].initial_value, 7);
  ASSERT_EQ(again.kernels[0].defines.size(), 1u);
  EXPECT_EQ(again.kernels[0].defines[0].name, "UNROLL");
}

TEST(ProgramPlan, DescribesTheGemm) {
  const ProgramPlan plan = GemmPlan();
  EXPECT_EQ(plan.name, "gemm");
  EXPECT_EQ(plan.arch, "wormhole_b0");
  EXPECT_EQ(plan.grid_tiles, (std::vector<int64_t>{4, 3}));
  ASSERT_EQ(plan.tensors.size(), 3u);
  EXPECT_FALSE(plan.tensors[0].is_output);
  EXPECT_TRUE(plan.tensors[2].is_output);
  EXPECT_EQ(plan.tensors[2].page_size, 4096);
  ASSERT_EQ(plan.kernels.size(), 3u);
  int64_t items = 0;
  for (const CoreArgs& core : plan.kernels[1].core_args) {
    for (size_t i = 0; i < core.values.size(); ++i) {
      if (plan.kernels[1].runtime_args[i].name == "count") items += core.values[i];
    }
  }
  EXPECT_EQ(items, 6) << "128 x 96 in blocks of 64 x 32";
}

TEST(ProgramPlan, RefusesAnotherVersion) {
  Json plan = Json::parse(ToJson(GemmPlan()));
  plan["version"] = kPlanVersion + 1;
  EXPECT_EQ(Refusal(plan), "ProgramPlan has version 4, expected 3");
}

TEST(ProgramPlan, RefusesTextThatIsNoPlan) {
  EXPECT_THROW(FromJson("not json"), std::exception);
  EXPECT_EQ(Refusal(Json::array()), "ProgramPlan is not an object");
}

/*! Calls `visit` with every object below `value`. */
void ForEachObject(Json& root, Json& value, const std::function<void(Json&)>& visit) {
  if (value.is_object()) visit(value);
  if (value.is_structured()) {
    for (Json& child : value) ForEachObject(root, child, visit);
  }
}

TEST(ProgramPlan, RefusesAnUnknownMemberAnywhere) {
  ProgramPlan with_semaphore = GemmPlan();
  with_semaphore.semaphores = {{0, 0}};
  with_semaphore.kernels[0].defines = {{"UNROLL", 4}};
  Json plan = Json::parse(ToJson(with_semaphore));
  int objects = 0;
  ForEachObject(plan, plan, [&](Json& object) {
    ++objects;
    object["surprise"] = 1;
    EXPECT_TRUE(Has(Refusal(plan), "has the unknown member 'surprise'"));
    object.erase("surprise");
  });
  EXPECT_GT(objects, 20);
}

TEST(ProgramPlan, RefusesAMissingMemberAnywhere) {
  Json plan = Json::parse(ToJson(GemmPlan()));
  ForEachObject(plan, plan, [&](Json& object) {
    const Json whole = object;
    for (const auto& [key, value] : whole.items()) {
      object.erase(key);
      EXPECT_TRUE(Has(Refusal(plan), "has no '" + key + "'"));
      object = whole;
    }
  });
}

}  // namespace
}  // namespace tt_plan
