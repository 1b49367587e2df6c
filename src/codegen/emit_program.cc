/*! From the module of the final level to plan and texts. */
#include "codegen/emit_program.h"

#include <tvm/ffi/reflection/registry.h>
#include <tvm/tirx/function.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>
#include <string>

#include "codegen/host_printer.h"
#include "codegen/kernel_printer.h"
#include "ir/accessors.h"
#include "ir/attrs.h"
#include "ir/grid_axes.h"
#include "schema/schema.h"
#include "target/target_options.h"

namespace tvm::tt {

using tirx::PrimFunc;

namespace {

/*! Configuration words of an interleaved accessor in DRAM (bit 1 of the accessor's argument config). */
constexpr int64_t kAccessorIsDram = 1 << 1;

/*! The three kernels of the one program of a module. */
struct Kernels {
  std::optional<PrimFunc> reader, compute, writer;
};

Kernels FindKernels(const IRModule& module) {
  Kernels kernels;
  for (const auto& [var, base] : module->functions) {
    auto func = base.as<PrimFunc>();
    if (!func) continue;
    auto role = func.value()->GetAttr<ffi::String>(Key(Attr::KernelRole));
    auto last = func.value()->GetAttr<ffi::String>(Key(Attr::LoweredBy));
    if (!role || !last || last.value() != "VerifyTTIR") {
      TVM_FFI_THROW(ValueError) << "Function '" << var->name_hint
                                << "' is not fully lowered. Run the whole pipeline, to VerifyTTIR.";
    }
    auto& slot = role.value() == ToString(kReader)    ? kernels.reader
                 : role.value() == ToString(kCompute) ? kernels.compute
                                                      : kernels.writer;
    if (slot) {
      TVM_FFI_THROW(ValueError) << "The module holds several programs. Emit them one by one.";
    }
    slot = func.value();
  }
  if (!kernels.reader || !kernels.compute || !kernels.writer) {
    TVM_FFI_THROW(ValueError)
        << "The module does not hold a reader, a compute and a writer kernel.";
  }
  return kernels;
}

/*! Who does what in a launch: numbers that the module has, or that the sizes of the launch give. */
struct Work {
  std::vector<int64_t> grid_tiles;
  ffi::Array<CoreWork> partition;
  std::vector<tt_plan::CoreRange> ranges;
};

[[noreturn]] void RefuseBlocks(const GridAxis& axis, int64_t blocks, const Sizes& sizes) {
  std::ostringstream text;
  text << "T.Kernel has the grid extent " << ExprOf(axis->extent) << " for '" << axis->name
       << "', which is " << blocks << " with";
  for (const auto& [name, size] : sizes) text << " " << name << "=" << size;
  TVM_FFI_THROW(ValueError) << text.str() << ". Supported: positive extents.";
  TVM_FFI_UNREACHABLE();
}

Work WorkOf(const PrimFunc& func, const Sizes& sizes) {
  Work work;
  for (const Extent& tiles : func->GetAttr<ffi::Array<Extent>>(Key(Attr::GridTiles)).value())
    work.grid_tiles.push_back(NumberFor(tiles, sizes));
  work.partition = func->GetAttr<ffi::Array<CoreWork>>(Key(Attr::WorkPartition)).value();
  auto ranges = func->GetAttr<ffi::Array<CoreRange>>(Key(Attr::CoreRanges)).value();
  if (work.partition.empty()) {
    int64_t items = 1;
    for (const GridAxis& axis : func->GetAttr<ffi::Array<GridAxis>>(Key(Attr::GridAxes)).value()) {
      const int64_t blocks = NumberFor(axis->extent, sizes);
      if (blocks < 1) RefuseBlocks(axis, blocks, sizes);
      items *= blocks;
    }
    auto grid = func->GetAttr<ffi::Array<int64_t>>(Key(Attr::CoreGrid)).value();
    work.partition = DealOut(items, grid[0], grid[1]);
    ranges = FirstCores(static_cast<int64_t>(work.partition.size()), grid[0]);
  }
  for (const CoreRange& range : ranges)
    work.ranges.push_back({range->x0, range->y0, range->x1, range->y1});
  return work;
}

/*! The tensors that a kernel writes. */
std::set<std::string> WrittenBy(const PrimFunc& func) {
  std::set<const tirx::VarNode*> targets;
  tirx::PostOrderVisit(func->body, [&](const ffi::ObjectRef& node) {
    const auto* call = node.as<tirx::CallNode>();
    const IntrinsicRow* row = call ? FindRow(call->op) : nullptr;
    if (row == nullptr) return;
    if (row->id == Intrinsic::NocWritePage || row->id == Intrinsic::NocWritePart)
      targets.insert(call->args[2].as<tirx::VarNode>());
  });
  std::set<std::string> names;
  for (const auto& [param, buffer] : func->buffer_map) {
    if (targets.count(buffer->data.get())) names.insert(buffer->name);
  }
  return names;
}

std::vector<int64_t> NumbersFor(const ffi::Array<Extent>& extents, const Sizes& sizes) {
  std::vector<int64_t> numbers;
  for (const Extent& extent : extents) numbers.push_back(NumberFor(extent, sizes));
  return numbers;
}

std::vector<tt_plan::Tensor> TensorsOf(const Kernels& kernels, const Sizes& sizes) {
  std::vector<tt_plan::Tensor> tensors;
  const PrimFunc& func = *kernels.reader;
  const std::set<std::string> written = WrittenBy(*kernels.writer);
  auto layouts = func->GetAttr<LayoutMap>(Key(Attr::LayoutDesc)).value();
  for (const ffi::String& name :
       func->GetAttr<ffi::Array<ffi::String>>(Key(Attr::Params)).value()) {
    LayoutDesc layout = layouts.at(name);
    tt_plan::Tensor tensor;
    tensor.name = name;
    tensor.dtype = ffi::DLDataTypeToString(layout->dtype);
    tensor.data_format = layout->data_format;
    tensor.shape = NumbersFor(layout->shape, sizes);
    tensor.host_dtype = ffi::DLDataTypeToString(layout->host_dtype);
    tensor.host_shape = NumbersFor(layout->host_shape, sizes);
    tensor.order = {layout->order.begin(), layout->order.end()};
    tensor.memory = layout->memory;
    tensor.layout = layout->layout;
    tensor.tile_shape = {layout->tile_shape.begin(), layout->tile_shape.end()};
    tensor.page_size = PageSizeOf(layout);
    tensor.num_pages = 1;
    for (size_t i = 0; i < layout->shape.size(); ++i)
      tensor.num_pages *= NumberFor(PagesAlong(layout, i), sizes);
    tensor.is_output = written.count(name) > 0;
    tensors.push_back(tensor);
  }
  return tensors;
}

std::vector<tt_plan::CircularBuffer> CircularBuffersOf(const PrimFunc& func) {
  std::vector<tt_plan::CircularBuffer> buffers;
  for (const auto& [name, desc] : func->GetAttr<CBDescMap>(Key(Attr::CBDesc)).value()) {
    buffers.push_back({name, desc->id, desc->TotalSize(), desc->page_size, desc->data_format});
  }
  std::sort(buffers.begin(), buffers.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  return buffers;
}

/*!
 * Values of the runtime arguments on every active core; until the launch, addresses stay 0 and NoC
 * coordinates logical ones.
 */
std::vector<tt_plan::CoreArgs> CoreArgsOf(const PrimFunc& func, const Work& work,
                                          const Sizes& sizes) {
  auto args = func->GetAttr<ffi::Array<RuntimeArg>>(Key(Attr::RuntimeArgs)).value();
  const int64_t columns = CoreSpread::Of(func).Columns();
  std::vector<tt_plan::CoreArgs> result;
  for (const CoreWork& items : work.partition) {
    tt_plan::CoreArgs core{items->x, items->y, {}};
    int64_t column = 0, row = 0;
    for (const RuntimeArg& arg : args) {
      core.values.push_back(arg->kind == "start_id"       ? items->start
                            : arg->kind == "count"        ? items->count
                            : arg->kind == "Mt"           ? work.grid_tiles[0]
                            : arg->kind == "Nt"           ? work.grid_tiles[1]
                            : arg->kind == "core_x"       ? items->x
                            : arg->kind == "core_y"       ? items->y
                            : arg->kind == "core_index"   ? items->y * columns + items->x
                            : arg->kind == "noc_x"        ? column++
                            : arg->kind == "noc_y"        ? row++
                            : arg->kind == tt_plan::kSize ? sizes.at(arg->name)
                                                          : 0);
    }
    result.push_back(core);
  }
  return result;
}

/*! Positional and named compile-time arguments. */
void FillCompileArgs(const PrimFunc& func, tt_plan::Kernel* kernel) {
  auto accessors = func->GetAttr<AccessorMap>(Key(Attr::TensorAccessor)).value();
  auto descs = func->GetAttr<CBDescMap>(Key(Attr::CBDesc)).value();
  auto semaphores = func->GetAttr<ffi::Array<SemaphoreDesc>>(Key(Attr::Semaphores)).value();
  // Pages of a bank lie this far apart at least.
  const int64_t unit = TargetOptions::FromFunction(func).Hardware().dram_read_alignment;
  for (const CompileArg& arg :
       func->GetAttr<ffi::Array<CompileArg>>(Key(Attr::CompileArgs)).value()) {
    if (arg->kind == "accessor") {
      kernel->accessors.push_back({arg->name, arg->position});
      kernel->compile_time_args.push_back(kAccessorIsDram);
      const int64_t page = accessors.at(arg->name)->page_size;
      kernel->compile_time_args.push_back((page + unit - 1) / unit * unit);
    } else if (arg->kind == "semaphore") {
      int64_t id = 0;
      while (semaphores[id]->name != arg->name) ++id;
      kernel->named_compile_time_args.push_back({"sem_" + std::string(arg->name), id});
    } else {
      kernel->named_compile_time_args.push_back(
          {"cb_" + std::string(arg->name), descs.at(arg->name)->id});
    }
  }
}

tt_plan::Kernel KernelOf(const PrimFunc& func, Role role, const Work& work, const Sizes& sizes) {
  tt_plan::Kernel kernel;
  kernel.name = func->GetAttr<ffi::String>(tvm::attr::kGlobalSymbol).value();
  kernel.role = ToString(role);
  kernel.file = kernel.role + ".cpp";
  kernel.processor = role == kReader ? "RISCV_1" : role == kWriter ? "RISCV_0" : "COMPUTE";
  kernel.noc = NocOf(role);
  kernel.core_ranges = work.ranges;
  FillCompileArgs(func, &kernel);
  for (const RuntimeArg& arg :
       func->GetAttr<ffi::Array<RuntimeArg>>(Key(Attr::RuntimeArgs)).value()) {
    kernel.runtime_args.push_back({arg->name, arg->kind, arg->tensor});
  }
  kernel.core_args = CoreArgsOf(func, work, sizes);
  auto config = func->GetAttr<ComputeConfig>(Key(Attr::ComputeConfig)).value();
  kernel.compute = {config->math_fidelity,
                    config->fp32_dest_acc_en,
                    config->dst_full_sync_en,
                    config->math_approx_mode,
                    {}};
  for (const auto& [name, desc] : func->GetAttr<CBDescMap>(Key(Attr::CBDesc)).value()) {
    if (desc->unpack_to_dest) kernel.compute.unpack_to_dest_fp32.push_back(desc->id);
  }
  std::sort(kernel.compute.unpack_to_dest_fp32.begin(), kernel.compute.unpack_to_dest_fp32.end());
  return kernel;
}

tt_plan::ProgramPlan PlanOf(const Kernels& kernels, const Sizes& sizes) {
  const PrimFunc& func = *kernels.reader;
  const Work work = WorkOf(func, sizes);
  const std::string symbol = func->GetAttr<ffi::String>(tvm::attr::kGlobalSymbol).value();
  tt_plan::ProgramPlan plan;
  plan.name = symbol.substr(0, symbol.size() - std::string("_reader").size());
  plan.arch = TargetOptions::FromFunction(func).arch;
  auto grid = func->GetAttr<ffi::Array<int64_t>>(Key(Attr::CoreGrid)).value();
  plan.core_grid = {grid.begin(), grid.end()};
  plan.core_ranges = work.ranges;
  plan.grid_tiles = work.grid_tiles;
  plan.partition_mode = func->GetAttr<ffi::String>(Key(Attr::PartitionMode)).value();
  plan.tensors = TensorsOf(kernels, sizes);
  plan.circular_buffers = CircularBuffersOf(func);
  for (const SemaphoreDesc& desc :
       func->GetAttr<ffi::Array<SemaphoreDesc>>(Key(Attr::Semaphores)).value()) {
    plan.semaphores.push_back({static_cast<int64_t>(plan.semaphores.size()), desc->initial_value});
  }
  plan.kernels = {KernelOf(*kernels.reader, kReader, work, sizes),
                  KernelOf(*kernels.compute, kCompute, work, sizes),
                  KernelOf(*kernels.writer, kWriter, work, sizes)};
  return plan;
}

}  // namespace

std::string TextsOf(const Program& program) {
  std::string text;
  for (const tt_plan::Kernel& kernel : program.plan.kernels) {
    text += "// ===== " + kernel.file + " =====\n" + program.sources.at(kernel.file) + "\n";
  }
  return text;
}

tt_plan::ProgramPlan EmitPlan(const IRModule& module, const Sizes& sizes) {
  return PlanOf(FindKernels(module), sizes);
}

Program EmitProgram(const IRModule& module, const Sizes& sizes) {
  Kernels kernels = FindKernels(module);
  Program program;
  program.plan = PlanOf(kernels, sizes);
  const std::array<const PrimFunc*, 3> funcs = {&*kernels.reader, &*kernels.compute,
                                                &*kernels.writer};
  for (size_t i = 0; i < funcs.size(); ++i) {
    const tt_plan::Kernel& kernel = program.plan.kernels[i];
    program.sources[kernel.file] = PrintKernel(*funcs[i], program.plan, kernel);
  }
  program.sources["main.cpp"] = tt_plan::PrintHost(program.plan);
  return program;
}

TVM_FFI_STATIC_INIT_BLOCK() {
  namespace refl = tvm::ffi::reflection;
  using NamedSizes = ffi::Map<ffi::String, int64_t>;
  refl::GlobalDef().def("tilelang_tenstorrent.codegen.EmitProgram",
                        [](IRModule module, NamedSizes sizes) {
                          Program program = EmitProgram(module, Sizes(sizes.begin(), sizes.end()));
                          ffi::Map<ffi::String, ffi::String> files;
                          for (const auto& [file, text] : program.sources) files.Set(file, text);
                          files.Set(tt_plan::kPlanFile, tt_plan::ToJson(program.plan));
                          return files;
                        });
}

}  // namespace tvm::tt
