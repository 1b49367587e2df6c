/*!
 * VerifyTTIR: any level; at the end of the pipeline final -> final.
 *
 * Checks a module against the legality table of the level it claims: which intrinsics may appear, in
 * which kernel role, with how many arguments; which attributes must be there; that no tile operator is
 * left after lowering; circular buffer ids, their number and bytes; DST indices; and that both ends of
 * every circular buffer agree. A violation is a bug of a pass, never of the user's program, and says
 * which pass ran last. Tests run it after every pass.
 */
#include <tvm/arith/analyzer.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <optional>
#include <set>

#include "analysis/cb_balance.h"
#include "ir/attrs.h"
#include "ir/tiles.h"
#include "op/operator.h"
#include "passes/pass_runner.h"
#include "target/target_options.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Position of a pass in the pipeline; -1 for a fresh function. */
int PositionOf(const PrimFunc& func) {
  auto last = func->GetAttr<ffi::String>(Key(Attr::LoweredBy));
  if (!last) return -1;
  const auto& rows = Pipeline();
  for (size_t i = 0; i < rows.size(); ++i) {
    if (last.value() == rows[i].name) return i;
  }
  return -1;
}

int PositionOfPass(const char* name) {
  const auto& rows = Pipeline();
  for (size_t i = 0; i < rows.size(); ++i) {
    if (std::string(rows[i].name) == name) return i;
  }
  return -1;
}

class FunctionVerifier : public StmtExprVisitor {
 public:
  FunctionVerifier(const PrimFunc& func, Level level, int position)
      : func_(func), level_(level), position_(position) {
    auto role = func->GetAttr<ffi::String>(Key(Attr::KernelRole));
    for (Role candidate : {kReader, kCompute, kWriter}) {
      if (role && role.value() == ToString(candidate)) role_ = candidate;
    }
  }

  std::string Run() {
    CheckAttributes();
    if (reason_.empty()) CheckBuffers();
    if (reason_.empty()) VisitStmt(func_->body);
    return reason_;
  }

 private:
  template <typename... Parts>
  void Fail(const Parts&... parts) {
    if (!reason_.empty()) return;
    std::ostringstream text;
    (text << ... << parts);
    reason_ = text.str();
  }

  void CheckAttributes() {
    for (const AttrRow& row : AllAttrs()) {
      if (std::string(row.holder) != "function" || row.first_level >= level_) continue;
      if (!func_->attrs.defined() || !func_->attrs->dict.count(row.key)) {
        Fail("attribute ", row.key, ", set by ", row.set_by, ", is missing");
      }
    }
  }

  void CheckBuffers() {
    if (position_ < PositionOfPass("BuildTileDFGTT")) return;
    TargetOptions options = TargetOptions::FromFunction(func_);
    const tt_target::HardwareModel& hardware = options.Hardware();
    std::set<int64_t> ids;
    int64_t bytes = 0;
    for (const auto& [name, desc] : func_->GetAttr<CBDescMap>(Key(Attr::CBDesc)).value()) {
      if (desc->id < 0 || desc->id >= hardware.num_circular_buffers ||
          !ids.insert(desc->id).second) {
        Fail("circular buffer '", name, "' has the id ", desc->id);
      }
      bytes += desc->TotalSize();
    }
    if (bytes > hardware.l1_bytes - hardware.l1_usable_base) {
      Fail("circular buffers take ", bytes, " B of L1");
    }
  }

  void VisitStmt_(const EvaluateNode* op) final {
    const bool lowered = position_ >= PositionOfPass("LowerTTTileIntrinsics");
    if (lowered && tl::ParseOperator(ffi::GetRef<Stmt>(op)).defined()) {
      Fail("tile operator ", op->value, " is left");
    }
    StmtExprVisitor::VisitStmt_(op);
  }

  void VisitExpr_(const CallNode* op) final {
    if (const IntrinsicRow* row = FindRow(op->op)) CheckIntrinsic(op, *row);
    StmtExprVisitor::VisitExpr_(op);
  }

  void CheckIntrinsic(const CallNode* op, const IntrinsicRow& row) {
    if (level_ < row.first_level || level_ > row.last_level) {
      // Within a level, what a later pass of that level replaces may still stand.
      const bool pending = level_ == Level::Protocol && row.last_level == Level::Split;
      if (!pending || position_ >= PositionOfPass("InsertDSTManagementTT")) {
        Fail(row.name, " is not legal at level ", ToString(level_));
      }
    }
    if (row.arity >= 0 && static_cast<size_t>(row.arity) != op->args.size()) {
      Fail(row.name, " has ", op->args.size(), " arguments, its row says ", row.arity);
    }
    if (role_ && !(row.roles & *role_)) {
      Fail(row.name, " is not legal in a ", ToString(*role_), " kernel");
    }
  }

  void VisitStmt_(const ForNode* op) final {
    if (op->kind == ForKind::kThreadBinding && level_ >= Level::Staged) {
      Fail("loop ", op->loop_var, " is bound to ", op->thread_binding.value()->thread_tag);
    }
    StmtExprVisitor::VisitStmt_(op);
  }

  PrimFunc func_;
  Level level_;
  int position_;
  std::optional<Role> role_;
  std::string reason_;
};

std::string FindViolation(const IRModule& module) {
  int position = -1;
  for (const auto& [var, base] : module->functions) {
    auto func = base.as<PrimFunc>();
    if (!func) continue;
    position = PositionOf(func.value());
    if (position < 0) continue;
    Level level = Pipeline()[position].to;
    std::string reason = FunctionVerifier(func.value(), level, position).Run();
    if (!reason.empty()) {
      return "function '" + std::string(var->name_hint) + "' after " + Pipeline()[position].name +
             ": " + reason;
    }
  }
  if (position < PositionOfPass("LowerCBIntrinsics")) return "";
  return FindCBImbalance(module);
}

IRModule Verify(IRModule module) {
  std::string reason = FindViolation(module);
  TVM_FFI_ICHECK(reason.empty()) << "VerifyTTIR: " << reason;
  return module;
}

}  // namespace

bool IsValidTTIR(const IRModule& module, std::string* reason) {
  std::string found = FindViolation(module);
  if (reason != nullptr) *reason = found;
  return found.empty();
}

namespace transform {
Pass VerifyTTIR() { return ModulePass("VerifyTTIR", Verify); }
}  // namespace transform

TVM_FFI_STATIC_INIT_BLOCK() {
  namespace refl = tvm::ffi::reflection;
  refl::GlobalDef().def("tilelang_tenstorrent.pipeline.FindViolation",
                        [](IRModule module) { return ffi::String(FindViolation(module)); });
}

}  // namespace tvm::tt
