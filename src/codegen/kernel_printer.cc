/*! Kernel functions as TT-Metalium C++. */
#include "codegen/kernel_printer.h"

#include <fmt/format.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "codegen/cpp_expr_printer.h"
#include "ir/attrs.h"
#include "ir/grid_axes.h"
#include "ir/kernel_body.h"
#include "ir/tiles.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Headers of a data-movement kernel beyond those its intrinsics name. */
constexpr std::array kDataMovementHeaders = {"api/dataflow/dataflow_api.h",
                                             "api/tensor/noc_traits.h"};
/*! Headers of a compute kernel beyond those its intrinsics name. */
constexpr std::array kComputeHeaders = {"api/compute/common.h"};

class Printer : public StmtVisitor {
 public:
  Printer(const PrimFunc& func, const tt_plan::ProgramPlan& plan, const tt_plan::Kernel& kernel)
      : func_(func), plan_(plan), kernel_(kernel), exprs_(names_, cb_ids_) {}

  std::string Print() {
    KernelBody body = KernelBody::From(func_->body);
    CollectUses(func_->body);
    names_.EnterScope();
    indent_ = 1;
    PrintArguments(body);
    PrintCircularBuffers(body);
    PrintSemaphores(body);
    PrintTensors();
    for (const Stmt& stmt : OtherPrologue(body)) VisitStmt(stmt);
    if (body.region.defined()) PrintWorkLoop(body);
    for (const Stmt& stmt : body.epilogue) VisitStmt(stmt);
    std::ostringstream text;
    text << HeaderComment() << Includes() << "\nvoid kernel_main() {\n" << out_.str() << "}\n";
    return text.str();
  }

 private:
  // ---- what the text needs to declare ----

  /*! Headers, and which circular buffers and tensors are used as objects. */
  void CollectUses(const Stmt& body) {
    PostOrderVisit(body, [&](const ffi::ObjectRef& node) {
      const auto* call = node.as<CallNode>();
      const IntrinsicRow* row = call ? FindRow(call->op) : nullptr;
      if (row == nullptr) return;
      if (*row->header) headers_.insert(row->header);
      if (row->id == Intrinsic::NocMulticast) shared_.push_back(call);
      uses_noc_ |= row->effect == Effect::NocRead || row->effect == Effect::NocWrite;
      uses_bits_ |= std::any_of(call->args.begin(), call->args.end(), [](const PrimExpr& arg) {
        return arg.dtype().is_float() && arg->IsInstance<CastNode>();
      });
      for (size_t i = 0; i < call->args.size(); ++i) {
        const std::string form = "{" + std::to_string(i) + ".obj}";
        if (std::string(row->spelling).find(form) == std::string::npos) continue;
        objects_.insert(call->args[i].as<VarNode>());
      }
    });
  }

  std::string Includes() {
    std::set<std::string> headers = headers_;
    if (kernel_.noc < 0) {
      headers.insert(kComputeHeaders.begin(), kComputeHeaders.end());
    } else {
      headers.insert(kDataMovementHeaders.begin(), kDataMovementHeaders.end());
    }
    std::string text =
        uses_bits_ ? "#include <bit>\n#include <cstdint>\n\n" : "#include <cstdint>\n\n";
    for (const std::string& header : headers) text += "#include \"" + header + "\"\n";
    return text;
  }

  // ---- header comment ----

  std::string HeaderComment() {
    std::ostringstream text;
    text << "// " << plan_.name << ": " << kernel_.role
         << " kernel, generated from TileLang.\n//\n";
    const std::string grid =
        fmt::format("{} x {} cores ({})", plan_.core_grid[0], plan_.core_grid[1], plan_.arch);
    text << "// Work: " << Cores(grid)
         << "; each core does the items [start_id, start_id + count).\n";
    const CoreSpread spread = CoreSpread::Of(func_);
    const auto sums = func_->GetAttr<ffi::Map<ffi::String, int64_t>>(Key(Attr::CoreSums)).value();
    size_t number = 0;
    for (const GridAxis& axis : func_->GetAttr<ffi::Array<GridAxis>>(Key(Attr::GridAxes)).value()) {
      text << "//   " << axis->name << ": " << Number(axis->extent) << " blocks";
      if (axis->output_dim >= 0) {
        text << ", each " << axis->tiles << (axis->output_dim == 0 ? " tile row" : " tile column")
             << (axis->tiles == 1 ? "" : "s") << " of the output";
      }
      text << SpreadComment(spread, number);
      for (const auto& [tensor, along] : sums) {
        if (along == static_cast<int64_t>(number))
          text << ", which pass on their sums of " << tensor;
      }
      text << "\n";
      ++number;
    }
    text << SizesComment() << CBComment() << SharingComment();
    if (kernel_.noc < 0) {
      text << "// Compute: " << kernel_.compute.math_fidelity << ", "
           << (kernel_.compute.fp32_dest_acc_en ? 32 : 16) << "-bit DST, "
           << (kernel_.compute.dst_full_sync_en ? "full" : "half") << "-sync.\n";
    }
    return text.str() + "\n";
  }

  /*! How many cores of the grid work: the plan of a launch says so where sizes decide it. */
  std::string Cores(const std::string& grid) const {
    if (func_->GetAttr<ffi::Array<CoreWork>>(Key(Attr::WorkPartition)).value().empty())
      return "up to " + grid;
    return fmt::format("{} of {}", kernel_.core_args.size(), grid);
  }
  static std::string Number(const Extent& extent) {
    const PrimExpr blocks = ExprOf(extent);
    std::vector<Var> sizes;
    CollectSizes(blocks, &sizes);
    CppNames names;
    for (const Var& size : sizes) names.Declare(size.get(), size->name_hint);
    const std::unordered_map<const VarNode*, std::string> no_buffers;
    return CppExprPrinter(names, no_buffers).Print(blocks);
  }

  /*! The sizes that the text does not depend on. */
  std::string SizesComment() const {
    std::vector<Var> sizes;
    for (const auto& [name, layout] : func_->GetAttr<LayoutMap>(Key(Attr::LayoutDesc)).value()) {
      for (const Extent& extent : layout->host_shape) CollectSizes(ExprOf(extent), &sizes);
    }
    std::set<std::string> names;
    for (const Var& size : sizes) names.insert(size->name_hint);
    if (names.empty()) return "";
    return fmt::format("// Sizes: this text serves all of {}; the launch brings them.\n",
                       fmt::join(names, ", "));
  }

  /*! Over which cores the blocks of an axis are spread. */
  static std::string SpreadComment(const CoreSpread& spread, size_t axis) {
    if (spread.Empty() || spread.CoresOf(axis) == 1) return "";
    const std::string along = spread.Axes()[axis];
    return fmt::format(", spread over {} {}", spread.CoresOf(axis),
                       along == "x"   ? "columns of cores"
                       : along == "y" ? "rows of cores"
                                      : "cores");
  }

  /*! Which blocks come from other cores. */
  std::string SharingComment() const {
    std::vector<std::string> lines;  // a buffer may be sent at several places
    auto buffers = KernelBody::From(func_->body).Buffers();
    for (const CallNode* call : shared_) {
      const bool row = call->args[5].same_as(call->args[7]);
      const bool column = call->args[4].same_as(call->args[6]);
      const std::string line = fmt::format(
          "//   {}: each of the {} cores{} reads its share and sends it to all\n",
          std::string(buffers.at(call->args[1].as<VarNode>())->name), *as_const_int(call->args[3]),
          row      ? " of a row"
          : column ? " of a column"
                   : "");
      if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
    }
    return lines.empty() ? "" : fmt::format("// Shared by multicast:\n{}", fmt::join(lines, ""));
  }

  /*! Blocks of tiles, or the pages that elements of tensors go through, which are no tiles. */
  static std::string Contents(const CBDesc& desc) {
    if (desc->page_size != TileBytes(std::string(desc->data_format))) {
      return fmt::format("{} pages of {} bytes, ", desc->depth, desc->page_size);
    }
    return fmt::format("{} {} of {} x {} {}, ", desc->depth, desc->depth == 1 ? "block" : "blocks",
                       desc->rows, desc->cols, desc->Tiles() == 1 ? "tile" : "tiles");
  }

  std::string CBComment() {
    std::ostringstream text;
    auto descs = func_->GetAttr<CBDescMap>(Key(Attr::CBDesc)).value();
    std::set<int64_t> ids;
    for (const CompileArg& arg :
         func_->GetAttr<ffi::Array<CompileArg>>(Key(Attr::CompileArgs)).value()) {
      if (arg->kind == "circular_buffer") ids.insert(descs.at(arg->name)->id);
    }
    for (const int64_t id : ids) {
      for (const auto& [name, desc] : descs) {
        if (desc->id != id) continue;
        text << (text.tellp() > 0 ? "" : "// Circular buffers:\n") << "//   " << name << " (id "
             << desc->id << "): " << Contents(desc) << desc->data_format << ", " << desc->producer
             << " -> " << desc->consumer << "\n";
      }
    }
    return text.str();
  }

  // ---- declarations ----

  static bool IsArgument(const Stmt& stmt) {
    const auto* bind = stmt.as<BindNode>();
    if (bind == nullptr) return false;
    const auto* address = bind->value.as<CastNode>();
    return AsIntrinsic(address ? address->value : bind->value).Is(Intrinsic::RuntimeArg);
  }

  void PrintArguments(const KernelBody& body) {
    bool any = false;
    for (const Stmt& stmt : body.prologue) {
      if (!IsArgument(stmt)) continue;
      if (!any) Line("// Runtime arguments of this core.");
      any = true;
      VisitStmt(stmt);
    }
    if (any) Blank();
  }

  static std::vector<Stmt> OtherPrologue(const KernelBody& body) {
    std::vector<Stmt> rest;
    for (const Stmt& stmt : body.prologue) {
      if (!IsArgument(stmt)) rest.push_back(stmt);
    }
    return rest;
  }

  void PrintCircularBuffers(const KernelBody& body) {
    for (const Stmt& stmt : body.allocations) {
      const Buffer& buffer = stmt.as<AllocBufferNode>()->buffer;
      if (!IsCB(buffer)) continue;
      const std::string name = names_.Declare(buffer->data.get(), buffer->name);
      const std::string id = "cb_" + std::string(buffer->name);
      names_.Reserve(id);
      cb_ids_[buffer->data.get()] = id;
      Line(fmt::format("constexpr uint32_t {} = get_named_compile_time_arg_val(\"{}\");", id, id));
      if (objects_.count(buffer->data.get())) Line(fmt::format("CircularBuffer {}({});", name, id));
    }
    if (!body.allocations.empty()) Blank();
  }

  void PrintSemaphores(const KernelBody& body) {
    bool any = false;
    for (const Stmt& stmt : body.allocations) {
      const Buffer& buffer = stmt.as<AllocBufferNode>()->buffer;
      if (IsCB(buffer)) continue;
      any = true;
      Line(fmt::format("Semaphore<> {}(get_named_compile_time_arg_val(\"sem_{}\"));",
                       names_.Declare(buffer->data.get(), buffer->name),
                       std::string(buffer->name)));
    }
    if (any) Blank();
  }

  void PrintTensors() {
    auto accessors = func_->GetAttr<AccessorMap>(Key(Attr::TensorAccessor)).value();
    auto args = func_->GetAttr<ffi::Array<RuntimeArg>>(Key(Attr::RuntimeArgs)).value();
    for (const Var& param : func_->params) {
      const Buffer& buffer = func_->buffer_map.at(param);
      TensorAccessor accessor = accessors.at(buffer->name);
      const std::string name = names_.Declare(buffer->data.get(), buffer->name);
      Line(fmt::format("constexpr auto {}_args = TensorAccessorArgs<{}>();", name,
                       accessor->compile_arg_offset));
      Line(fmt::format("const auto {} = TensorAccessor({}_args, {});", name, name,
                       std::string(args[accessor->address_arg]->name)));
    }
    if (uses_noc_) Line("const Noc noc;");
    if (!func_->params.empty()) Blank();
  }

  // ---- statements ----

  void PrintWorkLoop(const KernelBody& body) {
    const auto* range = body.work_items.as<CallNode>();
    const std::string start = exprs_.Print(range->args[0]), count = exprs_.Print(range->args[1]);
    if (!AtBlockStart()) Blank();
    names_.EnterScope();
    const std::string work =
        body.work.defined() ? names_.Declare(body.work.get(), body.work->name_hint) : "work";
    Open(fmt::format("for ({3} {0} = {1}; {0} < {1} + {2}; ++{0}) {{", work, start, count,
                     TypeOf(DataType::Int(32))));
    VisitStmt(body.region);
    Close();
    names_.ExitScope();
  }

  void VisitStmt_(const BindNode* op) final {
    if (AsIntrinsic(op->value).Is(Intrinsic::WorkIndex)) return;  // the variable of the work loop
    const std::string value = exprs_.Print(op->value);
    const std::string name = names_.Declare(op->var.get(), op->var->name_hint);
    Line(fmt::format("{} {} {} = {};", op->value.as<IntImmNode>() ? "constexpr" : "const",
                     TypeOf(op->var->dtype), name, value));
  }
  /*! Indices are unsigned, unless the kernel computes with what may be negative. */
  const char* TypeOf(DataType dtype) const {
    return signed_ && dtype.is_int() ? "int32_t" : "uint32_t";
  }

  void VisitStmt_(const AllocBufferNode* op) final {
    const std::string name = names_.Declare(op->buffer->data.get(), op->buffer->name);
    Line(fmt::format("{} {} = 0;", TypeOf(op->buffer->dtype), name));
  }
  void VisitStmt_(const BufferStoreNode* op) final {
    Line(fmt::format("{} = {};", names_.Of(op->buffer->data.get()), exprs_.Print(op->value)));
  }
  void VisitStmt_(const WhileNode* op) final {
    Open(fmt::format("while ({}) {{", exprs_.Print(op->condition)));
    InScope(op->body);
    Close();
  }

  void VisitStmt_(const ForNode* op) final {
    const std::string min = exprs_.Print(op->min);
    const std::string end = exprs_.PrintBound(is_zero(op->min) ? op->extent : op->min + op->extent);
    names_.EnterScope();
    const std::string var = names_.Declare(op->loop_var.get(), op->loop_var->name_hint);
    const std::string step =
        op->step ? fmt::format("{} += {}", var, exprs_.Print(op->step.value())) : "++" + var;
    Open(fmt::format("for ({4} {0} = {1}; {0} < {2}; {3}) {{", var, min, end, step,
                     TypeOf(op->loop_var->dtype)));
    VisitStmt(op->body);
    Close();
    names_.ExitScope();
  }

  void VisitStmt_(const IfThenElseNode* op) final {
    Open(fmt::format("if ({}) {{", exprs_.Print(op->condition)));
    InScope(op->then_case);
    if (op->else_case) {
      --indent_;
      Line("} else {");
      ++indent_;
      InScope(op->else_case.value());
    }
    Close();
  }

  void InScope(const Stmt& stmt) {
    names_.EnterScope();
    VisitStmt(stmt);
    names_.ExitScope();
  }

  void VisitStmt_(const EvaluateNode* op) final {
    const auto* call = op->value.as<CallNode>();
    const IntrinsicRow* row = call ? FindRow(call->op) : nullptr;
    TVM_FFI_ICHECK(row != nullptr) << "no spelling of statement " << op->value;
    Line(exprs_.PrintCall(call, *row));
  }

  // ---- lines ----

  void Line(const std::string& text) {
    out_ << std::string(4 * indent_, ' ') << text << "\n";
    blank_ = false;
  }
  void Blank() {
    if (!blank_) out_ << "\n";
    blank_ = true;
  }
  bool AtBlockStart() const { return blank_; }
  void Open(const std::string& text) {
    Line(text);
    ++indent_;
  }
  void Close() {
    --indent_;
    Line("}");
  }

  const PrimFunc& func_;
  const bool signed_ = func_->GetAttr<Bool>(Key(Attr::SignedIndices)).value()->value;
  const tt_plan::ProgramPlan& plan_;
  const tt_plan::Kernel& kernel_;
  CppNames names_;
  std::unordered_map<const VarNode*, std::string> cb_ids_;
  CppExprPrinter exprs_;
  std::set<std::string> headers_;
  std::set<const VarNode*> objects_;
  std::vector<const CallNode*> shared_; /*!< multicasts */
  bool uses_noc_ = false;
  bool uses_bits_ = false; /*!< a float computed from indices is passed by its bits */
  std::ostringstream out_;
  int indent_ = 0;
  bool blank_ = true;
};

}  // namespace

std::string PrintKernel(const PrimFunc& func, const tt_plan::ProgramPlan& plan,
                        const tt_plan::Kernel& kernel) {
  return Printer(func, plan, kernel).Print();
}

}  // namespace tvm::tt
