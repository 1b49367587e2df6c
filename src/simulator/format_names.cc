#include <string>
#include <utility>

#include "compute_engine.h"

namespace tt_simulator {
namespace {

constexpr std::pair<const char*, DataFormat> kNames[] = {
    {"Float32", DataFormat::Float32},
    {"Float16", DataFormat::Float16},
    {"Bfp8", DataFormat::Bfp8},
    {"Bfp4", DataFormat::Bfp4},
    {"Tf32", DataFormat::Tf32},
    {"Float16_b", DataFormat::Float16_b},
    {"Bfp8_b", DataFormat::Bfp8_b},
    {"Bfp4_b", DataFormat::Bfp4_b},
    {"Int32", DataFormat::Int32},
    {"UInt16", DataFormat::UInt16},
    {"Lf8", DataFormat::Lf8},
    {"Bfp2", DataFormat::Bfp2},
    {"Int8", DataFormat::Int8},
    {"Bfp2_b", DataFormat::Bfp2_b},
    {"UInt32", DataFormat::UInt32},
    {"Fp8_e4m3", DataFormat::Fp8_e4m3},
    {"UInt8", DataFormat::UInt8},
    // ttnn dtype names
    {"bfloat16", DataFormat::Float16_b},
    {"float16", DataFormat::Float16},
    {"float32", DataFormat::Float32},
    {"bfloat8_b", DataFormat::Bfp8_b},
    {"bfloat4_b", DataFormat::Bfp4_b},
    {"int32", DataFormat::Int32},
    {"uint32", DataFormat::UInt32},
    {"uint16", DataFormat::UInt16},
    {"uint8", DataFormat::UInt8},
};

}  // namespace

const char* FormatName(DataFormat format) {
  for (const auto& [name, value] : kNames) {
    if (value == format) return name;
  }
  return "Invalid";
}

DataFormat FormatFromName(const std::string& name) {
  for (const auto& [known, value] : kNames) {
    if (name == known) return value;
  }
  return DataFormat::Invalid;
}

}  // namespace tt_simulator
