/*! main.cpp from the plan. */
#include "codegen/host_printer.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace tt_plan {

namespace {

constexpr const char* kHead = R"(// {name}: host program, generated from TileLang.
//
// Runs the kernels beside this file once, on random inputs, through TT-Metalium's mesh API.

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <tt-metalium/bfloat16.hpp>
{block_headers}#include <tt-metalium/distributed.hpp>
#include <tt-metalium/host_api.hpp>
#include <tt-metalium/mesh_buffer.hpp>
#include <tt-metalium/mesh_device.hpp>
#include <tt-metalium/mesh_workload.hpp>
#include <tt-metalium/tensor_accessor_args.hpp>
#include <tt-metalium/tilize_utils.hpp>

using namespace tt;
using namespace tt::tt_metal;

namespace {{

// Folder of the kernel files; the current one unless KERNEL_DIR says otherwise.
std::string kernel_path(const std::string& file) {{
    const char* directory = std::getenv("KERNEL_DIR");
    return (directory == nullptr ? std::string() : std::string(directory) + "/") + file;
}}

// A DRAM buffer of `pages` tiles, interleaved over all banks.
std::shared_ptr<distributed::MeshBuffer> make_buffer(
    distributed::MeshDevice* device, uint32_t pages, uint32_t page_size) {{
    distributed::DeviceLocalBufferConfig local{{.page_size = page_size, .buffer_type = BufferType::DRAM}};
    distributed::ReplicatedBufferConfig replicated{{.size = static_cast<uint64_t>(pages) * page_size}};
    return distributed::MeshBuffer::create(replicated, local, device);
}}

// A circular buffer on `cores`.
void make_circular_buffer(
    Program& program, const CoreRangeSet& cores, uint32_t id, uint32_t total_size, uint32_t page_size, DataFormat format) {{
    CreateCircularBuffer(
        program, cores, CircularBufferConfig(total_size, {{{{id, format}}}}).set_page_size(id, page_size));
}}

{padding}{values}}}  // namespace

int main() {{
    constexpr int device_id = 0;
    auto device = distributed::MeshDevice::create_unit_mesh(device_id);
    distributed::MeshCommandQueue& queue = device->mesh_command_queue();
    Program program = CreateProgram();
)";

constexpr const char* kRandomFloats = R"(// Random values in [-1, 1), row-major.
template <typename T>
std::vector<T> random_values(size_t count, uint32_t seed) {
    std::mt19937 generator(seed);
    std::uniform_real_distribution<float> distribution(-1.0f, 1.0f);
    std::vector<T> values(count);
    for (T& value : values) {
        value = T(distribution(generator));
    }
    return values;
}

)";

constexpr const char* kRandomIntegers = R"(// Random integers in [0, 100), row-major.
template <typename T>
std::vector<T> random_integers(size_t count, uint32_t seed) {
    std::mt19937 generator(seed);
    std::vector<T> values(count);
    for (T& value : values) {
        value = T(generator() % 100);
    }
    return values;
}

)";

// tilize_nfaces has no form for bytes.
constexpr const char* kToBytes =
    R"(std::vector<uint8_t> to_bytes(const std::vector<uint16_t>& values) {
    return std::vector<uint8_t>(values.begin(), values.end());
}

)";
constexpr const char* kFromBytes =
    R"(std::vector<uint16_t> from_bytes(const std::vector<uint8_t>& bytes) {
    return std::vector<uint16_t>(bytes.begin(), bytes.end());
}

)";

bool IsFloat(const Tensor& tensor) {
  return tensor.dtype == "float32" || tensor.dtype == "bfloat16";
}
/*! How the vendor's library calls the block format of a tensor's tiles (bfp8, bfp4); empty if it has none. */
std::string BlockFormat(const Tensor& tensor) {
  if (tensor.data_format == "Bfp8_b") return "bfp8";
  return tensor.data_format == "Bfp4_b" ? "bfp4" : "";
}
bool IsByte(const Tensor& tensor) { return tensor.dtype == "uint8" || tensor.dtype == "int8"; }
/*! The type in which elements are tilized: integers of a width are one. */
std::string ElementType(const Tensor& tensor) {
  if (IsFloat(tensor)) return tensor.dtype == "float32" ? "float" : tensor.dtype;
  return tensor.dtype == "int32" || tensor.dtype == "uint32" ? "uint32_t" : "uint16_t";
}

std::string Ranges(const std::vector<CoreRange>& ranges) {
  std::vector<std::string> items;
  items.reserve(ranges.size());
  for (const CoreRange& range : ranges) {
    items.push_back(
        fmt::format("CoreRange({{{}, {}}}, {{{}, {}}})", range.x0, range.y0, range.x1, range.y1));
  }
  return fmt::format("CoreRangeSet(std::vector<CoreRange>{{{}}})", fmt::join(items, ", "));
}

constexpr const char* kPadding = R"(// Matrices of rows x cols with zeros up to whole tiles.
template <typename T>
std::vector<T> pad_to_tiles(const std::vector<T>& values, size_t rows, size_t cols) {
    const size_t padded_rows = (rows + 31) / 32 * 32, padded_cols = (cols + 31) / 32 * 32;
    const size_t matrices = values.size() / (rows * cols);
    std::vector<T> padded(matrices * padded_rows * padded_cols, T(0.0f));
    for (size_t i = 0; i < values.size(); ++i) {
        const size_t matrix = i / (rows * cols), row = i / cols % rows, col = i % cols;
        padded[(matrix * padded_rows + row) * padded_cols + col] = values[i];
    }
    return padded;
}

)";

/*! Leading dimensions folded, rows and columns, and the latter two padded to whole tiles. */
struct Matrices {
  int64_t batch = 1, rows = 1, cols = 1, padded_rows = 32, padded_cols = 32;
  bool Ragged() const { return rows != padded_rows || cols != padded_cols; }
};
Matrices MatricesOf(const Tensor& tensor) {
  Matrices m;
  const size_t rank = tensor.shape.size();
  for (size_t i = 0; i + 2 < rank; ++i) m.batch *= tensor.shape[i];
  if (rank > 1) m.rows = tensor.shape[rank - 2];
  m.cols = tensor.shape[rank - 1];
  m.padded_rows = (m.rows + 31) / 32 * 32;
  m.padded_cols = (m.cols + 31) / 32 * 32;
  return m;
}

class HostPrinter {
 public:
  explicit HostPrinter(const ProgramPlan& plan) : plan_(plan) {}

  std::string Print() {
    const bool ragged = std::any_of(
        plan_.tensors.begin(), plan_.tensors.end(),
        [&](const Tensor& tensor) { return IsRead(tensor) && MatricesOf(tensor).Ragged(); });
    out_ << fmt::format(kHead, fmt::arg("name", plan_.name),
                        fmt::arg("block_headers", BlockHeaders()),
                        fmt::arg("padding", ragged ? kPadding : ""), fmt::arg("values", Values()));
    Line("const CoreRangeSet cores = {};", Ranges(plan_.core_ranges));
    PrintBuffers();
    PrintCircularBuffers();
    for (const Kernel& kernel : plan_.kernels) PrintKernel(kernel);
    PrintCoreArgs();
    PrintRun();
    out_ << "}\n";
    return out_.str();
  }

 private:
  template <typename... Args>
  void Line(fmt::format_string<Args...> format, Args&&... args) {
    out_ << "    " << fmt::format(format, std::forward<Args>(args)...) << "\n";
  }
  void Section(const char* title) { out_ << "\n    // " << title << "\n"; }

  void PrintBuffers() {
    const bool rows = std::any_of(plan_.tensors.begin(), plan_.tensors.end(),
                                  [](const Tensor& t) { return t.layout == kRowMajor; });
    Section(rows ? "Tensors: pages are tiles, or rows where it says so."
                 : "Tensors: pages are tiles.");
    for (const Tensor& tensor : plan_.tensors) {
      const std::string format = BlockFormat(tensor);
      Line("auto {}_buffer = make_buffer(device.get(), {}, {});  // {}{} {}{}{}", tensor.name,
           tensor.num_pages, tensor.page_size, tensor.dtype,
           format.empty() ? "" : " as " + tensor.data_format, fmt::join(tensor.shape, " x "),
           tensor.layout == kRowMajor ? ", rows" : "", HostOrder(tensor));
    }
  }

  /*! How the caller's tensor differs from the device's, for the reader of the text. */
  static std::string HostOrder(const Tensor& tensor) {
    if (tensor.dtype == tensor.host_dtype && tensor.shape == tensor.host_shape) return "";
    return fmt::format(" (host: {} {}, dimensions {})", tensor.host_dtype,
                       fmt::join(tensor.host_shape, " x "), fmt::join(tensor.order, ", "));
  }

  void PrintCircularBuffers() {
    Section("Circular buffers.");
    for (const CircularBuffer& cb : plan_.circular_buffers) {
      Line("make_circular_buffer(program, cores, {}, {}, {}, DataFormat::{});  // {}", cb.id,
           cb.total_size, cb.page_size, cb.data_format, cb.name);
    }
    for (const Semaphore& semaphore : plan_.semaphores) {
      Line("CreateSemaphore(program, cores, {});  // id {}", semaphore.initial_value, semaphore.id);
    }
  }

  void PrintKernel(const Kernel& kernel) {
    Section(fmt::format("Kernel {} on {}.", kernel.file, kernel.processor).c_str());
    if (!kernel.accessors.empty()) Line("std::vector<uint32_t> {}_args;", kernel.role);
    for (const Accessor& accessor : kernel.accessors) {
      Line("TensorAccessorArgs(*{}_buffer).append_to({}_args);", accessor.tensor, kernel.role);
    }
    std::vector<std::string> named;
    for (const NamedArg& arg : kernel.named_compile_time_args) {
      named.push_back(fmt::format("{{\"{}\", {}}}", arg.name, arg.value));
    }
    if (!kernel.compute.unpack_to_dest_fp32.empty() && kernel.noc < 0) {
      // Qualified, as the fidelity below: the bare name also finds a deprecated global alias.
      Line("using UnpackMode = tt::tt_metal::UnpackToDestMode;");
      Line("std::vector<UnpackMode> unpack_modes(NUM_CIRCULAR_BUFFERS, UnpackMode::Default);");
      for (int64_t id : kernel.compute.unpack_to_dest_fp32) {
        Line("unpack_modes[{}] = UnpackMode::UnpackToDestFp32;", id);
      }
    }
    Line("KernelHandle {}_kernel = CreateKernel(", kernel.role);
    Line("    program, kernel_path(\"{}\"), cores,", kernel.file);
    if (kernel.noc >= 0) {
      Line("    DataMovementConfig{{");
      Line("        .processor = DataMovementProcessor::{},", kernel.processor);
      Line("        .noc = NOC::NOC_{},", kernel.noc);
    } else {
      Line("    ComputeConfig{{");
      Line("        .math_fidelity = tt::tt_metal::MathFidelity::{},",
           kernel.compute.math_fidelity);
      Line("        .fp32_dest_acc_en = {},", kernel.compute.fp32_dest_acc_en);
      Line("        .dst_full_sync_en = {},", kernel.compute.dst_full_sync_en);
      if (!kernel.compute.unpack_to_dest_fp32.empty()) {
        Line("        .unpack_to_dest_mode = unpack_modes,");
      }
      Line("        .math_approx_mode = {},", kernel.compute.math_approx_mode);
    }
    if (!kernel.accessors.empty()) Line("        .compile_args = {}_args,", kernel.role);
    Line("        .named_compile_args = {{{}}}}});", fmt::join(named, ", "));
  }

  void PrintCoreArgs() {
    Section("Runtime arguments: the work items of every core.");
    Line("struct CoreWork {{");
    Line("    CoreCoord core;");
    Line("    uint32_t start_id, count;");
    Line("}};");
    Line("const std::vector<CoreWork> work = {{");
    const Kernel& first = plan_.kernels.front();
    for (const CoreArgs& core : first.core_args) {
      Line("    {{{{{}, {}}}, {}, {}}},", core.x, core.y, ValueOf(first, core, "start_id"),
           ValueOf(first, core, "count"));
    }
    Line("}};");
    Line("constexpr uint32_t Mt = {}, Nt = {};  // tiles of the output", plan_.grid_tiles[0],
         plan_.grid_tiles[1]);
    PrintSizes();
    if (AddressesCores()) {
      Line("// NoC coordinates of columns and rows of cores.");
      for (char axis : {'x', 'y'}) {
        Line("const auto noc_{} = [&](size_t {}) {{", axis, axis);
        Line("    const CoreCoord core = device->worker_core_from_logical_core(CoreCoord({}));",
             axis == 'x' ? "x, 0" : "0, y");
        Line("    return static_cast<uint32_t>(core.{});", axis);
        Line("}};");
      }
    }
    Line("for (const auto& [core, start_id, count] : work) {{");
    for (const Kernel& kernel : plan_.kernels) {
      std::vector<std::string> values;
      for (size_t i = 0; i < kernel.runtime_args.size(); ++i)
        values.push_back(ArgumentText(kernel.runtime_args[i], kernel.core_args[0].values[i]));
      Line("    SetRuntimeArgs(program, {}_kernel, core, {{{}}});", kernel.role,
           fmt::join(values, ", "));
    }
    Line("}}");
  }

  /*! The symbolic sizes that kernels take, with the numbers of this launch. */
  void PrintSizes() {
    std::map<std::string, int64_t> sizes;
    for (const Kernel& kernel : plan_.kernels) {
      for (size_t i = 0; i < kernel.runtime_args.size(); ++i) {
        const RuntimeArg& arg = kernel.runtime_args[i];
        if (arg.kind == kSize) sizes[arg.name] = kernel.core_args[0].values[i];
      }
    }
    for (const auto& [name, value] : sizes) {
      Line("constexpr uint32_t {} = {};  // the kernels serve any", SizeName(name), value);
    }
  }
  static std::string SizeName(const std::string& name) { return "size_" + name; }

  /*! An argument of the core `core`; of a NoC coordinate, `value` says of which column or row. */
  std::string ArgumentText(const RuntimeArg& arg, int64_t value) const {
    if (!arg.tensor.empty())
      return fmt::format("static_cast<uint32_t>({}_buffer->address())", arg.tensor);
    if (arg.kind == "noc_x" || arg.kind == "noc_y") return fmt::format("{}({})", arg.kind, value);
    if (arg.kind == kSize) return SizeName(arg.name);
    if (arg.kind == "core_x") return "static_cast<uint32_t>(core.x)";
    if (arg.kind == "core_y") return "static_cast<uint32_t>(core.y)";
    if (arg.kind == "core_index") {
      return fmt::format("static_cast<uint32_t>(core.y * {} + core.x)",
                         plan_.core_ranges[0].x1 + 1);
    }
    return arg.name;
  }

  bool AddressesCores() const {
    return std::any_of(plan_.kernels.begin(), plan_.kernels.end(), [](const Kernel& kernel) {
      return std::any_of(kernel.runtime_args.begin(), kernel.runtime_args.end(),
                         [](const RuntimeArg& arg) { return arg.kind == "noc_x"; });
    });
  }

  static int64_t ValueOf(const Kernel& kernel, const CoreArgs& core, const std::string& kind) {
    for (size_t i = 0; i < kernel.runtime_args.size(); ++i) {
      if (kernel.runtime_args[i].kind == kind) return core.values[i];
    }
    return 0;
  }

  void PrintRun() {
    Section("Inputs: row-major on the host, tiles on the device.");
    uint32_t seed = 0;
    for (const Tensor& tensor : plan_.tensors) {
      if (!IsRead(tensor)) continue;
      const Matrices m = MatricesOf(tensor);
      std::string values =
          fmt::format("{}<{}>({} * {}, {})", IsFloat(tensor) ? "random_values" : "random_integers",
                      ElementType(tensor), m.batch * m.rows, m.cols, seed++);
      if (m.Ragged()) values = fmt::format("pad_to_tiles({}, {}, {})", values, m.rows, m.cols);
      values =
          fmt::format("tilize_nfaces({}, {}, {})", values, m.batch * m.padded_rows, m.padded_cols);
      if (IsByte(tensor)) values = "to_bytes(" + values + ")";
      if (const std::string format = BlockFormat(tensor); !format.empty()) {
        values = fmt::format("pack_as_{}_tiles<{}>({}, false, false)", format, ElementType(tensor),
                             values);
      }
      Line("auto {}_in = {};", tensor.name, values);
      Line("distributed::EnqueueWriteMeshBuffer(queue, {0}_buffer, {0}_in, false);", tensor.name);
    }
    Section("Launch.");
    Line("distributed::MeshWorkload workload;");
    Line(
        "workload.add_program(distributed::MeshCoordinateRange(device->shape()), "
        "std::move(program));");
    Line("distributed::EnqueueMeshWorkload(queue, workload, false);");
    Section("Outputs: back to row-major.");
    for (const Tensor& tensor : plan_.tensors) {
      if (!tensor.is_output) continue;
      const Matrices m = MatricesOf(tensor);
      const std::string format = BlockFormat(tensor);
      Line("std::vector<{}> {}_tiles;",
           IsByte(tensor)   ? "uint8_t"
           : format.empty() ? ElementType(tensor)
                            : "uint32_t",
           tensor.name);
      std::string tiles = tensor.name + "_tiles";
      if (IsByte(tensor)) tiles = "from_bytes(" + tiles + ")";
      if (!format.empty()) {
        tiles = fmt::format("unpack_{}_tiles_into_float_vec({}, false, false)", format, tiles);
      }
      Line("distributed::EnqueueReadMeshBuffer(queue, {0}_tiles, {0}_buffer, true);", tensor.name);
      Line("auto {0}_out = untilize_nfaces({4}, {1}, {2});{3}", tensor.name,
           m.batch * m.padded_rows, m.padded_cols, m.Ragged() ? "  // with padding" : "", tiles);
    }
    Line("return device->close() ? 0 : 1;");
  }

  /*! Includes of the functions that convert tiles of block formats. */
  std::string BlockHeaders() const {
    std::string headers;
    for (const char* digit : {"4", "8"}) {
      const bool any = std::any_of(
          plan_.tensors.begin(), plan_.tensors.end(),
          [&](const Tensor& tensor) { return BlockFormat(tensor) == std::string("bfp") + digit; });
      if (any) headers += fmt::format("#include <tt-metalium/bfloat{}.hpp>\n", digit);
    }
    return headers;
  }

  /*! The functions that make and convert values of the tensors. */
  std::string Values() const {
    bool floats = false, integers = false, to_bytes = false, from_bytes = false;
    for (const Tensor& tensor : plan_.tensors) {
      floats |= IsRead(tensor) && IsFloat(tensor);
      integers |= IsRead(tensor) && !IsFloat(tensor);
      to_bytes |= IsRead(tensor) && IsByte(tensor);
      from_bytes |= tensor.is_output && IsByte(tensor);
    }
    return std::string(floats || !integers ? kRandomFloats : "") +
           (integers ? kRandomIntegers : "") + (to_bytes ? kToBytes : "") +
           (from_bytes ? kFromBytes : "");
  }

  /*! Whether a kernel reads the tensor; one that is updated in place is read by the reader. */
  bool IsRead(const Tensor& tensor) const {
    return std::any_of(plan_.kernels.begin(), plan_.kernels.end(), [&](const Kernel& kernel) {
      return (kernel.role == "reader" || !tensor.is_output) &&
             std::any_of(kernel.accessors.begin(), kernel.accessors.end(),
                         [&](const Accessor& accessor) { return accessor.tensor == tensor.name; });
    });
  }

  const ProgramPlan& plan_;
  std::ostringstream out_;
};

}  // namespace

std::string PrintHost(const ProgramPlan& plan) { return HostPrinter(plan).Print(); }

}  // namespace tt_plan
