#include "kernel_compiler.h"

#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "abi_functions.h"

extern char** environ;

namespace tt_simulator {

namespace fs = std::filesystem;

namespace {

class Digest {
 public:
  void Add(std::string_view bytes) {
    for (unsigned char c : bytes) value_ = (value_ ^ c) * kPrime;
    value_ = (value_ ^ 0x100) * kPrime;  // separator
  }
  std::string Hex() const {
    return fmt::format("{:016x}{:016x}", static_cast<uint64_t>(value_ >> 64),
                       static_cast<uint64_t>(value_));
  }

 private:
  // FNV-1a with 128 bits.
  static constexpr unsigned __int128 kPrime = (static_cast<unsigned __int128>(1) << 88) | 0x13b;
  unsigned __int128 value_ = (static_cast<unsigned __int128>(0x6c62272e07bb0142) << 64) |
                             static_cast<unsigned __int128>(0x62b821756295c58d);
};

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string FileDigest(const fs::path& path) {
  Digest digest;
  digest.Add(ReadFile(path));
  return digest.Hex();
}

std::string FindInPath(const std::string& program) {
  if (program.find('/') != std::string::npos) {
    return access(program.c_str(), X_OK) == 0 ? program : "";
  }
  const char* path = std::getenv("PATH");
  std::stringstream folders(path ? path : "/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string candidate = folder + "/" + program;
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return "";
}

std::string DefaultCacheDir() {
  const char* xdg = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  const fs::path base = xdg && *xdg ? fs::path(xdg) : fs::path(home ? home : "/tmp") / ".cache";
  return base / "tilelang-tenstorrent" / "kernels";
}

/// Unique among processes and threads.
std::string TemporaryName(const std::string& base) {
  static std::atomic<uint64_t> counter = 0;
  return fmt::format("{}.{}.{}", base, getpid(), counter++);
}

/// Empties the lines of `#pragma GCC unroll`: older compilers refuse a template parameter in it,
/// and it means nothing to a simulator.
void WithoutUnrollHints(const std::string& path) {
  std::stringstream text(ReadFile(path));
  std::ofstream out(path, std::ios::binary);
  for (std::string line; std::getline(text, line);) {
    out << (line.starts_with("#pragma GCC unroll") ? "" : line) << "\n";
  }
}

/// Whether a text may use what the vendor's headers include of the standard library, or what the
/// kernel API makes of it. Headers of its own are not looked into.
bool UsesStandardLibrary(const KernelSource& source) {
  if (!source.include_dirs.empty() || !source.bindings.empty()) return true;
  const auto has = [&](const char* name) { return source.text.find(name) != std::string::npos; };
  return has("std::") || has("namespace std") || has("make_array") || has("_tuple") ||
         has("kernel_compile_time_args");
}

struct FileRemover {
  std::string path;
  ~FileRemover() { unlink(path.c_str()); }
};

struct ToolResult {
  int failed;      ///< errno when it could not be started.
  int status = 0;  ///< As waitpid returns it.
};

/// Runs a program to its end, with what it prints in a file.
ToolResult RunTool(std::vector<std::string> arguments, const std::string& log_path) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, log_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                   0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t child;
  ToolResult result;
  result.failed = posix_spawn(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (result.failed) return result;
  while (waitpid(child, &result.status, 0) < 0 && errno == EINTR) {
  }
  return result;
}

/// The writable sections of a loaded library: every RISC needs its own copy of them.
std::vector<std::pair<uint8_t*, size_t>> WritableSections(const std::string& file, uintptr_t base) {
  const std::string image = ReadFile(file);
  std::vector<std::pair<uint8_t*, size_t>> result;
  const auto* header = reinterpret_cast<const ElfW(Ehdr)*>(image.data());
  const auto* sections = reinterpret_cast<const ElfW(Shdr)*>(image.data() + header->e_shoff);
  const char* names = image.data() + sections[header->e_shstrndx].sh_offset;
  for (int i = 0; i < header->e_shnum; ++i) {
    const std::string_view name = names + sections[i].sh_name;
    if (name != ".data" && name != ".bss") continue;
    result.emplace_back(reinterpret_cast<uint8_t*>(base + sections[i].sh_addr),
                        sections[i].sh_size);
  }
  return result;
}

}  // namespace

uint32_t LoadedKernel::LineOf(uintptr_t return_address) const {
  // Part of binutils, as the assembler and the linker that compiled the kernel.
  const std::string program = FindInPath("addr2line");
  if (program.empty()) return 0;
  const FileRemover log{TemporaryName(image)};
  // The instruction before the one that is returned to. With -i also what that is inlined in.
  RunTool({program, "-i", "-e", image, fmt::format("{:#x}", return_address - 1 - base)}, log.path);
  std::stringstream places(ReadFile(log.path));  // "<folder>/reader.cpp:56 ..."
  for (std::string place; std::getline(places, place);) {
    const size_t colon = place.rfind(':');
    if (colon != std::string::npos && place.substr(0, colon).ends_with(name)) {
      return static_cast<uint32_t>(std::strtoul(place.c_str() + colon + 1, nullptr, 10));
    }
  }
  return 0;
}

struct KernelCompiler::Library {
  LoadedKernel kernel;
  void* handle = nullptr;
  ~Library() {
    if (handle) dlclose(handle);
  }
};

KernelCompiler::KernelCompiler(std::string header_dir, std::string cache_dir)
    : header_dir_(std::move(header_dir)),
      cache_dir_(cache_dir.empty() ? DefaultCacheDir() : std::move(cache_dir)) {}

KernelCompiler::~KernelCompiler() = default;

void KernelCompiler::FindCompiler() {
  const char* requested = std::getenv("CXX");
  for (const char* name : {requested, "g++", "clang++"}) {
    if (!name || !*name) continue;
    compiler_ = FindInPath(name);
    if (!compiler_.empty()) break;
  }
  if (compiler_.empty()) {
    throw KernelCompileError(
        "",
        "no C++ compiler found to compile kernels for the simulator: install g++ (12 or newer) "
        "or clang++ (14 or newer), or set CXX to one");
  }
  flags_ = {
      "-O2", "-std=c++20", "-fPIC", "-shared", "-w", "-fvisibility=hidden", "-fno-exceptions",
      "-fno-rtti", "-fno-asynchronous-unwind-tables", "-fno-threadsafe-statics",
      "-fno-strict-aliasing", "-nodefaultlibs",
      // Lines of the text, to say where a load or store was; addr2line takes the first file of
      // version 5 for another.
      "-g1", "-gdwarf-4",
      // Loads and stores through raw L1 pointers call the simulator, which checks them.
      "-fsanitize=kernel-address",
      // A division by zero would end the process on the host.
      "-fsanitize=integer-divide-by-zero",
      // Loops without any API call are noticed by counting basic blocks.
      "-fsanitize-coverage=trace-pc"};
  const bool clang = fs::canonical(compiler_).string().find("clang") != std::string::npos;
  if (clang) {
    for (const char* option :
         {"-asan-instrumentation-with-call-threshold=0", "-asan-stack=0", "-asan-globals=0"}) {
      flags_.insert(flags_.end(), {"-mllvm", option});
    }
  } else {
    for (const char* option :
         {"asan-instrumentation-with-call-threshold=0", "asan-stack=0", "asan-globals=0"}) {
      flags_.insert(flags_.end(), {"--param", option});
    }
  }
  flags_.insert(flags_.end(), {"-I", header_dir_});

  Digest digest;
  struct stat info = {};
  stat(compiler_.c_str(), &info);
  digest.Add(fs::canonical(compiler_).string());
  digest.Add(fmt::format("{} {}", info.st_size, info.st_mtim.tv_sec));
  for (const std::string& flag : flags_) digest.Add(flag);
  std::vector<fs::path> headers;
  for (const auto& entry : fs::recursive_directory_iterator(header_dir_)) {
    if (entry.is_regular_file()) headers.push_back(entry.path());
  }
  std::sort(headers.begin(), headers.end());
  for (const fs::path& header : headers) digest.Add(ReadFile(header));
  for (const char* name : {"formats.h", "sfpu_operations.h"}) {
    digest.Add(ReadFile(fs::path(header_dir_) / ".." / "numerics" / name));
  }
  environment_digest_ = digest.Hex();
}

std::string KernelCompiler::KeyOf(const KernelSource& source) const {
  Digest digest;
  digest.Add(environment_digest_);
  digest.Add(source.name);
  for (const std::string& dir : source.include_dirs) digest.Add(dir);
  digest.Add(source.preamble);
  digest.Add(source.bindings);
  digest.Add(source.text);
  return digest.Hex();
}

std::string KernelCompiler::DependencyDigests(const std::string& make_rule) const {
  std::string result;
  std::stringstream words(make_rule);
  for (std::string word; words >> word;) {
    // The simulator's headers are in the key; the text itself is temporary.
    if (word == "\\" || word.back() == ':' || word.starts_with(cache_dir_)) continue;
    if (word.starts_with(header_dir_) || word.starts_with("/usr/")) continue;
    result += FileDigest(word) + " " + word + "\n";
  }
  return result;
}

bool KernelCompiler::IsCached(const std::string& key) const {
  const std::string base = cache_dir_ + "/" + key;
  if (access((base + ".so").c_str(), R_OK) != 0) return false;
  std::ifstream dependencies(base + ".deps");
  for (std::string digest, path; dependencies >> digest && std::getline(dependencies, path);) {
    if (FileDigest(path.substr(1)) != digest) return false;
  }
  return true;
}

std::string KernelCompiler::TranslationUnit(const KernelSource& source) {
  const char* const library =
      UsesStandardLibrary(source) ? "#define TT_SIMULATOR_STANDARD_LIBRARY 1\n" : "";
  return source.preamble + library + "#include \"simulator_abi/prelude.h\"\n" + source.bindings +
         "#line 1 \"" + source.name + "\"\n" + source.text + "\n";
}

void KernelCompiler::RunCompiler(const std::string& kernel, std::vector<std::string> arguments,
                                 const std::string& log_path) const {
  arguments.insert(arguments.begin(), compiler_);
  const ToolResult result = RunTool(std::move(arguments), log_path);
  if (result.failed) {
    throw KernelCompileError(
        kernel, fmt::format("cannot run {}: {}", compiler_, std::strerror(result.failed)));
  }
  if (result.status != 0) {
    throw KernelCompileError(
        kernel, fmt::format("kernel {} does not compile:\n{}", kernel, ReadFile(log_path)));
  }
}

void KernelCompiler::Compile(const KernelSource& source, const std::string& key) const {
  const std::string output = cache_dir_ + "/" + key + ".so";
  const std::string base = TemporaryName(output);
  const FileRemover text_file{base + ".cpp"}, log_file{base + ".log"}, object_file{base + ".so"},
      rule_file{base + ".d"}, digest_file{base + ".deps"}, expanded_file{base + ".ii"};
  {
    std::ofstream out(text_file.path, std::ios::binary);
    out << TranslationUnit(source);
    if (!out) throw KernelCompileError(source.name, "cannot write " + text_file.path);
  }
  std::vector<std::string> arguments = flags_;
  if (source.include_dirs.empty()) {
    arguments.insert(arguments.end(), {"-o", object_file.path, text_file.path});
  } else {
    std::vector<std::string> expand = flags_;
    for (const std::string& dir : source.include_dirs) expand.insert(expand.end(), {"-I", dir});
    expand.insert(expand.end(),
                  {"-E", "-MD", "-MF", rule_file.path, "-o", expanded_file.path, text_file.path});
    RunCompiler(source.name, expand, log_file.path);
    WithoutUnrollHints(expanded_file.path);
    arguments.insert(arguments.end(), {"-o", object_file.path, expanded_file.path});
  }
  RunCompiler(source.name, arguments, log_file.path);
  if (!source.include_dirs.empty()) {
    std::ofstream(digest_file.path) << DependencyDigests(ReadFile(rule_file.path));
    std::rename(digest_file.path.c_str(), (cache_dir_ + "/" + key + ".deps").c_str());
  }
  if (std::rename(object_file.path.c_str(), output.c_str()) != 0) {
    throw KernelCompileError(source.name, "cannot write " + output);
  }
}

const LoadedKernel* KernelCompiler::Open(const KernelSource& source, const std::string& key,
                                         double compile_ms) {
  // A private copy of the file gives every device its own instance of the kernel's globals.
  const std::string cached = cache_dir_ + "/" + key + ".so";
  const FileRemover copy{TemporaryName(cached)};
  std::error_code error;
  fs::copy_file(cached, copy.path, error);
  auto library = std::make_unique<Library>();
  library->handle = dlopen(copy.path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library->handle) {
    const char* reason = dlerror();
    throw KernelCompileError(source.name, fmt::format("kernel {} does not load: {}", source.name,
                                                      reason ? reason : "unknown reason"));
  }
  using Setup = void (*)(const tt_simulator_abi::Table*);
  auto setup = reinterpret_cast<Setup>(dlsym(library->handle, "tt_simulator_setup"));
  LoadedKernel& kernel = library->kernel;
  kernel.name = source.name;
  kernel.entry = reinterpret_cast<void (*)()>(dlsym(library->handle, "tt_simulator_main"));
  kernel.stack_limit =
      reinterpret_cast<uintptr_t*>(dlsym(library->handle, "tt_simulator_stack_limit"));
  kernel.compile_ms = compile_ms;
  setup(&AbiTable());
  kernel.image = cached;
  link_map* map = nullptr;
  dlinfo(library->handle, RTLD_DI_LINKMAP, &map);
  kernel.base = map->l_addr;
  kernel.globals = WritableSections(copy.path, kernel.base);
  for (const auto& [address, size] : kernel.globals) {
    kernel.initial_globals.insert(kernel.initial_globals.end(), address, address + size);
  }
  return &(libraries_[key] = std::move(library))->kernel;
}

std::vector<const LoadedKernel*> KernelCompiler::Load(const std::vector<KernelSource>& sources) {
  if (compiler_.empty()) FindCompiler();
  std::vector<std::string> keys;
  std::vector<size_t> missing;
  for (const KernelSource& source : sources) {
    keys.push_back(KeyOf(source));
    const std::string& key = keys.back();
    if (auto loaded = libraries_.find(key); loaded != libraries_.end()) {
      loaded->second->kernel.compile_ms = 0;
      if (source.include_dirs.empty() || IsCached(key)) continue;
      libraries_.erase(loaded);
    }
    const bool queued = std::any_of(missing.begin(), missing.end(),
                                    [&](size_t other) { return keys[other] == key; });
    if (!queued && !IsCached(key)) missing.push_back(keys.size() - 1);
  }
  std::vector<double> compile_ms(sources.size());
  if (!missing.empty()) {
    std::error_code error;
    fs::create_directories(cache_dir_, error);
    if (error) {
      throw KernelCompileError(
          "", fmt::format("cannot create the kernel cache {}: {}", cache_dir_, error.message()));
    }
    std::vector<std::exception_ptr> failures(missing.size());
    std::atomic<size_t> next = 0;
    auto work = [&] {
      for (size_t i; (i = next++) < missing.size();) {
        const size_t index = missing[i];
        const auto start = std::chrono::steady_clock::now();
        try {
          Compile(sources[index], keys[index]);
        } catch (...) {
          failures[i] = std::current_exception();
        }
        compile_ms[index] =
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
                .count();
      }
    };
    const size_t jobs =
        std::min<size_t>(missing.size(), std::max(1u, std::thread::hardware_concurrency()));
    std::vector<std::thread> threads;
    for (size_t i = 1; i < jobs; ++i) threads.emplace_back(work);
    work();
    for (std::thread& thread : threads) thread.join();
    for (const std::exception_ptr& failure : failures) {
      if (failure) std::rethrow_exception(failure);
    }
  }
  std::vector<const LoadedKernel*> kernels;
  for (size_t i = 0; i < sources.size(); ++i) {
    auto it = libraries_.find(keys[i]);
    kernels.push_back(it != libraries_.end() ? &it->second->kernel
                                             : Open(sources[i], keys[i], compile_ms[i]));
  }
  return kernels;
}

}  // namespace tt_simulator
