/*! Registration of the `tenstorrent` target kind and validation of its options. */
#include "target/target_options.h"

#include <tvm/ffi/reflection/registry.h>
#include <tvm/ir/attrs.h>
#include <tvm/target/target_kind.h>

#include <algorithm>
#include <array>
#include <sstream>

namespace tvm::tt {

namespace {

constexpr const char* kKind = "tenstorrent";
constexpr std::array kArchs = {"wormhole_b0", "blackhole"};
constexpr std::array kFidelities = {"LoFi", "HiFi2", "HiFi3", "HiFi4"};
constexpr std::array kFloat16Carriers = {"bfloat16", "float32"};
constexpr std::array kDevices = {"simulator"};
constexpr std::array kSizes = {"any", "each"};
constexpr std::array kTilizers = {"host", "device"};

template <size_t N>
std::string Choice(const Target& target, const char* option,
                   const std::array<const char*, N>& legal, const char* fallback) {
  auto value = target->GetAttr<ffi::String>(option);
  if (!value) return fallback;
  std::string text = value.value();
  if (std::find(legal.begin(), legal.end(), text) != legal.end()) return text;
  std::ostringstream names;
  for (size_t i = 0; i < N; ++i) names << (i ? ", " : "") << legal[i];
  TVM_FFI_THROW(ValueError) << "Target option '" << option << "' of 'tenstorrent' is '" << text
                            << "'. Supported: " << names.str() << ".";
  TVM_FFI_UNREACHABLE();
}

void ReadGrid(const Target& target, TargetOptions* options) {
  const tt_target::HardwareModel& hardware = options->Hardware();
  options->grid_x = hardware.grid_x;
  options->grid_y = hardware.grid_y;
  auto grid = target->GetAttr<ffi::Array<int64_t>>("core_grid");
  if (!grid) return;
  if (grid.value().size() != 2 || grid.value()[0] < 1 || grid.value()[1] < 1 ||
      grid.value()[0] > options->grid_x || grid.value()[1] > options->grid_y) {
    std::ostringstream numbers;
    for (size_t i = 0; i < grid.value().size(); ++i) numbers << (i ? ", " : "") << grid.value()[i];
    TVM_FFI_THROW(ValueError) << "Target option 'core_grid' of 'tenstorrent' is [" << numbers.str()
                              << "]. Supported on " << options->arch
                              << ": [columns, rows] from [1, 1] to [" << options->grid_x << ", "
                              << options->grid_y << "].";
  }
  options->grid_x = grid.value()[0];
  options->grid_y = grid.value()[1];
}

}  // namespace

const tt_target::HardwareModel& TargetOptions::Hardware() const {
  const tt_target::HardwareModel* model = tt_target::FindHardwareModel(arch);
  TVM_FFI_ICHECK(model != nullptr) << "no hardware model of " << arch;
  return *model;
}

TargetOptions TargetOptions::FromTarget(const Target& target) {
  if (target->kind->name != kKind) {
    TVM_FFI_THROW(ValueError) << "Expected a 'tenstorrent' target, got '" << target->kind->name
                              << "'. Use target=\"tenstorrent\" or "
                                 "{\"kind\": \"tenstorrent\", \"arch\": ...}.";
  }
  TargetOptions options;
  options.arch = Choice(target, "arch", kArchs, kArchs[0]);
  options.math_fidelity = Choice(target, "math_fidelity", kFidelities, kFidelities[3]);
  options.float16_as = DataType(
      ffi::StringToDLDataType(Choice(target, "fp16_as", kFloat16Carriers, kFloat16Carriers[0])));
  options.device = Choice(target, "device", kDevices, kDevices[0]);
  options.device_tilize = Choice(target, "tilize", kTilizers, kTilizers[0]) == kTilizers[1];
  options.any_sizes = Choice(target, "sizes", kSizes, kSizes[0]) == kSizes[0];
  if (auto value = target->GetAttr<bool>("fp32_dest_acc_en"))
    options.fp32_dest_acc_en = value.value();
  if (auto value = target->GetAttr<bool>("multicast")) options.multicast = value.value();
  ReadGrid(target, &options);
  return options;
}

TargetOptions TargetOptions::FromFunction(const tirx::PrimFunc& func) {
  auto target = func->GetAttr<Target>(tvm::attr::kTarget);
  if (!target) {
    TVM_FFI_THROW(ValueError)
        << "The function has no target. Bind one first: "
           "tvm.tirx.transform.BindTarget(tvm.target.Target(\"tenstorrent\")).";
  }
  return FromTarget(target.value());
}

TVM_REGISTER_TARGET_KIND("tenstorrent", kDLCPU)
    .add_attr_option<ffi::String>("arch")
    .add_attr_option<ffi::String>("build")
    .add_attr_option<ffi::String>("math_fidelity")
    .add_attr_option<ffi::String>("fp16_as")
    .add_attr_option<bool>("fp32_dest_acc_en")
    .add_attr_option<bool>("multicast")
    .add_attr_option<ffi::String>("sizes")
    .add_attr_option<ffi::String>("tilize")
    .add_attr_option<ffi::Array<int64_t>>("core_grid")
    .set_default_keys({"tenstorrent"});

TVM_FFI_STATIC_INIT_BLOCK() {
  namespace refl = tvm::ffi::reflection;
  refl::GlobalDef().def("tilelang_tenstorrent.target.Validate",
                        [](Target target) { TargetOptions::FromTarget(target); });
}

}  // namespace tvm::tt
