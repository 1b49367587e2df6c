/*!
 * tt-opt: runs named passes on a serialised module, from the shell.
 *
 *   python -c '... open("gemm.json", "w").write(tt.to_json(gemm))'
 *   tt-opt gemm.json --upto LowerSharedToCB                  TVMScript after that pass
 *   tt-opt gemm.json --upto SplitDeviceKernel --emit json | tt-opt - --pass ConfigureTensorAccessorTT
 *   tt-opt gemm.json --emit sources --output out             the five files
 *
 * Exit codes: 0 done, 1 the program or the module was refused, 2 the command line or the input file
 * is wrong, 3 a pass left an illegal module.
 */
#include <tvm/ffi/extra/json.h>
#include <tvm/ffi/extra/serialization.h>
#include <tvm/script/printer/config.h>
#include <tvm/tirx/transform.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "codegen/emit_program.h"
#include "ir/program_plan.h"
#include "passes/passes.h"
#include "schema/schema.h"
#include "target/target_options.h"

namespace tvm::tt {
namespace {

constexpr int kRefused = 1;
constexpr int kBadUsage = 2;
constexpr int kIllegalModule = 3;

/*! A wrong command line or input file. */
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/*! A pass left a module that its level does not allow. */
struct IllegalModule : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Options {
  std::string input;
  std::vector<std::string> passes;
  std::string upto;
  std::string target = "tenstorrent";
  std::string emit = "script";
  std::string output;
  bool verify_each = false;
  bool list = false;
};

std::string ReadInput(const std::string& path) {
  std::ostringstream text;
  if (path == "-") {
    text << std::cin.rdbuf();
    return text.str();
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) throw UsageError("cannot read " + path);
  text << file.rdbuf();
  return text.str();
}

void WriteFile(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw UsageError("cannot write " + path.string());
}

IRModule ReadModule(const std::string& path) {
  const std::string text = ReadInput(path);
  try {
    return ParseTIR(text);
  } catch (const ffi::Error& error) {
    throw UsageError((path == "-" ? "standard input" : path) +
                     " holds no serialised IRModule: " + std::string(error.message()));
  }
}

/*! Runs `body` on what the command line says; its errors are errors of the command line. */
template <typename Body>
decltype(auto) FromCommandLine(Body body) {
  try {
    return body();
  } catch (const ffi::Error& error) {
    throw UsageError(error.message());
  }
}

const PassRow& PassNamed(const std::string& name) {
  return FromCommandLine([&]() -> const PassRow& { return FindPass(name); });
}

/*! Gives a target to the functions that have none. */
IRModule BindTarget(const IRModule& module, const std::string& text) {
  const Target target = FromCommandLine([&] {
    Target parsed{ffi::String(text)};
    TargetOptions::FromTarget(parsed);
    return parsed;
  });
  return tirx::transform::BindTarget(target)(module);
}

/*! Name of the last pass that ran on the module, empty for a fresh one. */
std::string LastPass(const IRModule& module) {
  for (const auto& [var, base] : module->functions) {
    if (auto last = base->GetAttr<ffi::String>(Key(Attr::LoweredBy))) return last.value();
  }
  return "";
}

/*! The passes that lead from the module's place in the pipeline to `upto`. */
std::vector<std::string> PassesUpTo(const IRModule& module, const std::string& upto) {
  PassNamed(upto);
  const std::string last = LastPass(module);
  std::vector<std::string> names;
  bool started = last.empty();
  for (const PassRow& row : Pipeline()) {
    if (started) names.push_back(row.name);
    if (row.name == last) started = true;
    if (row.name == upto) break;
  }
  if (names.empty() && last != upto) {
    throw UsageError("the module is already past " + upto + ": the last pass on it was " + last);
  }
  return names;
}

IRModule RunPasses(IRModule module, const std::vector<std::string>& names, bool verify_each) {
  for (const std::string& name : names) {
    module = PassNamed(name).factory()(std::move(module));
    std::string reason;
    if (verify_each && !IsValidTTIR(module, &reason)) {
      throw IllegalModule("after " + name + ": " + reason);
    }
  }
  return module;
}

void EmitSources(const IRModule& module, const std::string& output) {
  const Program program = EmitProgram(module);
  std::map<std::string, std::string> files = program.sources;
  files[tt_plan::kPlanFile] = tt_plan::ToJson(program.plan);
  if (!output.empty()) std::filesystem::create_directories(output);
  for (const auto& [name, text] : files) {
    if (output.empty()) {
      std::cout << "// ===== " << name << " =====\n" << text;
    } else {
      const std::filesystem::path path = std::filesystem::path(output) / name;
      WriteFile(path, text);
      std::cout << path.string() << "\n";
    }
  }
}

void EmitText(const std::string& text, const std::string& output) {
  if (output.empty()) {
    std::cout << text << "\n";
  } else {
    WriteFile(output, text + "\n");
  }
}

void Emit(const IRModule& module, const Options& options) {
  if (options.emit == "sources") {
    EmitSources(module, options.output);
  } else if (options.emit == "json") {
    EmitText(ffi::json::Stringify(ffi::ToJSONGraph(module), 2), options.output);
  } else {
    EmitText(TVMScriptPrinter::Script(module, std::nullopt), options.output);
  }
}

void ListPasses() {
  for (const PassRow& row : Pipeline()) {
    std::cout << row.name << ": " << ToString(row.from) << " -> " << ToString(row.to) << "; "
              << row.why_here << "\n";
  }
}

void Run(const Options& options) {
  if (options.list) return ListPasses();
  if (options.input.empty())
    throw UsageError("give a FILE with a serialised module, or - for standard input");
  for (const std::string& name : options.passes) PassNamed(name);
  IRModule module = BindTarget(ReadModule(options.input), options.target);
  std::vector<std::string> names = options.passes;
  if (!options.upto.empty()) {
    names = PassesUpTo(module, options.upto);
  } else if (names.empty() && options.emit == "sources") {
    names = PassesUpTo(module, Pipeline().back().name);
  }
  Emit(RunPasses(module, names, options.verify_each), options);
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app{"Runs passes of the Tenstorrent backend on a serialised TileLang module."};
  app.name("tt-opt");
  app.add_option("FILE", options.input,
                 "JSON made by tilelang_tenstorrent.to_json; - for standard input");
  auto* pass = app.add_option("--pass", options.passes, "Pass to run; repeat for several, in order")
                   ->allow_extra_args(false)
                   ->type_name("NAME");
  app.add_option("--upto", options.upto, "Run the pipeline up to and with this pass")
      ->excludes(pass)
      ->type_name("NAME");
  app.add_option("--target", options.target,
                 "Target of functions that carry none: kind or JSON object")
      ->capture_default_str()
      ->type_name("JSON");
  app.add_option("--emit", options.emit,
                 "script: TVMScript; json: module for the next tt-opt; sources: the five files "
                 "(after the whole pipeline if no pass is named)")
      ->check(CLI::IsMember({"script", "json", "sources"}))
      ->capture_default_str()
      ->type_name("FORM");
  app.add_option("--output", options.output, "File for script and json, folder for sources")
      ->type_name("PATH");
  app.add_flag("--verify-each", options.verify_each,
               "Check the module's legality after every pass");
  app.add_flag("--list", options.list, "List the passes and stop");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kBadUsage;
  }
  auto fail = [](int code, const std::string& message) {
    std::cerr << "tt-opt: " << message << "\n";
    return code;
  };
  try {
    Run(options);
  } catch (const UsageError& error) {
    return fail(kBadUsage, error.what());
  } catch (const IllegalModule& error) {
    return fail(kIllegalModule, error.what());
  } catch (const ffi::Error& error) {
    return fail(error.kind() == "InternalError" ? kIllegalModule : kRefused, error.message());
  } catch (const std::exception& error) {
    return fail(kRefused, error.what());
  }
  return 0;
}

}  // namespace
}  // namespace tvm::tt

int main(int argc, char** argv) { return tvm::tt::Main(argc, argv); }
