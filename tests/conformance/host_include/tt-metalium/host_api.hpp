// The host API as main.cpp uses it, by declarations only, written for these tests. What is declared without
// a body has to be exported by the vendor's library under the very name that its types give it; what has
// a body is listed, with the reason, in test_host_program.py.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

inline constexpr std::uint32_t NUM_CIRCULAR_BUFFERS = 64;

// ---- hostdevcommon ----

template <typename T>
class Flags {
   public:
    constexpr Flags(T flag) : value_(flag) {}

   private:
    T value_;
};

namespace tensor_accessor {
enum class ArgConfig : std::uint8_t { None = 0 };
}

// ---- numbers ----

class bfloat16 {
   public:
    constexpr bfloat16() = default;
    template <typename T>
        requires std::is_arithmetic_v<T>
    constexpr bfloat16(T value) noexcept : bits_(from_float(static_cast<float>(value))) {}
    constexpr operator float() const { return bits_; }

   private:
    std::uint16_t from_float(float value);
    std::uint16_t bits_;
};

namespace tt {

enum class DataFormat : std::uint8_t { Float32 = 0, Float16_b = 5, Bfp8_b = 6, Bfp4_b = 7, Int32 = 8, UInt16 = 9, UInt32 = 24, UInt8 = 30 };

struct xy_pair {
    constexpr xy_pair(std::size_t x, std::size_t y) : x(x), y(y) {}
    std::size_t x, y;
};

namespace tt_metal {

using CoreCoord = xy_pair;
using DeviceAddr = std::uint64_t;
using KernelHandle = std::uint32_t;
using CBHandle = std::uintptr_t;

enum class DataType;
enum class MathFidelity : std::uint8_t { LoFi = 0, HiFi2 = 2, HiFi3 = 3, HiFi4 = 4 };
enum class UnpackToDestMode : std::uint8_t { UnpackToDestFp32, Default };
enum class BufferType { DRAM, L1 };
enum class DataMovementProcessor { RISCV_0 = 0, RISCV_1 = 1 };
enum NOC : std::uint8_t { RISCV_0_default = 0, RISCV_1_default = 1, NOC_0 = 0, NOC_1 = 1 };
enum NOC_MODE : std::uint8_t { DM_DEDICATED_NOC = 0 };
enum class KernelBuildOptLevel : std::uint8_t { O1, O2, O3 };

class Buffer;
class MeshTensor;
class DispatchCoreConfig {};

// ---- cores ----

struct CoreRange {
    CoreRange(const CoreCoord& point);
    CoreRange(const CoreCoord& start, const CoreCoord& end);
    CoreCoord start_coord, end_coord;
};

class CoreRangeSet {
   public:
    explicit CoreRangeSet(std::span<const CoreCoord> cores);
    explicit CoreRangeSet(std::span<const CoreRange> ranges);
    explicit CoreRangeSet(const std::set<CoreRange>& ranges);
    CoreRangeSet(const CoreRange& range);
    explicit CoreRangeSet(std::vector<CoreRange>&& ranges);
    CoreRangeSet(const CoreRangeSet& other);
    CoreRangeSet(CoreRangeSet&& other) noexcept;

   private:
    std::vector<CoreRange> ranges_;
};

// ---- kernels ----

struct DataMovementConfig {
    DataMovementProcessor processor = DataMovementProcessor::RISCV_0;
    NOC noc = NOC::RISCV_0_default;
    NOC_MODE noc_mode = NOC_MODE::DM_DEDICATED_NOC;
    std::vector<std::uint32_t> compile_args = {};
    std::map<std::string, std::string> defines = {};
    std::unordered_map<std::string, std::uint32_t> named_compile_args = {};
    KernelBuildOptLevel opt_level = KernelBuildOptLevel::O2;
};

struct ComputeConfig {
    MathFidelity math_fidelity = MathFidelity::HiFi4;
    bool fp32_dest_acc_en = false;
    bool dst_full_sync_en = false;
    std::vector<UnpackToDestMode> unpack_to_dest_mode = {};
    bool bfp8_pack_precise = false;
    bool math_approx_mode = false;
    std::vector<std::uint32_t> compile_args = {};
    std::map<std::string, std::string> defines = {};
    std::unordered_map<std::string, std::uint32_t> named_compile_args = {};
    KernelBuildOptLevel opt_level = KernelBuildOptLevel::O3;
};

struct EthernetConfig {};
struct DramConfig {};

using CoreSpec = std::variant<CoreCoord, CoreRange, CoreRangeSet>;

// ---- programs ----

namespace detail {
class ProgramImpl;
}

class Program {
   public:
    Program();
    Program(Program&& other) noexcept;
    ~Program();

   private:
    std::shared_ptr<detail::ProgramImpl> impl_;
};

Program CreateProgram();

KernelHandle CreateKernel(
    Program& program, const std::string& file_name, const CoreSpec& cores,
    const std::variant<DataMovementConfig, ComputeConfig>& config);
KernelHandle CreateKernel(
    Program& program, const std::string& file_name, const CoreSpec& cores, const EthernetConfig& config);
KernelHandle CreateKernel(
    Program& program, const std::string& file_name, const CoreSpec& cores, const DramConfig& config);

void SetRuntimeArgs(
    const Program& program, KernelHandle kernel, const CoreSpec& cores, std::span<const std::uint32_t> args);
void SetRuntimeArgs(
    const Program& program, KernelHandle kernel, const CoreSpec& cores, std::initializer_list<std::uint32_t> args);
void SetRuntimeArgs(
    const Program& program, KernelHandle kernel, const std::vector<CoreCoord>& cores,
    const std::vector<std::vector<std::uint32_t>>& args);

std::uint32_t CreateSemaphore(
    Program& program, const std::variant<CoreRange, CoreRangeSet>& cores, std::uint32_t initial_value);

// ---- circular buffers ----

class CircularBufferConfig {
   public:
    CircularBufferConfig(std::uint32_t total_size, const std::map<std::uint8_t, tt::DataFormat>& formats);
    CircularBufferConfig(std::uint32_t total_size, const std::map<std::uint8_t, DataType>& types);
    CircularBufferConfig(std::uint32_t total_size);
    CircularBufferConfig(
        std::uint32_t total_size, const std::map<std::uint8_t, tt::DataFormat>& formats, const Buffer& buffer);
    CircularBufferConfig& set_page_size(std::uint8_t index, std::uint32_t page_size);
};

CBHandle CreateCircularBuffer(Program& program, const CoreSpec& cores, const CircularBufferConfig& config);

}  // namespace tt_metal
}  // namespace tt

// The vendor keeps the old global names of these, deprecated: a bare name in main.cpp finds both.
using MathFidelity [[deprecated]] = tt::tt_metal::MathFidelity;
using UnpackToDestMode [[deprecated]] = tt::tt_metal::UnpackToDestMode;
