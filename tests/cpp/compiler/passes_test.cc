// Passes by themselves and as a pipeline, on modules that TileLang serialised.
#include "passes/passes.h"

#include <gtest/gtest.h>
#include <tvm/ffi/extra/json.h>
#include <tvm/ffi/extra/serialization.h>
#include <tvm/ffi/extra/structural_equal.h>
#include <tvm/tirx/function.h>

#include "fixtures.h"
#include "schema/schema.h"

namespace tvm::tt {
namespace {

using tirx::PrimFunc;

bool Equal(const IRModule& a, const IRModule& b) { return ffi::StructuralEqual()(a, b); }

/*! The module with `change` applied to every function. */
template <typename Change>
IRModule Changed(const IRModule& module, Change change) {
  ffi::Map<GlobalVar, BaseFunc> functions;
  for (const auto& [var, base] : module->functions)
    functions.Set(var, change(Downcast<PrimFunc>(base)));
  return IRModule(functions);
}

class EveryKernel : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Fixtures, EveryKernel, ::testing::Values("gemm", "elementwise"),
                         [](const auto& info) { return std::string(info.param); });

TEST_P(EveryKernel, SurvivesSerialisationAtEveryLevel) {
  for (const PassRow& row : Pipeline()) {
    IRModule module = Lowered(GetParam(), row.name);
    std::string text = ffi::json::Stringify(ffi::ToJSONGraph(module));
    EXPECT_TRUE(Equal(ParseTIR(text), module)) << "after " << row.name;
  }
}

TEST_P(EveryKernel, IsLegalAfterEveryPass) {
  IRModule module = Fixture(GetParam());
  for (const PassRow& row : Pipeline()) {
    module = row.factory()(module);
    std::string reason;
    EXPECT_TRUE(IsValidTTIR(module, &reason)) << reason;
  }
}

TEST_P(EveryKernel, OneSequentialOfAllPassesIsThePipeline) {
  ffi::Array<transform::Pass> passes;
  for (const PassRow& row : Pipeline()) passes.push_back(row.factory());
  IRModule module = tvm::transform::Sequential(passes, "all")(Fixture(GetParam()));
  EXPECT_TRUE(Equal(module, Lowered(GetParam())));
}

TEST_P(EveryKernel, SplitsIntoReaderComputeAndWriter) {
  IRModule module = Lowered(GetParam(), "SplitDeviceKernel");
  std::set<std::string> names, roles;
  for (const auto& [var, base] : module->functions) {
    names.insert(var->name_hint);
    roles.insert(base->GetAttr<ffi::String>(Key(Attr::KernelRole)).value());
  }
  const std::string kernel = GetParam();
  EXPECT_EQ(names,
            (std::set<std::string>{kernel + "_reader", kernel + "_compute", kernel + "_writer"}));
  EXPECT_EQ(roles, (std::set<std::string>{"reader", "compute", "writer"}));
}

TEST(Pipeline, LevelsChainFromTileToFinal) {
  Level level = Level::Tile;
  for (const PassRow& row : Pipeline()) {
    EXPECT_EQ(row.from, level) << row.name;
    level = row.to;
  }
  EXPECT_EQ(level, Level::Final);
}

TEST(Pipeline, RefusesAPassOutOfOrder) {
  std::string message =
      MessageOf<ffi::Error>([] { transform::LowerSharedToCB()(Fixture("gemm")); });
  EXPECT_TRUE(Has(message, "LowerSharedToCB runs right after GridToCoreGrid"));
}

TEST(Pipeline, RefusesAPassTwice) {
  std::string message =
      MessageOf<ffi::Error>([] { transform::InferTTLayout()(Lowered("gemm", "InferTTLayout")); });
  EXPECT_TRUE(Has(message, "the last pass on this function was InferTTLayout"));
}

TEST(Pipeline, UnknownPassListsThePasses) {
  std::string message = MessageOf<ffi::Error>([] { FindPass("InferLayout"); });
  EXPECT_TRUE(Has(message, "Unknown pass 'InferLayout'"));
  for (const PassRow& row : Pipeline()) EXPECT_TRUE(Has(message, row.name));
}

TEST(Pipeline, NeedsATarget) {
  std::string message =
      MessageOf<ffi::Error>([] { LoweringPipeline()(ParseTIR(FixtureText("gemm"))); });
  EXPECT_TRUE(Has(message, "The function has no target"));
}

TEST(Pipeline, CoreGridOfTheTargetIsUsed) {
  const std::string target = R"({"kind": "tenstorrent", "arch": "blackhole", "core_grid": [2, 1]})";
  IRModule module = LoweringPipeline("LayoutAwareWorkPartitionTT")(Fixture("gemm", target));
  auto grid = module->Lookup("gemm")->GetAttr<ffi::Array<int64_t>>(Key(Attr::CoreGrid)).value();
  EXPECT_EQ((std::vector<int64_t>{grid.begin(), grid.end()}), (std::vector<int64_t>{2, 1}));
}

TEST(ParseTIR, RefusesTextThatIsNoModule) {
  EXPECT_THROW(ParseTIR("not json"), ffi::Error);
  EXPECT_THROW(ParseTIR("{}"), ffi::Error);
  std::string number = ffi::json::Stringify(ffi::ToJSONGraph(ffi::Any(3)));
  EXPECT_TRUE(
      Has(MessageOf<ffi::Error>([&] { ParseTIR(number); }), "holds a int, not an IRModule"));
}

TEST(IsValidTTIR, FindsAMissingAttribute) {
  IRModule module = Changed(Lowered("gemm"), [](PrimFunc func) {
    return WithoutAttr(std::move(func), Key(Attr::CBDesc));
  });
  std::string reason;
  EXPECT_FALSE(IsValidTTIR(module, &reason));
  EXPECT_TRUE(Has(reason, "attribute tt.cb_desc, set by PropagateTTLayout"));
}

TEST(IsValidTTIR, FindsAModuleThatClaimsAPassTooMany) {
  IRModule module = Changed(Lowered("gemm", "BuildTileDFGTT"), [](PrimFunc func) {
    return WithAttr(std::move(func), Key(Attr::LoweredBy),
                    ffi::String("ConfigureTensorAccessorTT"));
  });
  std::string reason;
  EXPECT_FALSE(IsValidTTIR(module, &reason));
  EXPECT_TRUE(Has(reason, "attribute tt.kernel_role, set by SplitDeviceKernel"));
}

TEST(IsValidTTIR, FindsAnIntrinsicInTheWrongKernel) {
  IRModule module = Changed(Lowered("gemm"), [](PrimFunc func) {
    return WithAttr(std::move(func), Key(Attr::KernelRole), ffi::String(ToString(kWriter)));
  });
  std::string reason;
  EXPECT_FALSE(IsValidTTIR(module, &reason));
  EXPECT_TRUE(Has(reason, "is not legal in a writer kernel"));
}

TEST(IsValidTTIR, FindsAMissingHandshake) {
  // Without the writer nobody pops what the compute kernel pushes.
  IRModule module = Changed(Lowered("gemm"), [](PrimFunc func) {
    if (func->GetAttr<ffi::String>(Key(Attr::KernelRole)).value() == ToString(kWriter)) {
      func.CopyOnWrite()->body = tirx::Evaluate(0);
    }
    return func;
  });
  std::string reason;
  EXPECT_FALSE(IsValidTTIR(module, &reason));
  EXPECT_FALSE(reason.empty());
}

TEST(Schema, KeysAndNamesAreUnique) {
  std::set<std::string> names;
  for (const AttrRow& row : AllAttrs()) EXPECT_TRUE(names.insert(row.key).second) << row.key;
  for (const IntrinsicRow& row : AllIntrinsics())
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
}

TEST(Schema, EveryFinalStatementHasASpellingAndAHeader) {
  for (const IntrinsicRow& row : AllIntrinsics()) {
    if (row.last_level != Level::Final || row.effect == Effect::Pure) continue;
    EXPECT_STRNE(row.spelling, "") << row.name;
    EXPECT_STRNE(row.header, "") << row.name;
  }
}

TEST(Schema, LevelsParseAsTheyPrint) {
  for (Level level :
       {Level::Tile, Level::Placed, Level::Staged, Level::Split, Level::Protocol, Level::Final}) {
    EXPECT_EQ(ParseLevel(ToString(level)), level);
  }
  EXPECT_TRUE(Has(MessageOf<ffi::Error>([] { ParseLevel("lowered"); }), "protocol"));
}

}  // namespace
}  // namespace tvm::tt
