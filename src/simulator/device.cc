#include "device.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "kernel_preamble.h"
#include "timing/launch.h"

namespace tt_simulator {
namespace {

using Clock = std::chrono::steady_clock;

double MillisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

const tt_target::HardwareModel& ModelOf(const DeviceOptions& options) {
  const tt_target::HardwareModel* model = tt_target::FindHardwareModel(options.arch);
  if (!model) {
    throw DescriptorError(
        fmt::format("architecture '{}' is unknown; use wormhole_b0 or blackhole", options.arch));
  }
  return *model;
}

/// The first `include/simulator/kernel_api` going up from the file this code is loaded from: in an
/// installed package that is the package's, in a build folder a link to the sources.
std::string DefaultKernelApiDir() {
  namespace fs = std::filesystem;
  Dl_info info = {};
  dladdr(reinterpret_cast<void*>(&ModelOf), &info);
  std::error_code error;
  const fs::path self = fs::weakly_canonical(info.dli_fname ? info.dli_fname : "", error);
  for (fs::path above = self; above.has_relative_path();) {
    above = above.parent_path();
    const fs::path headers = above / "include" / "simulator" / "kernel_api";
    if (fs::is_directory(headers, error)) return headers;
  }
  throw DescriptorError(fmt::format(
      "no folder above {} has include/simulator/kernel_api, the headers that kernels need; install "
      "the package again or pass kernel_api_dir",
      self.string()));
}

uint32_t Extent(uint32_t requested, uint32_t largest, const char* what) {
  if (requested > largest) {
    throw DescriptorError(
        fmt::format("{} grid {} is larger than the architecture's {}", what, requested, largest));
  }
  return requested ? requested : largest;
}

KernelSource SourceOf(const KernelDescriptor& kernel, const ProgramDescriptor& program,
                      const tt_target::HardwareModel& model) {
  KernelSource source;
  source.name = kernel.name;
  source.preamble = KernelPreamble(kernel, program, model);
  source.bindings = BindingsText(kernel);
  source.include_dirs = kernel.compiler_include_paths;
  if (kernel.source_type == SourceType::kSourceCode) {
    source.text = kernel.kernel_source;
    return source;
  }
  const std::filesystem::path path = kernel.kernel_source;
  std::ifstream in(path, std::ios::binary);
  if (!in) throw DescriptorError(fmt::format("kernel file '{}' cannot be read", path.string()));
  std::ostringstream text;
  text << in.rdbuf();
  source.text = text.str();
  source.include_dirs.insert(source.include_dirs.begin(),
                             std::filesystem::absolute(path).parent_path());
  return source;
}

std::string DefaultName(const KernelDescriptor& kernel) {
  if (kernel.source_type == SourceType::kFilePath) {
    return std::filesystem::path(kernel.kernel_source).filename();
  }
  if (kernel.IsCompute()) return "compute.cpp";
  const auto& config = std::get<DataMovementConfigDescriptor>(kernel.config);
  return config.processor == DataMovementProcessor::RISCV_1 ? "reader.cpp" : "writer.cpp";
}

/// A circular buffer on a tensor must lie inside one in L1.
void RequireBuffer(Simulation& simulation, const CBDescriptor& descriptor) {
  const uint32_t address = *descriptor.buffer_address;
  const Buffer* buffer = simulation.buffers().Find(MemoryKind::kL1, address);
  const uint32_t id = descriptor.format_descriptors.front().buffer_index;
  if (!buffer) {
    throw DescriptorError(
        fmt::format("circular buffer {}: no tensor in L1 lies at address {:#x}", id, address));
  }
  // 64 bits: a descriptor's sizes may be anything.
  const uint64_t end = uint64_t{address} + descriptor.total_size;
  if (end > buffer->address + uint64_t{buffer->BytesPerBank()}) {
    throw DescriptorError(fmt::format(
        "circular buffer {}: {} bytes at {:#x} are more than the {} bytes the tensor has on a core",
        id, descriptor.total_size, address, buffer->BytesPerBank()));
  }
}

/// Places circular buffers, then scratchpads; returns the scratchpads' addresses by kernel.
std::vector<std::vector<uint32_t>> PlaceInL1(Simulation& simulation,
                                             const ProgramDescriptor& program) {
  const tt_target::HardwareModel& model = simulation.model();
  const uint32_t limit = simulation.buffers().LowestL1Address();
  const uint32_t alignment = std::max(model.l1_alignment, model.dram_read_alignment);
  std::vector<uint32_t> top(simulation.num_workers(), model.l1_usable_base);
  for (const CBDescriptor& descriptor : program.cbs) {
    // One address on all cores, so that multicasts can use it.
    const std::vector<CoreCoord> cores = CoresOf(descriptor.core_ranges);
    uint32_t address = 0;
    for (CoreCoord core : cores) {
      address = std::max(address, top[core.y * simulation.grid_x() + core.x]);
    }
    address = (address + alignment - 1) / alignment * alignment;
    if (descriptor.buffer_address) {
      address = *descriptor.buffer_address;
      RequireBuffer(simulation, descriptor);
    } else if (address + descriptor.total_size > limit) {
      throw DescriptorError(fmt::format(
          "circular buffer {} would end at L1 address {}, but L1 is free up to {}; use fewer or "
          "smaller pages",
          descriptor.format_descriptors.front().buffer_index, address + descriptor.total_size,
          limit));
    }
    for (CoreCoord coord : cores) {
      Core& core = simulation.AddCore(coord);
      if (!descriptor.buffer_address) {
        top[core.index] = address + descriptor.total_size;
        simulation.l1().MarkUnwritten(core.index, address, descriptor.total_size);
      }
      for (const CBFormatDescriptor& format : descriptor.format_descriptors) {
        CircularBuffer& cb = core.cbs[format.buffer_index];
        cb.configured = true;
        cb.format = FormatFromName(format.data_format);
        cb.offset = address;
        cb.page_size = format.page_size;
        cb.on_tensor = descriptor.buffer_address.has_value();
        cb.num_pages = descriptor.total_size / format.page_size;
        if (timing::Replay* replay = simulation.replay()) {
          replay->SetCircularBuffer(core.index, format.buffer_index, cb.num_pages);
        }
      }
    }
  }
  std::vector<std::vector<uint32_t>> scratchpads;
  for (const KernelDescriptor& kernel : program.kernels) {
    std::vector<uint32_t>& addresses = scratchpads.emplace_back();
    const std::vector<CoreCoord> cores = CoresOf(kernel.core_ranges);
    for (const auto& [name, bytes] : kernel.bindings.scratchpads) {
      uint32_t address = 0;
      for (CoreCoord core : cores) {
        address = std::max(address, top[core.y * simulation.grid_x() + core.x]);
      }
      address = (address + alignment - 1) / alignment * alignment;
      if (bytes > limit || address > limit - bytes) {
        throw DescriptorError(fmt::format(
            "kernel '{}': scratchpad '{}' of {} bytes would start at L1 address {}, but "
            "L1 is free up to {}",
            kernel.name, name, bytes, address, limit));
      }
      for (CoreCoord core : cores) {
        top[core.y * simulation.grid_x() + core.x] = address + bytes;
        simulation.l1().MarkUnwritten(simulation.AddCore(core).index, address, bytes);
      }
      addresses.push_back(address);
    }
  }
  return scratchpads;
}

void StoreWords(Simulation& simulation, Core& core, uint32_t offset,
                const std::vector<uint32_t>& words) {
  if (words.empty()) return;
  std::memcpy(core.l1 + offset, words.data(), words.size() * 4);
  simulation.l1().MarkWritten(core.index, offset, words.size() * 4);
}

void StartKernel(Simulation& simulation, const KernelDescriptor& kernel, const LoadedKernel* loaded,
                 const std::vector<uint32_t>& scratchpads) {
  using namespace tt_simulator_abi;  // NOLINT: role names
  uint32_t first = kUnpack, last = kPack, noc = 0;
  if (!kernel.IsCompute()) {
    const auto& config = std::get<DataMovementConfigDescriptor>(kernel.config);
    first = last = config.processor == DataMovementProcessor::RISCV_0 ? kBrisc : kNcrisc;
    noc = config.noc;
  }
  const std::vector<uint32_t> common = CommonRuntimeWords(kernel, scratchpads);
  for (CoreCoord coord : CoresOf(kernel.core_ranges)) {
    Core& core = simulation.AddCore(coord);
    if (kernel.IsCompute()) {
      core.engine = std::make_unique<ComputeEngine>(
          simulation.model(), std::get<ComputeConfigDescriptor>(kernel.config),
          simulation.numerics(), simulation.helper(),
          std::any_of(core.cbs.begin(), core.cbs.end(), [](const CircularBuffer& cb) {
            return cb.configured && cb.format == DataFormat::Float16;
          }));
    }
    const auto args = kernel.runtime_args.find(coord);
    for (uint32_t role = first; role <= last; ++role) {
      Risc& risc = simulation.AddRisc(core, role, loaded);
      risc.noc = noc;
      const uint32_t base = ConfigRegion::kArguments + role * ConfigRegion::kArgumentStride;
      if (args != kernel.runtime_args.end()) {
        risc.num_args = args->second.size();
        StoreWords(simulation, core, base, args->second);
      }
      risc.num_common_args = common.size();
      StoreWords(simulation, core, base + ConfigRegion::kCommonArguments, common);
    }
  }
}

}  // namespace

Device::Device(DeviceOptions options)
    : options_(std::move(options)),
      model_(ModelOf(options_)),
      grid_x_(Extent(options_.grid_x, model_.grid_x, "column")),
      grid_y_(Extent(options_.grid_y, model_.grid_y, "row")),
      l1_(std::make_unique<L1Memory>(grid_x_ * grid_y_, model_.l1_bytes)),
      buffers_(std::make_unique<BufferPool>(model_, l1_.get())) {
  for (const std::string& name : options_.ignored_violations) {
    const Violation violation = ViolationFromName(name);
    if (violation == Violation::kCount) {
      throw DescriptorError(fmt::format("there is no violation named '{}'", name));
    }
    if (violation == Violation::kInternalError || violation == Violation::kDeadlock ||
        violation == Violation::kLivelock) {
      throw DescriptorError(fmt::format("{} cannot be ignored: the run could not go on", name));
    }
    ignored_violations_ |= uint64_t{1} << static_cast<uint32_t>(violation);
  }
  const std::string headers =
      options_.kernel_api_dir.empty() ? DefaultKernelApiDir() : options_.kernel_api_dir;
  compiler_ = std::make_unique<KernelCompiler>(headers, options_.cache_dir);
}

Device::~Device() = default;

Buffer Device::AllocateInterleavedBuffer(uint32_t num_pages, uint32_t page_size,
                                         MemoryKind memory) {
  return buffers_->Allocate(memory, num_pages, page_size);
}

void Device::FreeBuffer(const Buffer& buffer) { buffers_->Free(buffer.memory, buffer.address); }

void Device::ForgetL1() {
  for (uint32_t core = 0; core < grid_x_ * grid_y_; ++core) {
    l1_->MarkUnwritten(core, 0, l1_->l1_bytes());
    // Arguments and semaphores lie below what is checked.
    constexpr uint32_t kEnd = ConfigRegion::kArguments + kNumRiscs * ConfigRegion::kArgumentStride;
    std::memset(l1_->Core(core) + ConfigRegion::kZeros, 0, kEnd - ConfigRegion::kZeros);
  }
}

void Device::WriteBuffer(const Buffer& buffer, const void* data) {
  buffers_->Write(buffer, static_cast<const uint8_t*>(data));
}

void Device::ReadBuffer(const Buffer& buffer, void* data) const {
  buffers_->Read(buffer, static_cast<uint8_t*>(data));
}

void Device::WriteTiles(const Buffer& buffer, DataFormat format, const HostMatrices& matrices,
                        const void* data) {
  buffers_->Prepare(buffer);
  Tilize(matrices, data, format, [&](size_t page) { return buffers_->Page(buffer, page); });
  buffers_->MarkWritten(buffer);
}

void Device::ReadTiles(const Buffer& buffer, DataFormat format, const HostMatrices& matrices,
                       void* data) const {
  Untilize(
      format, [&](size_t page) { return buffers_->Page(buffer, page); }, matrices, data);
}

tt_target::NocCoordinate Device::WorkerNocCoordinate(CoreCoord core) const {
  return {model_.worker_noc_x[core.x], model_.worker_noc_y[core.y]};
}

std::vector<uint32_t> Device::TensorAccessorArgs(const Buffer& buffer) const {
  // wheel hostdevcommon/tensor_accessor/arg_config.hpp
  constexpr uint32_t kIsSharded = 1, kIsDram = 2;
  if (!buffer.sharding) {
    return {buffer.memory == MemoryKind::kDram ? kIsDram : 0, buffer.aligned_page};
  }
  const Sharding& sharding = *buffer.sharding;
  std::vector<uint32_t> words = {kIsSharded, buffer.aligned_page,
                                 static_cast<uint32_t>(sharding.tensor.size()), buffer.banks};
  words.insert(words.end(), sharding.tensor.begin(), sharding.tensor.end());
  words.insert(words.end(), sharding.shard.begin(), sharding.shard.end());
  for (size_t i = 0; i < sharding.cores.size(); ++i) {
    const uint32_t core = sharding.cores[i];
    const uint32_t packed =
        uint32_t{model_.worker_noc_x[core % grid_x_]} << 8 | model_.worker_noc_y[core / grid_x_];
    if (i % 2 == 0) {
      words.push_back(packed);
    } else {
      words.back() |= packed << 16;
    }
  }
  return words;
}

std::vector<std::string> Device::TranslationUnits(const ProgramDescriptor& program) const {
  std::vector<std::string> units;
  for (KernelDescriptor kernel : program.kernels) {
    if (kernel.name.empty()) kernel.name = DefaultName(kernel);
    units.push_back(KernelCompiler::TranslationUnit(SourceOf(kernel, program, model_)));
  }
  return units;
}

const std::string& Device::kernel_api_dir() const { return compiler_->header_dir(); }

ScheduleReport Device::CheckSchedules(const ProgramDescriptor& program, uint32_t seeds) {
  const BufferPool::Snapshot before = buffers_->TakeSnapshot();
  ScheduleReport report;
  report.bounded_channels = Run(program).bounded_channels;
  if (report.bounded_channels) return report;
  const BufferPool::Snapshot after = buffers_->TakeSnapshot();
  for (uint64_t seed = 1; seed <= seeds; ++seed, ++report.schedules) {
    buffers_->Restore(before);
    Run(program, seed);
    if (buffers_->TakeSnapshot() != after) report.differing_seed = seed;
  }
  return report;
}

RunReport Device::Run(const ProgramDescriptor& original, uint64_t seed) {
  ProgramDescriptor program = original;
  for (KernelDescriptor& kernel : program.kernels) {
    if (kernel.name.empty()) kernel.name = DefaultName(kernel);
  }
  ValidateProgram(program, model_, grid_x_, grid_y_);

  RunReport report;
  const Clock::time_point load_start = Clock::now();
  std::vector<KernelSource> sources;
  for (const KernelDescriptor& kernel : program.kernels) {
    sources.push_back(SourceOf(kernel, program, model_));
  }
  const std::vector<const LoadedKernel*> kernels = compiler_->Load(sources);
  for (const LoadedKernel* kernel : kernels) {
    report.kernels.push_back({kernel->name, kernel->compile_ms});
  }
  report.load_ms = MillisecondsSince(load_start);

  const Clock::time_point run_start = Clock::now();
  Simulation simulation(model_, grid_x_, grid_y_, l1_.get(), buffers_.get(), ignored_violations_,
                        options_.numerics, options_.timing);
  // Neighbouring states of the generator start alike.
  simulation.DrawSchedule(seed * 0x9e3779b97f4a7c15);
  const auto scratchpads = PlaceInL1(simulation, program);
  for (const SemaphoreDescriptor& semaphore : program.semaphores) {
    for (CoreCoord coord : CoresOf(semaphore.core_ranges)) {
      Core& core = simulation.AddCore(coord);
      core.semaphores[semaphore.id] = true;
      StoreWords(simulation, core,
                 ConfigRegion::kSemaphores + semaphore.id * ConfigRegion::kSemaphoreStride,
                 {semaphore.initial_value});
    }
  }
  for (size_t i = 0; i < program.kernels.size(); ++i) {
    StartKernel(simulation, program.kernels[i], kernels[i], scratchpads[i]);
  }
  simulation.Run();
  report.bounded_channels = simulation.bounded_channels();
  report.counters = simulation.counters();
  report.time = simulation.TakeTimeReport();
  report.time.launch = timing::LaunchOf(simulation.timing_model(), program);
  report.run_ms = MillisecondsSince(run_start);
  return report;
}

}  // namespace tt_simulator
