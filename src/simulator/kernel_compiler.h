#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "risc.h"

namespace tt_simulator {

/// Everything that decides the machine code of one kernel.
struct KernelSource {
  std::string name;      ///< For messages, e.g. "reader.cpp".
  std::string preamble;  ///< Defines generated from the program; runtime arguments are not in it.
  std::string bindings;  ///< Declarations of named bindings, between the preamble and the text.
  std::string text;      ///< The kernel as it was handed over.
  std::vector<std::string> include_dirs;  ///< Folders for the kernel's own includes.
};

/// Compiles kernel texts with the system's C++ compiler and loads them.
///
/// Results lie in a content-addressed cache directory, so a text is compiled once per machine. The
/// key covers compiler, flags, the simulator's headers, preamble and text; files that a kernel
/// includes from its own folders are compared when an entry is looked up.
class KernelCompiler {
 public:
  /// `header_dir`: the kernel_api folder. `cache_dir`: empty for
  /// ${XDG_CACHE_HOME:-~/.cache}/tilelang-tenstorrent/kernels.
  KernelCompiler(std::string header_dir, std::string cache_dir);
  ~KernelCompiler();

  /// Compiles (in parallel) and loads all sources. Pointers stay valid as long as the compiler.
  /// Throws KernelCompileError with the compiler's message, or when there is no compiler.
  std::vector<const LoadedKernel*> Load(const std::vector<KernelSource>& sources);
  /// The translation unit that is compiled for a source.
  static std::string TranslationUnit(const KernelSource& source);
  const std::string& header_dir() const { return header_dir_; }

 private:
  struct Library;
  std::string KeyOf(const KernelSource& source) const;
  bool IsCached(const std::string& key) const;
  void Compile(const KernelSource& source, const std::string& key) const;
  /// Throws KernelCompileError with the log if the compiler fails.
  void RunCompiler(const std::string& kernel, std::vector<std::string> arguments,
                   const std::string& log_path) const;
  std::string DependencyDigests(const std::string& make_rule) const;
  const LoadedKernel* Open(const KernelSource& source, const std::string& key, double compile_ms);
  void FindCompiler();

  std::string header_dir_;
  std::string cache_dir_;
  std::string compiler_;
  std::vector<std::string> flags_;
  std::string environment_digest_;
  std::map<std::string, std::unique_ptr<Library>> libraries_;
};

}  // namespace tt_simulator
