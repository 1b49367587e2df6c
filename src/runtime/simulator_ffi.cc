/*!
 * \file simulator_ffi.cc
 * \brief The simulated device for Python, through tvm-ffi only.
 *
 * Programs and reports cross as JSON text, tensor data as DLPack views without a copy. Errors of a
 * program are part of the report, so that Python can raise them with all their attributes.
 */
#include <tvm/ffi/container/tensor.h>
#include <tvm/ffi/reflection/registry.h>
#include <tvm/ffi/tvm_ffi.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "simulator/device.h"
#include "simulator/host_layout.h"
#include "simulator/report_json.h"

namespace tilelang_tenstorrent {
namespace {

namespace ffi = tvm::ffi;
using nlohmann::json;
using tt_simulator::Buffer;
using tt_simulator::MemoryKind;

class SimulatorDeviceObj : public ffi::Object {
 public:
  explicit SimulatorDeviceObj(tt_simulator::DeviceOptions options) : device(std::move(options)) {}
  tt_simulator::Device device;
  static constexpr bool _type_mutable = true;
  TVM_FFI_DECLARE_OBJECT_INFO_FINAL("tilelang_tenstorrent.SimulatorDevice", SimulatorDeviceObj,
                                    ffi::Object);
};

class SimulatorDevice : public ffi::ObjectRef {
 public:
  TVM_FFI_DEFINE_OBJECT_REF_METHODS_NULLABLE(SimulatorDevice, ffi::ObjectRef, SimulatorDeviceObj);
};

ffi::String OrError(const std::function<std::string()>& body) {
  try {
    return body();
  } catch (...) {
    return tt_simulator::CurrentErrorJson();
  }
}

SimulatorDevice CreateDevice(const ffi::String& options_json) {
  const json j = json::parse(std::string(options_json));
  tt_simulator::DeviceOptions options;
  options.arch = j.value("arch", options.arch);
  options.grid_x = j.value("grid_x", 0u);
  options.grid_y = j.value("grid_y", 0u);
  options.cache_dir = j.value("cache_dir", "");
  options.kernel_api_dir = j.value("kernel_api_dir", "");
  options.ignored_violations = j.value("ignored_violations", options.ignored_violations);
  const std::string timing = j.value("timing", "on");
  if (timing != "on" && timing != "off" && timing != "timeline") {
    TVM_FFI_THROW(ValueError) << "timing must be 'on', 'off' or 'timeline', not '" << timing << "'";
  }
  options.timing = timing == "off"        ? tt_simulator::Timing::kOff
                   : timing == "timeline" ? tt_simulator::Timing::kTimeline
                                          : tt_simulator::Timing::kOn;
  const std::string numerics = j.value("numerics", "exact");
  if (numerics != "exact" && numerics != "fast") {
    TVM_FFI_THROW(ValueError) << "numerics must be 'exact' or 'fast', not '" << numerics << "'";
  }
  options.numerics =
      numerics == "fast" ? tt_simulator::Numerics::Fast : tt_simulator::Numerics::Exact;
  try {
    return SimulatorDevice(ffi::make_object<SimulatorDeviceObj>(std::move(options)));
  } catch (const tt_simulator::DescriptorError& error) {
    TVM_FFI_THROW(ValueError) << error.what();
  }
  TVM_FFI_UNREACHABLE();
}

ffi::String DeviceInfo(const SimulatorDevice& self) {
  const tt_simulator::Device& device = self->device;
  json cores = json::array();
  for (uint32_t y = 0; y < device.grid_y(); ++y) {
    for (uint32_t x = 0; x < device.grid_x(); ++x) {
      const auto noc = device.WorkerNocCoordinate({x, y});
      cores.push_back({noc.x, noc.y});
    }
  }
  const auto& model = device.model();
  json banks = json::array();
  for (uint32_t bank = 0; bank < model.num_dram_banks; ++bank) {
    banks.push_back({model.dram_noc[bank].x, model.dram_noc[bank].y});
  }
  return json{{"arch", std::string(model.name)},
              {"dram_noc", banks},
              {"grid_x", device.grid_x()},
              {"grid_y", device.grid_y()},
              {"l1_bytes", model.l1_bytes},
              {"l1_usable_base", model.l1_usable_base},
              {"num_circular_buffers", model.num_circular_buffers},
              {"num_dram_banks", model.num_dram_banks},
              {"worker_noc", cores}}
      .dump();
}

const Buffer& FindBuffer(const SimulatorDevice& self, bool l1, int64_t address) {
  const Buffer* buffer = self->device.FindBuffer(l1 ? MemoryKind::kL1 : MemoryKind::kDram,
                                                 static_cast<uint32_t>(address));
  if (!buffer) {
    TVM_FFI_THROW(ValueError) << "no buffer at address " << address << " (was it freed?)";
  }
  return *buffer;
}

/// Dense row-major host memory of exactly `bytes` bytes (0: any size).
void* HostData(const ffi::TensorView& tensor, size_t bytes) {
  if (!tensor.IsContiguous()) TVM_FFI_THROW(ValueError) << "the tensor must be contiguous";
  if (tensor.device().device_type != kDLCPU)
    TVM_FFI_THROW(ValueError) << "the tensor must be on the CPU";
  const size_t size = tensor.numel() * ((tensor.dtype().bits * tensor.dtype().lanes + 7) / 8);
  if (bytes && size != bytes) {
    TVM_FFI_THROW(ValueError) << "the tensor has " << size << " bytes, the buffer " << bytes;
  }
  return static_cast<char*>(tensor.data_ptr());
}

tt_simulator::HostType HostTypeOf(DLDataType dtype) {
  using tt_simulator::HostType;
  if (dtype.code == kDLFloat && dtype.bits == 32) return HostType::kFloat32;
  if (dtype.code == kDLFloat && dtype.bits == 16) return HostType::kFloat16;
  if (dtype.code == kDLBfloat && dtype.bits == 16) return HostType::kBfloat16;
  if (dtype.code == kDLInt && dtype.bits == 32) return HostType::kInt32;
  if (dtype.code == kDLUInt && dtype.bits == 32) return HostType::kUInt32;
  if (dtype.code == kDLUInt && dtype.bits == 16) return HostType::kUInt16;
  if (dtype.code == kDLUInt && dtype.bits == 8) return HostType::kUInt8;
  TVM_FFI_THROW(TypeError)
      << "host tensors must be float32, bfloat16, float16, int32, uint32, uint16 or "
         "uint8";
  TVM_FFI_UNREACHABLE();
}

struct TiledShape {
  size_t batch = 1, rows, cols;
};

TiledShape ShapeOf(const ffi::TensorView& tensor) {
  if (tensor.ndim() < 2) TVM_FFI_THROW(ValueError) << "a tiled tensor needs at least 2 dimensions";
  TiledShape shape;
  shape.rows = tensor.size(tensor.ndim() - 2);
  shape.cols = tensor.size(tensor.ndim() - 1);
  for (int i = 0; i + 2 < tensor.ndim(); ++i) shape.batch *= tensor.size(i);
  return shape;
}

tt_simulator::DataFormat TileFormatOf(const ffi::String& name, const TiledShape& shape,
                                      const Buffer& buffer) {
  const auto format = tt_simulator::FormatFromName(name);
  if (format == tt_simulator::DataFormat::Invalid) {
    TVM_FFI_THROW(ValueError) << "data format '" << name << "' is unknown";
  }
  const size_t tiles = shape.batch * shape.rows * shape.cols / tt_simulator::kTileElements;
  if (buffer.page_size != tt_simulator::TileBytes(format) || buffer.num_pages != tiles) {
    TVM_FFI_THROW(ValueError) << "the tensor has " << tiles << " tiles of " << name
                              << ", the buffer " << buffer.num_pages << " pages of "
                              << buffer.page_size << " bytes";
  }
  return format;
}

void WriteTiled(const SimulatorDevice& self, bool l1, int64_t address, const ffi::String& format,
                ffi::TensorView data) {
  const Buffer& buffer = FindBuffer(self, l1, address);
  const TiledShape shape = ShapeOf(data);
  const auto tile_format = TileFormatOf(format, shape, buffer);
  self->device.WriteTiles(buffer, tile_format,
                          {HostTypeOf(data.dtype()), shape.batch, shape.rows, shape.cols},
                          HostData(data, 0));
}

void ReadTiled(const SimulatorDevice& self, bool l1, int64_t address, const ffi::String& format,
               ffi::TensorView data) {
  const Buffer& buffer = FindBuffer(self, l1, address);
  const TiledShape shape = ShapeOf(data);
  const auto tile_format = TileFormatOf(format, shape, buffer);
  self->device.ReadTiles(buffer, tile_format,
                         {HostTypeOf(data.dtype()), shape.batch, shape.rows, shape.cols},
                         HostData(data, 0));
}

int64_t Allocate(const SimulatorDevice& self, bool l1, int64_t pages, int64_t page_size) {
  try {
    return self->device
        .AllocateInterleavedBuffer(static_cast<uint32_t>(pages), static_cast<uint32_t>(page_size),
                                   l1 ? MemoryKind::kL1 : MemoryKind::kDram)
        .address;
  } catch (const tt_simulator::DescriptorError& error) {
    TVM_FFI_THROW(ValueError) << error.what();
  }
  TVM_FFI_UNREACHABLE();
}

int64_t AllocateSharded(const SimulatorDevice& self, const ffi::String& sharding_json,
                        int64_t page_size) {
  const json j = json::parse(std::string(sharding_json));
  try {
    return self->device
        .AllocateShardedBuffer({j.at("tensor").get<std::vector<uint32_t>>(),
                                j.at("shard").get<std::vector<uint32_t>>(),
                                j.at("cores").get<std::vector<uint32_t>>()},
                               static_cast<uint32_t>(page_size))
        .address;
  } catch (const tt_simulator::DescriptorError& error) {
    TVM_FFI_THROW(ValueError) << error.what();
  }
  TVM_FFI_UNREACHABLE();
}

ffi::Array<int64_t> AccessorArgs(const SimulatorDevice& self, bool l1, int64_t address) {
  ffi::Array<int64_t> words;
  for (uint32_t word : self->device.TensorAccessorArgs(FindBuffer(self, l1, address))) {
    words.push_back(word);
  }
  return words;
}

ffi::String Run(const SimulatorDevice& self, const ffi::String& program_json) {
  return OrError([&] {
    return tt_simulator::ReportJson(
        self->device.Run(tt_simulator::ProgramDescriptorFromJson(std::string(program_json))));
  });
}

ffi::String TranslationUnits(const SimulatorDevice& self, const ffi::String& program_json) {
  return OrError([&] {
    const auto program = tt_simulator::ProgramDescriptorFromJson(std::string(program_json));
    return json{{"status", "ok"},
                {"kernel_api_dir", self->device.kernel_api_dir()},
                {"texts", self->device.TranslationUnits(program)}}
        .dump();
  });
}

ffi::String CheckSchedules(const SimulatorDevice& self, const ffi::String& program_json,
                           int64_t seeds) {
  return OrError([&] {
    const auto program = tt_simulator::ProgramDescriptorFromJson(std::string(program_json));
    const auto report = self->device.CheckSchedules(program, static_cast<uint32_t>(seeds));
    return json{{"status", "ok"},
                {"bounded_channels", report.bounded_channels},
                {"schedules", report.schedules},
                {"differing_seed", report.differing_seed}}
        .dump();
  });
}

TVM_FFI_STATIC_INIT_BLOCK() {
  namespace refl = tvm::ffi::reflection;
  refl::ObjectDef<SimulatorDeviceObj>();
  refl::GlobalDef()
      .def("tilelang_tenstorrent.simulator.create_device", CreateDevice)
      .def("tilelang_tenstorrent.simulator.device_info", DeviceInfo)
      .def("tilelang_tenstorrent.simulator.allocate", Allocate)
      .def("tilelang_tenstorrent.simulator.allocate_sharded", AllocateSharded)
      .def("tilelang_tenstorrent.simulator.free",
           [](const SimulatorDevice& self, bool l1, int64_t address) {
             self->device.FreeBuffer(FindBuffer(self, l1, address));
           })
      .def("tilelang_tenstorrent.simulator.write",
           [](const SimulatorDevice& self, bool l1, int64_t address, ffi::TensorView data) {
             const Buffer& buffer = FindBuffer(self, l1, address);
             self->device.WriteBuffer(buffer,
                                      HostData(data, size_t{buffer.num_pages} * buffer.page_size));
           })
      .def("tilelang_tenstorrent.simulator.read",
           [](const SimulatorDevice& self, bool l1, int64_t address, ffi::TensorView data) {
             const Buffer& buffer = FindBuffer(self, l1, address);
             self->device.ReadBuffer(buffer,
                                     HostData(data, size_t{buffer.num_pages} * buffer.page_size));
           })
      .def("tilelang_tenstorrent.simulator.write_tiled", WriteTiled)
      .def("tilelang_tenstorrent.simulator.read_tiled", ReadTiled)
      .def("tilelang_tenstorrent.simulator.accessor_args", AccessorArgs)
      .def("tilelang_tenstorrent.simulator.translation_units", TranslationUnits)
      .def("tilelang_tenstorrent.simulator.check_schedules", CheckSchedules)
      .def("tilelang_tenstorrent.simulator.run", Run);
}

}  // namespace
}  // namespace tilelang_tenstorrent
