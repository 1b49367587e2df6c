/*! From the plan to descriptors, and a launch on the simulated device. */
#include "runtime/launch.h"

#include <array>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <utility>

#include "runtime/host_tensors.h"
#include "simulator/host_layout.h"
#include "target/hardware_model.h"

namespace tt_runtime {

namespace sim = tt_simulator;

namespace {

/*! How a tensor lies on the host, in its device's dtype, and in its tiles. */
struct TensorFormat {
  sim::HostType host;
  sim::DataFormat tiles;
};
constexpr std::array kHostTypes = {
    std::pair{"bfloat16", sim::HostType::kBfloat16}, std::pair{"float32", sim::HostType::kFloat32},
    std::pair{"int32", sim::HostType::kInt32},       std::pair{"uint32", sim::HostType::kUInt32},
    std::pair{"uint16", sim::HostType::kUInt16},     std::pair{"uint8", sim::HostType::kUInt8},
    std::pair{"int8", sim::HostType::kUInt8},
};

TensorFormat FormatOf(const tt_plan::Tensor& tensor) {
  const sim::DataFormat tiles = sim::FormatFromName(tensor.data_format);
  if (tiles == sim::DataFormat::Invalid) {
    throw std::invalid_argument("tensor '" + tensor.name + "' has the unknown data format " +
                                tensor.data_format);
  }
  for (const auto& [dtype, host] : kHostTypes) {
    if (tensor.dtype == dtype) return {host, tiles};
  }
  throw std::invalid_argument("tensor '" + tensor.name + "' has the unknown dtype " + tensor.dtype);
}

/*! Leading dimensions folded, rows, columns. */
struct Matrices {
  size_t batch = 1, rows, cols;
};
Matrices MatricesOf(const tt_plan::Tensor& tensor) {
  const size_t rank = tensor.shape.size();
  Matrices m;
  for (size_t i = 0; i + 2 < rank; ++i) m.batch *= tensor.shape[i];
  m.rows = rank > 1 ? tensor.shape[rank - 2] : 1;
  m.cols = tensor.shape[rank - 1];
  return m;
}

/*! \brief Fills a tensor's buffer with dense elements: its pages are tiles, or rows as they are. */
void WritePages(sim::Device& device, const sim::Buffer& buffer, const tt_plan::Tensor& tensor,
                const void* data) {
  if (tensor.layout == tt_plan::kRowMajor) return device.WriteBuffer(buffer, data);
  const TensorFormat format = FormatOf(tensor);
  const Matrices m = MatricesOf(tensor);
  device.WriteTiles(buffer, format.tiles, {format.host, m.batch, m.rows, m.cols}, data);
}

void ReadPages(const sim::Device& device, const sim::Buffer& buffer, const tt_plan::Tensor& tensor,
               void* data) {
  if (tensor.layout == tt_plan::kRowMajor) return device.ReadBuffer(buffer, data);
  const TensorFormat format = FormatOf(tensor);
  const Matrices m = MatricesOf(tensor);
  device.ReadTiles(buffer, format.tiles, {format.host, m.batch, m.rows, m.cols}, data);
}

sim::CoreRangeSet RangesOf(const std::vector<tt_plan::CoreRange>& ranges) {
  sim::CoreRangeSet result;
  for (const tt_plan::CoreRange& r : ranges) {
    result.push_back({{static_cast<uint32_t>(r.x0), static_cast<uint32_t>(r.y0)},
                      {static_cast<uint32_t>(r.x1), static_cast<uint32_t>(r.y1)}});
  }
  return result;
}

sim::MathFidelity FidelityOf(const std::string& name) {
  if (name == "LoFi") return sim::MathFidelity::LoFi;
  if (name == "HiFi2") return sim::MathFidelity::HiFi2;
  if (name == "HiFi3") return sim::MathFidelity::HiFi3;
  if (name == "HiFi4") return sim::MathFidelity::HiFi4;
  throw std::invalid_argument("unknown math fidelity " + name);
}

void DescribeConfig(const tt_plan::Kernel& kernel, sim::KernelDescriptor* out) {
  if (kernel.noc >= 0) {
    const bool first = kernel.processor == "RISCV_0";
    out->config = sim::DataMovementConfigDescriptor{
        first ? sim::DataMovementProcessor::RISCV_0 : sim::DataMovementProcessor::RISCV_1,
        static_cast<uint32_t>(kernel.noc)};
    return;
  }
  sim::ComputeConfigDescriptor compute;
  compute.math_fidelity = FidelityOf(kernel.compute.math_fidelity);
  compute.fp32_dest_acc_en = kernel.compute.fp32_dest_acc_en;
  compute.dst_full_sync_en = kernel.compute.dst_full_sync_en;
  compute.math_approx_mode = kernel.compute.math_approx_mode;
  compute.unpack_to_dest_fp32.assign(kernel.compute.unpack_to_dest_fp32.begin(),
                                     kernel.compute.unpack_to_dest_fp32.end());
  out->config = compute;
}

/*! A runtime argument of a core as the device sees it. */
uint32_t ArgumentValue(const tt_plan::RuntimeArg& arg, int64_t value,
                       const tt_target::HardwareModel& hardware,
                       const std::map<std::string, uint32_t>& addresses) {
  if (!arg.tensor.empty()) return addresses.at(arg.tensor);
  if (arg.kind == "noc_x") return hardware.worker_noc_x.at(value);
  if (arg.kind == "noc_y") return hardware.worker_noc_y.at(value);
  return static_cast<uint32_t>(value);
}

sim::KernelDescriptor DescribeKernel(const tt_plan::Kernel& kernel, const std::string& source,
                                     const tt_target::HardwareModel& hardware,
                                     const std::map<std::string, uint32_t>& addresses) {
  sim::KernelDescriptor out;
  out.name = kernel.file;
  out.kernel_source = source;
  out.source_type = sim::SourceType::kSourceCode;
  out.core_ranges = RangesOf(kernel.core_ranges);
  out.compile_time_args.assign(kernel.compile_time_args.begin(), kernel.compile_time_args.end());
  for (const tt_plan::NamedArg& arg : kernel.named_compile_time_args) {
    out.named_compile_time_args.emplace_back(arg.name, static_cast<uint32_t>(arg.value));
  }
  for (const tt_plan::NamedArg& define : kernel.defines) {
    out.defines.emplace_back(define.name, std::to_string(define.value));
  }
  for (const tt_plan::CoreArgs& core : kernel.core_args) {
    auto& values = out.runtime_args[{static_cast<uint32_t>(core.x), static_cast<uint32_t>(core.y)}];
    for (size_t i = 0; i < core.values.size(); ++i)
      values.push_back(ArgumentValue(kernel.runtime_args[i], core.values[i], hardware, addresses));
  }
  DescribeConfig(kernel, &out);
  return out;
}

/*! \brief What a new device would depend on, the environment included. */
std::string KeyOf(const sim::DeviceOptions& options) {
  std::string key = options.arch + " " + std::to_string(static_cast<int>(options.numerics)) + " " +
                    std::to_string(static_cast<int>(options.timing));
  for (const char* name : {"CXX", "PATH", "HOME", "XDG_CACHE_HOME"}) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here sets one
    key += std::string("\n") + (value ? value : "");
  }
  return key;
}

/*!
 * \brief The device of a thread's last launch, for its next one: kernels stay loaded, memory mapped.
 *
 * It belongs to the thread, so nobody waits for it. A launch takes it out and puts it back when all
 * went well: a device with which a launch failed is never seen again.
 */
class IdleDevice {
 public:
  std::unique_ptr<sim::Device> Take(const sim::DeviceOptions& options) {
    std::string key = KeyOf(options);
    if (!device_ || key != key_) {
      device_.reset();  // before the next one, for its memory
      device_ = std::make_unique<sim::Device>(options);
      launches_ = 0;
      key_ = std::move(key);
    }
    return std::move(device_);
  }

  /*! \brief `bytes` of DRAM have been in use. */
  void Put(std::unique_ptr<sim::Device> device, size_t bytes) {
    if (bytes > kMostBytes || ++launches_ == kMostLaunches) return;
    device->ForgetL1();
    device_ = std::move(device);
  }

 private:
  static constexpr int kMostLaunches = 256;       // Kernels of all of them stay loaded.
  static constexpr size_t kMostBytes = 64 << 20;  // More is given back to the host.

  std::unique_ptr<sim::Device> device_;
  std::string key_;
  int launches_ = 0;
};

thread_local IdleDevice idle_device;

}  // namespace

sim::ProgramDescriptor DescribeProgram(const CompiledProgram& program,
                                       const std::map<std::string, uint32_t>& addresses) {
  sim::ProgramDescriptor out;
  const sim::CoreRangeSet cores = RangesOf(program.plan.core_ranges);
  const tt_target::HardwareModel* hardware = tt_target::FindHardwareModel(program.plan.arch);
  if (hardware == nullptr) throw std::invalid_argument("unknown arch " + program.plan.arch);
  for (const tt_plan::Kernel& kernel : program.plan.kernels) {
    out.kernels.push_back(
        DescribeKernel(kernel, program.sources.at(kernel.file), *hardware, addresses));
  }
  for (const tt_plan::CircularBuffer& cb : program.plan.circular_buffers) {
    out.cbs.push_back(
        {static_cast<uint32_t>(cb.total_size),
         cores,
         {{static_cast<uint32_t>(cb.id), cb.data_format, static_cast<uint32_t>(cb.page_size)}}});
  }
  for (const tt_plan::Semaphore& semaphore : program.plan.semaphores) {
    out.semaphores.push_back({static_cast<uint32_t>(semaphore.id), cores,
                              static_cast<uint32_t>(semaphore.initial_value)});
  }
  return out;
}

sim::RunReport Launch(const CompiledProgram& program, const std::vector<HostTensor>& tensors,
                      const LaunchOptions& options) {
  const tt_plan::ProgramPlan& plan = program.plan;
  sim::DeviceOptions device_options;
  device_options.arch = plan.arch;
  device_options.numerics = options.numerics;
  device_options.timing = options.timing;
  std::unique_ptr<sim::Device> own_device = idle_device.Take(device_options);
  sim::Device& device = *own_device;
  size_t bytes = 0;
  std::map<std::string, uint32_t> addresses;
  std::vector<sim::Buffer> buffers;
  for (size_t i = 0; i < plan.tensors.size(); ++i) {
    const tt_plan::Tensor& tensor = plan.tensors[i];
    buffers.push_back(device.AllocateInterleavedBuffer(tensor.num_pages, tensor.page_size,
                                                       sim::MemoryKind::kDram));
    addresses[tensor.name] = buffers.back().address;
    bytes += size_t{buffers.back().BytesPerBank()} * buffers.back().banks;
    // Outputs too: what the program leaves alone keeps its value.
    std::vector<uint8_t> ordered;
    const void* data = tensors[i].data;
    if (!SameOnHost(tensor)) data = (ordered = ToDeviceOrder(tensor, data)).data();
    WritePages(device, buffers.back(), tensor, data);
  }
  sim::RunReport report = device.Run(DescribeProgram(program, addresses), options.seed);
  for (size_t i = 0; i < plan.tensors.size(); ++i) {
    const tt_plan::Tensor& tensor = plan.tensors[i];
    if (!tensor.is_output) continue;
    if (SameOnHost(tensor)) {
      ReadPages(device, buffers[i], tensor, tensors[i].data);
      continue;
    }
    const Matrices m = MatricesOf(tensor);
    std::vector<uint8_t> ordered(m.batch * m.rows * m.cols * HostTypeBytes(FormatOf(tensor).host));
    ReadPages(device, buffers[i], tensor, ordered.data());
    ToHostOrder(tensor, ordered, tensors[i].data);
  }
  for (const sim::Buffer& buffer : buffers) device.FreeBuffer(buffer);
  idle_device.Put(std::move(own_device), bytes);
  return report;
}

}  // namespace tt_runtime
