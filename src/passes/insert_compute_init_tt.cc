/*!
 * InsertComputeInitTT: protocol -> protocol.
 *
 * Inserts the initialisation of the compute engine: the one-time start, and before each operation
 * whatever differs from the state the engine is in - the mode of the matrix unit, of the vector unit,
 * the data formats of SrcA, SrcB and the packer. A setting that a loop needs throughout is made once
 * in front of it, up to once per core. What each operation needs is the schema's to say. Stands after
 * the handshakes and before tile programs are cut to DST, so that it sees them whole.
 *
 *   before   for k in range(8): ... T.tt.mm.mma(A_s.data, B_s.data, C_l_acc.data, False, False)
 *   after    T.tt.engine.init_common_matmul(A_s.data, B_s.data, C_out.data)
 *            T.tt.fpu.matmul_init(A_s.data, B_s.data, 0, 2, 2, 1)
 *            with T.attr(0, "tt.work_loop", 16): ...
 */
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <array>
#include <map>
#include <optional>

#include "analysis/accumulator_start.h"
#include "analysis/dst_pressure.h"
#include "ir/attrs.h"
#include "ir/kernel_body.h"
#include "ir/loops.h"
#include "ir/tiles.h"
#include "passes/dst_reorder.h"
#include "passes/pass_runner.h"
#include "target/target_options.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! What can be set independently of the rest. Formats first: inits follow reconfigurations. */
enum Setting : uint8_t { kSrcA, kSrcB, kPackFormat, kFpuMode, kSfpuMode, kNumSettings };

/*! A setting with its value, and the statement that makes it. */
struct Need {
  Setting setting;
  std::string value;
  Stmt make;
};

/*! Values of all settings; empty means unknown. */
using EngineState = std::array<std::string, kNumSettings>;

class InitInserter {
 public:
  InitInserter(const KernelBody& kernel, const CBDescMap& descs, int64_t dst_capacity)
      : buffers_(kernel.Buffers()),
        zeros_before_matmul_(ZerosBeforeMatmul(kernel)),
        descs_(descs),
        dst_capacity_(dst_capacity) {}

  void Run(KernelBody* kernel) {
    std::vector<Need> needs = NeedsBelow(kernel->region);
    if (needs.empty()) return;
    EngineState state;
    auto first = std::find_if(kernel->prologue.begin(), kernel->prologue.end(),
                              [](const Stmt& stmt) { return !stmt->IsInstance<BindNode>(); });
    std::vector<Stmt> once(first, kernel->prologue.end());
    kernel->prologue.erase(first, kernel->prologue.end());
    kernel->prologue.push_back(Startup(kernel->region, &state));
    if (!once.empty()) kernel->prologue.push_back(Rewrite(AsStmt(once), &state));
    std::vector<Stmt> hoisted;
    EnterLoop(kernel->region, &state, &hoisted);
    kernel->prologue.insert(kernel->prologue.end(), hoisted.begin(), hoisted.end());
    kernel->region = Rewrite(kernel->region, &state);
  }

 private:
  // ---- what operations need ----

  const CBDesc Desc(const PrimExpr& cb) { return descs_.at(buffers_.at(cb.as<VarNode>())->name); }
  bool IsCBOperand(const PrimExpr& operand) {
    const auto* var = operand.as<VarNode>();
    auto it = var ? buffers_.find(var) : buffers_.end();
    return it != buffers_.end() && IsCB(it->second);
  }
  /*! Format and unpack path: straight to DST the unpacker keeps 32 bits, into a source register 19. */
  std::string FormatOf(const PrimExpr& cb) {
    return std::string(Desc(cb)->data_format) + (Desc(cb)->unpack_to_dest ? "->dst" : "");
  }

  Need Format(Setting setting, Intrinsic make, const PrimExpr& cb, const Span& span) {
    const bool packs = setting == kPackFormat;
    return {setting, packs ? std::string(Desc(cb)->data_format) : FormatOf(cb),
            MakeStmt(make, {cb}, span)};
  }

  /*! The mode an init sets, told apart by what it configures: formats, unpack path and numbers. */
  Need Mode(Setting setting, Intrinsic init, const ffi::Array<PrimExpr>& args, const Span& span) {
    std::ostringstream value;
    value << Row(init).name;
    for (const PrimExpr& arg : args) {
      value << ' ';
      if (IsCBOperand(arg)) {
        value << FormatOf(arg);
      } else {
        value << arg;
      }
    }
    return {setting, value.str(), MakeStmt(init, args, span)};
  }

  std::vector<Need> NeedsOfMma(const CallNode* call, const Span& span) {
    const PrimExpr &a = call->args[0], &b = call->args[1], &acc = call->args[2];
    CBDesc lhs = Desc(a), rhs = Desc(b);
    const bool transpose = !is_zero(call->args[3]);
    MatmulBlocking blocking = ChooseBlocking(lhs->rows, transpose ? rhs->rows : rhs->cols,
                                             dst_capacity_, transpose, !IsCBOperand(acc));
    auto imm = [](int64_t value) { return IntImm(DataType::Int(32), value); };
    std::vector<Need> needs{
        Format(kSrcA, Intrinsic::ReconfigSrcA, b, span),
        Format(kSrcB, Intrinsic::ReconfigSrcB, a, span),
        Mode(kFpuMode, Intrinsic::MatmulInit,
             {a, b, imm(transpose), imm(blocking.ct), imm(blocking.rt), imm(lhs->cols)}, span)};
    if (IsCBOperand(acc)) needs.push_back(Format(kPackFormat, Intrinsic::ReconfigPack, acc, span));
    return needs;
  }

  std::vector<Need> NeedsOf(const Stmt& stmt) {
    IntrinsicCall call = AsIntrinsic(stmt);
    if (!call) return {};
    const auto& args = call.call->args;
    const Span& span = stmt->span;
    if (call.Is(Intrinsic::Mma)) return NeedsOfMma(call.call, span);
    if (call.Is(Intrinsic::Untilize)) {
      return {Format(kSrcA, Intrinsic::ReconfigSrcA, args[0], span),
              Format(kPackFormat, Intrinsic::ReconfigPack, args[1], span),
              Mode(kFpuMode, Intrinsic::CopyInit, {args[0]}, span)};
    }
    if (call.Is(Intrinsic::Pack))
      return {Format(kPackFormat, Intrinsic::ReconfigPack, args[1], span)};
    std::vector<Need> needs;
    if (call.Is(Intrinsic::AccumulatorInit)) {
      if (IsCBOperand(args[0]))
        needs.push_back(Format(kPackFormat, Intrinsic::ReconfigPack, args[0], span));
      if (!zeros_before_matmul_.count(stmt.get()))
        needs.push_back(Mode(kSfpuMode, Intrinsic::FillInit, {}, span));
      return needs;
    }
    const EngineRow* engine = FindEngine(call.row->id);
    if (engine == nullptr) return {};
    if (engine->srca >= 0)
      needs.push_back(Format(kSrcA, Intrinsic::ReconfigSrcA, args[engine->srca], span));
    if (engine->srcb >= 0)
      needs.push_back(Format(kSrcB, Intrinsic::ReconfigSrcB, args[engine->srcb], span));
    ffi::Array<PrimExpr> init_args;
    for (int position : engine->init_args) init_args.push_back(args[position]);
    if (call.Is(Intrinsic::Tilize))
      needs.push_back(Format(kPackFormat, Intrinsic::ReconfigPack, args[2], span));
    needs.push_back(
        Mode(engine->unit == Unit::Fpu ? kFpuMode : kSfpuMode, engine->init, init_args, span));
    return needs;
  }

  std::vector<Need> NeedsBelow(const Stmt& stmt) {
    std::vector<Need> all;
    struct Visitor : public StmtVisitor {
      InitInserter* self;
      std::vector<Need>* all;
      void VisitStmt_(const EvaluateNode* op) final {
        Stmt stmt = ffi::GetRef<Stmt>(op);
        for (Need& need : self->NeedsOf(stmt)) all->push_back(std::move(need));
        // Its mode ends with it.
        if (AsIntrinsic(stmt).Is(Intrinsic::Tilize)) all->push_back({kFpuMode, "", {}});
      }
    } visitor;
    visitor.self = this;
    visitor.all = &all;
    visitor(stmt);
    return all;
  }

  // ---- the one-time start ----

  /*! Starts the engine with the operands of the first operation and the first packed buffer. */
  Stmt Startup(const Stmt& region, EngineState* state) {
    PrimExpr srca, srcb, out;
    bool matmul = false;
    PostOrderVisit(region, [&](const ffi::ObjectRef& node) {
      const auto* call = node.as<CallNode>();
      const IntrinsicRow* row = call ? FindRow(call->op) : nullptr;
      if (row == nullptr) return;
      if (row->id == Intrinsic::Mma && !srca.defined() && !srcb.defined()) {
        srca = call->args[1], srcb = call->args[0], matmul = true;
      }
      if (row->id == Intrinsic::Mma && !out.defined() && IsCBOperand(call->args[2]))
        out = call->args[2];
      if (row->id == Intrinsic::Pack && !out.defined()) out = call->args[1];
      if (row->id == Intrinsic::Tilize && !out.defined()) out = call->args[2];
      if (row->id == Intrinsic::Untilize && !out.defined()) out = call->args[1];
      if (row->id == Intrinsic::Untilize && !srca.defined()) srca = call->args[0];
      const EngineRow* engine = FindEngine(row->id);
      if (engine != nullptr && engine->unit == Unit::Fpu && !srca.defined() && !srcb.defined()) {
        if (engine->srca >= 0) srca = call->args[engine->srca];
        if (engine->srcb >= 0) srcb = call->args[engine->srcb];
      }
    });
    TVM_FFI_ICHECK(out.defined()) << "InsertComputeInitTT: compute that packs nothing";
    if (!srca.defined()) srca = srcb.defined() ? srcb : out;
    if (!srcb.defined()) srcb = srca;
    (*state)[kSrcA] = FormatOf(srca);
    (*state)[kSrcB] = FormatOf(srcb);
    (*state)[kPackFormat] = Desc(out)->data_format;
    if (matmul) return MakeStmt(Intrinsic::HwStartupMatmul, {srcb, srca, out});
    return MakeStmt(Intrinsic::HwStartup, {srca, srcb, out});
  }

  // ---- placing ----

  /*! Makes, in front of a loop, every setting that has one value in it; forgets the others. */
  void EnterLoop(const Stmt& body, EngineState* state, std::vector<Stmt>* before) {
    std::array<std::map<std::string, Stmt>, kNumSettings> values;
    for (const Need& need : NeedsBelow(body)) values[need.setting].emplace(need.value, need.make);
    for (int setting = 0; setting < kNumSettings; ++setting) {
      if (values[setting].size() > 1) (*state)[setting].clear();
      if (values[setting].size() != 1) continue;
      const auto& [value, make] = *values[setting].begin();
      if ((*state)[setting] == value) continue;
      before->push_back(make);
      (*state)[setting] = value;
    }
  }

  Stmt Rewrite(const Stmt& stmt, EngineState* state) {
    std::vector<Stmt> result;
    for (const Stmt& child : AsList(stmt)) {
      if (auto loop = child.as<For>()) {
        For rewritten = loop.value();
        EnterLoop(rewritten->body, state, &result);
        rewritten.CopyOnWrite()->body = Rewrite(loop.value()->body, state);
        result.push_back(rewritten);
      } else if (const auto* loop = child.as<WhileNode>()) {
        EnterLoop(loop->body, state, &result);
        result.push_back(While(loop->condition, Rewrite(loop->body, state), loop->span));
      } else if (const auto* branch = child.as<IfThenElseNode>()) {
        result.push_back(RewriteBranch(branch, state));
      } else {
        for (const Need& need : NeedsOf(child)) {
          if ((*state)[need.setting] == need.value) continue;
          result.push_back(need.make);
          (*state)[need.setting] = need.value;
        }
        AppendWithEnd(child, state, &result);
      }
    }
    return AsStmt(result);
  }

  /*! Changes of order have modes of their own, which end behind them. */
  void AppendWithEnd(const Stmt& stmt, EngineState* state, std::vector<Stmt>* result) {
    IntrinsicCall call = AsIntrinsic(stmt);
    if (call.Is(Intrinsic::Untilize)) {
      const PrimExpr& rows = call.call->args[1];
      const int64_t cols = Desc(rows)->cols;
      const PrimExpr piece = Imm(UntilizedPiece(cols, dst_capacity_));
      result->push_back(MakeStmt(Intrinsic::UntilizeInit, {rows, piece, Imm(cols)}, stmt->span));
      result->push_back(stmt);
      result->push_back(MakeStmt(Intrinsic::UntilizeUninit, {rows}, stmt->span));
      return;
    }
    result->push_back(stmt);
    if (!call.Is(Intrinsic::Tilize)) return;
    const auto& args = call.call->args;
    result->push_back(MakeStmt(Intrinsic::TilizeUninit, {args[0], args[2]}, stmt->span));
    (*state)[kFpuMode].clear();
  }

  Stmt RewriteBranch(const IfThenElseNode* branch, EngineState* state) {
    EngineState other = *state;
    Stmt then_case = Rewrite(branch->then_case, state);
    ffi::Optional<Stmt> else_case;
    if (branch->else_case) else_case = Rewrite(branch->else_case.value(), &other);
    for (int setting = 0; setting < kNumSettings; ++setting) {
      if ((*state)[setting] != other[setting]) (*state)[setting].clear();
    }
    return IfThenElse(branch->condition, then_case, else_case, branch->span);
  }

  std::unordered_map<const VarNode*, Buffer> buffers_;
  std::unordered_set<const StmtNode*> zeros_before_matmul_;
  const CBDescMap& descs_;
  int64_t dst_capacity_;
};

PrimFunc Rewrite(PrimFunc func) {
  if (func->GetAttr<ffi::String>(Key(Attr::KernelRole)).value() != ToString(kCompute)) return func;
  KernelBody kernel = KernelBody::From(func->body);
  if (!kernel.region.defined()) return func;
  auto config = func->GetAttr<ComputeConfig>(Key(Attr::ComputeConfig)).value();
  auto descs = func->GetAttr<CBDescMap>(Key(Attr::CBDesc)).value();
  const int64_t capacity = TargetOptions::FromFunction(func).Hardware().DstTiles(
      config->fp32_dest_acc_en, config->dst_full_sync_en);
  InitInserter(kernel, descs, capacity).Run(&kernel);
  func.CopyOnWrite()->body = kernel.ToStmt();
  return func;
}

}  // namespace

namespace transform {
Pass InsertComputeInitTT() { return FunctionPass("InsertComputeInitTT", Rewrite); }
}  // namespace transform

}  // namespace tvm::tt
