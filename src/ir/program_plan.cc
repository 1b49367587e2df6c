/*! JSON form of the program plan. */
#include "ir/program_plan.h"

#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

namespace tt_plan {

using Json = nlohmann::ordered_json;

/*! Reads and checks the members of one JSON object; whatever is left over is an error. */
class ObjectReader {
 public:
  ObjectReader(const Json& json, const char* what) : json_(json), what_(what) {
    if (!json.is_object()) throw std::invalid_argument(std::string(what) + " is not an object");
    for (const auto& [key, value] : json.items()) rest_.insert(key);
  }
  template <typename T>
  ObjectReader& Get(const char* key, T& value) {
    if (!json_.contains(key)) {
      throw std::invalid_argument(std::string(what_) + " has no '" + key + "'");
    }
    json_.at(key).get_to(value);
    rest_.erase(key);
    return *this;
  }
  bool Has(const char* key) const { return json_.contains(key); }
  void Finish() const {
    if (!rest_.empty()) {
      throw std::invalid_argument(std::string(what_) + " has the unknown member '" +
                                  *rest_.begin() + "'");
    }
  }

 private:
  const Json& json_;
  const char* what_;
  std::set<std::string> rest_;
};

void to_json(Json& json, const CoreRange& value) {
  json = Json{{"x0", value.x0}, {"y0", value.y0}, {"x1", value.x1}, {"y1", value.y1}};
}
void from_json(const Json& json, CoreRange& value) {
  ObjectReader reader(json, "CoreRange");
  reader.Get("x0", value.x0).Get("y0", value.y0).Get("x1", value.x1).Get("y1", value.y1);
  reader.Finish();
}

void to_json(Json& json, const Tensor& value) {
  json = Json{{"name", value.name},
              {"dtype", value.dtype},
              {"data_format", value.data_format},
              {"shape", value.shape},
              {"host_dtype", value.host_dtype},
              {"host_shape", value.host_shape},
              {"order", value.order},
              {"memory", value.memory},
              {"layout", value.layout},
              {"tile_shape", value.tile_shape},
              {"page_size", value.page_size},
              {"num_pages", value.num_pages},
              {"is_output", value.is_output}};
}
void from_json(const Json& json, Tensor& value) {
  ObjectReader reader(json, "Tensor");
  reader.Get("name", value.name)
      .Get("dtype", value.dtype)
      .Get("data_format", value.data_format)
      .Get("shape", value.shape)
      .Get("host_dtype", value.host_dtype)
      .Get("host_shape", value.host_shape)
      .Get("order", value.order)
      .Get("memory", value.memory)
      .Get("layout", value.layout)
      .Get("tile_shape", value.tile_shape)
      .Get("page_size", value.page_size)
      .Get("num_pages", value.num_pages)
      .Get("is_output", value.is_output);
  reader.Finish();
}

void to_json(Json& json, const CircularBuffer& value) {
  json = Json{{"name", value.name},
              {"id", value.id},
              {"total_size", value.total_size},
              {"page_size", value.page_size},
              {"data_format", value.data_format}};
}
void from_json(const Json& json, CircularBuffer& value) {
  ObjectReader reader(json, "CircularBuffer");
  reader.Get("name", value.name)
      .Get("id", value.id)
      .Get("total_size", value.total_size)
      .Get("page_size", value.page_size)
      .Get("data_format", value.data_format);
  reader.Finish();
}

void to_json(Json& json, const Semaphore& value) {
  json = Json{{"id", value.id}, {"initial_value", value.initial_value}};
}
void from_json(const Json& json, Semaphore& value) {
  ObjectReader reader(json, "Semaphore");
  reader.Get("id", value.id).Get("initial_value", value.initial_value);
  reader.Finish();
}

void to_json(Json& json, const RuntimeArg& value) {
  json = Json{{"name", value.name}, {"kind", value.kind}, {"tensor", value.tensor}};
}
void from_json(const Json& json, RuntimeArg& value) {
  ObjectReader reader(json, "RuntimeArg");
  reader.Get("name", value.name).Get("kind", value.kind).Get("tensor", value.tensor);
  reader.Finish();
}

void to_json(Json& json, const CoreArgs& value) {
  json = Json{{"x", value.x}, {"y", value.y}, {"values", value.values}};
}
void from_json(const Json& json, CoreArgs& value) {
  ObjectReader reader(json, "CoreArgs");
  reader.Get("x", value.x).Get("y", value.y).Get("values", value.values);
  reader.Finish();
}

void to_json(Json& json, const NamedArg& value) {
  json = Json{{"name", value.name}, {"value", value.value}};
}
void from_json(const Json& json, NamedArg& value) {
  ObjectReader reader(json, "NamedArg");
  reader.Get("name", value.name).Get("value", value.value);
  reader.Finish();
}

void to_json(Json& json, const Accessor& value) {
  json = Json{{"tensor", value.tensor}, {"position", value.position}};
}
void from_json(const Json& json, Accessor& value) {
  ObjectReader reader(json, "Accessor");
  reader.Get("tensor", value.tensor).Get("position", value.position);
  reader.Finish();
}

void to_json(Json& json, const ComputeConfig& value) {
  json = Json{{"math_fidelity", value.math_fidelity},
              {"fp32_dest_acc_en", value.fp32_dest_acc_en},
              {"dst_full_sync_en", value.dst_full_sync_en},
              {"math_approx_mode", value.math_approx_mode},
              {"unpack_to_dest_fp32", value.unpack_to_dest_fp32}};
}
void from_json(const Json& json, ComputeConfig& value) {
  ObjectReader reader(json, "ComputeConfig");
  reader.Get("math_fidelity", value.math_fidelity)
      .Get("fp32_dest_acc_en", value.fp32_dest_acc_en)
      .Get("dst_full_sync_en", value.dst_full_sync_en)
      .Get("math_approx_mode", value.math_approx_mode)
      .Get("unpack_to_dest_fp32", value.unpack_to_dest_fp32);
  reader.Finish();
}

void to_json(Json& json, const Kernel& value) {
  json = Json{{"name", value.name},
              {"role", value.role},
              {"file", value.file},
              {"processor", value.processor},
              {"noc", value.noc},
              {"core_ranges", value.core_ranges},
              {"compile_time_args", value.compile_time_args},
              {"accessors", value.accessors},
              {"named_compile_time_args", value.named_compile_time_args},
              {"defines", value.defines},
              {"runtime_args", value.runtime_args},
              {"core_args", value.core_args}};
  if (value.noc < 0) json["compute"] = value.compute;
}
void from_json(const Json& json, Kernel& value) {
  ObjectReader reader(json, "Kernel");
  reader.Get("name", value.name)
      .Get("role", value.role)
      .Get("file", value.file)
      .Get("processor", value.processor)
      .Get("noc", value.noc)
      .Get("core_ranges", value.core_ranges)
      .Get("compile_time_args", value.compile_time_args)
      .Get("accessors", value.accessors)
      .Get("named_compile_time_args", value.named_compile_time_args)
      .Get("defines", value.defines)
      .Get("runtime_args", value.runtime_args)
      .Get("core_args", value.core_args);
  if (value.noc < 0) reader.Get("compute", value.compute);
  reader.Finish();
}

std::string ToJson(const ProgramPlan& plan) {
  Json json{{"version", kPlanVersion},
            {"name", plan.name},
            {"arch", plan.arch},
            {"core_grid", plan.core_grid},
            {"core_ranges", plan.core_ranges},
            {"grid_tiles", plan.grid_tiles},
            {"partition_mode", plan.partition_mode},
            {"tensors", plan.tensors},
            {"circular_buffers", plan.circular_buffers},
            {"semaphores", plan.semaphores},
            {"kernels", plan.kernels}};
  return json.dump(2) + "\n";
}

ProgramPlan FromJson(const std::string& text) {
  Json json = Json::parse(text);
  ProgramPlan plan;
  int version = 0;
  ObjectReader reader(json, "ProgramPlan");
  reader.Get("version", version);
  if (version != kPlanVersion) {
    throw std::invalid_argument("ProgramPlan has version " + std::to_string(version) +
                                ", expected " + std::to_string(kPlanVersion));
  }
  reader.Get("name", plan.name)
      .Get("arch", plan.arch)
      .Get("core_grid", plan.core_grid)
      .Get("core_ranges", plan.core_ranges)
      .Get("grid_tiles", plan.grid_tiles)
      .Get("partition_mode", plan.partition_mode)
      .Get("tensors", plan.tensors)
      .Get("circular_buffers", plan.circular_buffers)
      .Get("semaphores", plan.semaphores)
      .Get("kernels", plan.kernels);
  reader.Finish();
  return plan;
}

}  // namespace tt_plan
