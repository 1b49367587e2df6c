// The compile cache and compiler errors.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "test_program.h"

namespace tt_simulator {
namespace {

namespace fs = std::filesystem;

class KernelCache : public SimulatorTest {
 protected:
  void SetUp() override {
    folder =
        fs::path(::testing::TempDir()) / ("tt_simulator_fresh_cache_" + std::to_string(getpid()));
    fs::remove_all(folder);
  }
  Device FreshDevice() {
    DeviceOptions options;
    options.cache_dir = folder;
    return Device(options);
  }
  size_t Entries() {
    size_t count = 0;
    for (const auto& entry : fs::directory_iterator(folder)) {
      count += entry.path().extension() == ".so";
    }
    return count;
  }
  ProgramDescriptor Program(uint32_t runtime_arg, uint32_t compile_time_arg) {
    ProgramDescriptor program;
    program.kernels = {
        Reader("constexpr uint32_t a = get_compile_time_arg_val(0);\n"
               "ASSERT(get_arg_val<uint32_t>(0) != a);")};
    program.kernels[0].compile_time_args = {compile_time_arg};
    program.kernels[0].runtime_args[{0, 0}] = {runtime_arg};
    return program;
  }
  fs::path folder;
};

TEST_F(KernelCache, RuntimeArgumentsDoNotRecompile) {
  Device device = FreshDevice();
  EXPECT_GT(device.Run(Program(1, 0)).kernels[0].compile_ms, 0);
  EXPECT_EQ(device.Run(Program(2, 0)).kernels[0].compile_ms, 0);
  EXPECT_GT(device.Run(Program(1, 9)).kernels[0].compile_ms, 0);
  EXPECT_EQ(Entries(), 2u);
}

TEST_F(KernelCache, AnotherDeviceFindsTheEntry) {
  Device first = FreshDevice();
  first.Run(Program(1, 0));
  Device second = FreshDevice();
  EXPECT_EQ(second.Run(Program(1, 0)).kernels[0].compile_ms, 0);
}

TEST_F(KernelCache, ChangedIncludeRecompiles) {
  const fs::path sources =
      fs::path(::testing::TempDir()) / ("tt_simulator_sources_" + std::to_string(getpid()));
  fs::create_directories(sources);
  std::ofstream(sources / "helper.h") << "constexpr uint32_t kValue = 1;\n";
  std::ofstream(sources / "kernel.cpp")
      << "#include \"api/dataflow/dataflow_api.h\"\n#include \"helper.h\"\n"
         "void kernel_main() { ASSERT(kValue == 1); }\n";
  ProgramDescriptor program;
  program.kernels = {Reader("")};
  program.kernels[0].name = "";
  program.kernels[0].kernel_source = sources / "kernel.cpp";
  program.kernels[0].source_type = SourceType::kFilePath;
  Device device = FreshDevice();
  EXPECT_NO_THROW(device.Run(program));
  EXPECT_EQ(device.Run(program).kernels[0].compile_ms, 0);
  std::ofstream(sources / "helper.h") << "constexpr uint32_t kValue = 2;\n";
  try {
    device.Run(program);
    FAIL() << "the old kernel ran";
  } catch (const SimulationError& error) {
    EXPECT_EQ(error.info.kernel, "kernel.cpp");
    EXPECT_EQ(error.info.message, "ASSERT(kValue == 1) failed");
  }
}

TEST_F(KernelCache, CompileErrorNamesKernelAndLine) {
  ProgramDescriptor program;
  program.kernels = {Reader("int x = 1;\nint y = undeclared_name;")};
  try {
    device.Run(program);
    FAIL() << "it compiled";
  } catch (const KernelCompileError& error) {
    EXPECT_EQ(error.kernel, "reader.cpp");
    const std::string message = error.what();
    EXPECT_NE(message.find("kernel reader.cpp does not compile"), std::string::npos);
    EXPECT_NE(message.find("reader.cpp:2:9: error"), std::string::npos) << message;
    EXPECT_NE(message.find("undeclared_name"), std::string::npos);
  }
}

TEST_F(KernelCache, UnknownNamedArgumentIsACompileError) {
  ProgramDescriptor program;
  program.kernels = {Reader("constexpr uint32_t a = get_named_compile_time_arg_val(\"b\");")};
  program.kernels[0].named_compile_time_args = {{"a", 1}};
  EXPECT_THROW(device.Run(program), KernelCompileError);
}

TEST_F(KernelCache, NoCompilerSaysWhatToInstall) {
  const std::string path = std::getenv("PATH");
  setenv("PATH", "/nonexistent", 1);
  Device device = FreshDevice();
  try {
    device.Run(Program(1, 0));
    ADD_FAILURE() << "found a compiler";
  } catch (const KernelCompileError& error) {
    EXPECT_NE(std::string(error.what()).find("install g++"), std::string::npos);
  }
  setenv("PATH", path.c_str(), 1);
}

}  // namespace
}  // namespace tt_simulator
