/*!
 * The program plan: everything about a launch that is not kernel text. The one object that main.cpp,
 * the simulator and the vendor's runtime consume; tt.plan.json is its JSON form. Plain data, without
 * TVM.
 */
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace tt_plan {

/*! Rectangle of cores, corners included. */
struct CoreRange {
  int64_t x0, y0, x1, y1;
};

/*! Layouts of tensors, by what their pages are: tiles, or rows. */
inline constexpr const char* kInterleaved = "interleaved";
inline constexpr const char* kRowMajor = "row_major";

/*! A tensor argument of the launch, in the order of the kernel's parameters. */
struct Tensor {
  std::string name;
  std::string dtype;       /*!< on the device, as the shape */
  std::string data_format; /*!< of its tiles; a block format holds elements of the dtype rounded */
  std::vector<int64_t> shape;
  std::string host_dtype; /*!< of the dense row-major tensor that the caller passes */
  std::vector<int64_t> host_shape;
  std::vector<int64_t> order; /*!< dimension i is dimension order[i] of the reshaped host tensor */
  std::string memory;         /*!< DRAM */
  std::string layout;         /*!< interleaved (by tiles) or row_major (interleaved by rows) */
  std::vector<int64_t> tile_shape;
  int64_t page_size; /*!< bytes of one tile or row */
  int64_t num_pages;
  bool is_output = false; /*!< written by the program */
};

/*! A circular buffer on the cores of the program. */
struct CircularBuffer {
  std::string name;
  int64_t id;
  int64_t total_size; /*!< bytes */
  int64_t page_size;  /*!< bytes */
  std::string data_format;
};

/*! A semaphore on the cores of the program. */
struct Semaphore {
  int64_t id;
  int64_t initial_value;
};

/*! The kind of a runtime argument that is a symbolic size of the kernel. */
inline constexpr const char* kSize = "size";

/*! A runtime argument: the address of a tensor if `tensor` is not empty, else per-core values. */
struct RuntimeArg {
  std::string name;
  std::string kind;
  std::string tensor;
};

/*! The per-core values of a kernel's runtime arguments; addresses are 0 until the launch. */
struct CoreArgs {
  int64_t x, y;
  std::vector<int64_t> values;
};

/*! A named compile-time argument. */
struct NamedArg {
  std::string name;
  int64_t value;
};

/*! A tensor accessor among the positional compile-time arguments. */
struct Accessor {
  std::string tensor;
  int64_t position;
};

/*! Configuration of a compute kernel. */
struct ComputeConfig {
  std::string math_fidelity;
  bool fp32_dest_acc_en;
  bool dst_full_sync_en;
  bool math_approx_mode;
  std::vector<int64_t> unpack_to_dest_fp32; /*!< ids of the buffers unpacked straight to DST */
};

/*! One kernel on one group of cores. */
struct Kernel {
  std::string name;
  std::string role;      /*!< reader, compute or writer */
  std::string file;      /*!< reader.cpp, ... */
  std::string processor; /*!< RISCV_0, RISCV_1 or COMPUTE */
  int64_t noc;           /*!< 0 or 1; -1 for compute */
  std::vector<CoreRange> core_ranges;
  std::vector<int64_t> compile_time_args;
  std::vector<Accessor> accessors;
  std::vector<NamedArg> named_compile_time_args;
  std::vector<NamedArg> defines;
  std::vector<RuntimeArg> runtime_args;
  std::vector<CoreArgs> core_args;
  ComputeConfig compute; /*!< of a compute kernel */
};

/*! The launch of one program. */
struct ProgramPlan {
  std::string name;
  std::string arch;
  std::vector<int64_t> core_grid;
  std::vector<CoreRange> core_ranges;
  std::vector<int64_t> grid_tiles;
  std::string partition_mode;
  std::vector<Tensor> tensors;
  std::vector<CircularBuffer> circular_buffers;
  std::vector<Semaphore> semaphores;
  std::vector<Kernel> kernels; /*!< in launch order */
};

/*! A compiled program: the plan, and the texts by file name (reader.cpp, compute.cpp, writer.cpp, main.cpp). */
struct Program {
  ProgramPlan plan;
  std::map<std::string, std::string> sources;
};

/*! Name of the plan's file beside the sources. */
constexpr const char* kPlanFile = "tt.plan.json";
/*! Version of the JSON schema; a reader refuses any other. */
constexpr int kPlanVersion = 3;

/*! The content of tt.plan.json. */
std::string ToJson(const ProgramPlan& plan);
/*! Reads tt.plan.json; throws std::invalid_argument for another version, missing or unknown keys. */
ProgramPlan FromJson(const std::string& text);

}  // namespace tt_plan
