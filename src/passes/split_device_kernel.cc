/*!
 * SplitDeviceKernel: staged -> split.
 *
 * Slices the one function into three, each with the complete control flow it needs: the reader keeps
 * the reads, the compute kernel the tile compute, the writer the writes. Where the reader fills a
 * buffer for compute, the compute kernel receives it; where compute hands a block to the writer, it
 * sends it. Loops, branches and index computations that lead to nothing in a role are dropped from
 * it. A module pass, because one function becomes three.
 *
 *   before   main:  for k: T.tt.read_to_cb(A[...], A_s.data, ...); T.tt.mm.mma(A_s.data, ...)
 *   after    main_reader:   for k: T.tt.read_to_cb(A[...], A_s.data, ...)
 *            main_compute:  for k: T.tt.receive(A_s.data); T.tt.mm.mma(A_s.data, ...)
 *            main_writer:   T.tt.write_from_cb(C_out.data, C[...], ...)
 */
#include <tvm/ir/function.h>
#include <tvm/s_tir/transform.h>
#include <tvm/tirx/analysis.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <unordered_set>

#include "analysis/block_access.h"
#include "analysis/tile_dataflow.h"
#include "ir/attrs.h"
#include "ir/tiles.h"
#include "passes/pass_runner.h"

namespace tvm::tt {

using namespace tirx;

namespace {

Stmt Nothing() { return Evaluate(0); }
bool IsNothing(const Stmt& stmt) {
  const auto* evaluate = stmt.as<EvaluateNode>();
  return evaluate != nullptr && is_const_int(evaluate->value);
}

/*! Keeps the leaves of one role and the control flow around them. */
class Slicer : public StmtMutator {
 public:
  Slicer(Role role, const CBDescMap& descs, const std::unordered_map<const VarNode*, Buffer>& cbs)
      : role_(role), descs_(descs), cbs_(cbs) {}

  Stmt VisitStmt(const Stmt& stmt) final {
    return IsLeaf(stmt) ? SliceLeaf(stmt) : StmtMutator::VisitStmt(stmt);
  }

 private:
  Stmt SliceLeaf(const Stmt& leaf) {
    if (RoleOfLeaf(leaf) == role_) return leaf;
    if (role_ != kCompute) return Nothing();
    IntrinsicCall move = AsIntrinsic(leaf);
    const bool read = move.Is(Intrinsic::ReadToCB) || move.Is(Intrinsic::ReadIm2Col) ||
                      move.Is(Intrinsic::ShareBlock);
    if (!read && !move.Is(Intrinsic::WriteFromCB)) return Nothing();
    Var cb = Downcast<Var>(move.call->args[read ? 1 : 0]);
    CBDesc desc = descs_.at(cbs_.at(cb.get())->name);
    const bool ours = (read ? desc->consumer : desc->producer) == ToString(kCompute);
    if (!ours) return Nothing();
    return MakeStmt(read ? Intrinsic::Receive : Intrinsic::Send, {cb}, leaf->span);
  }

  Stmt VisitStmt_(const SeqStmtNode* op) final {
    ffi::Array<Stmt> seq;
    for (const Stmt& stmt : op->seq) {
      Stmt visited = VisitStmt(stmt);
      if (!IsNothing(visited)) seq.push_back(visited);
    }
    return seq.empty() ? Nothing() : SeqStmt::Flatten(seq);
  }
  Stmt VisitStmt_(const ForNode* op) final {
    For loop = ffi::GetRef<For>(op);
    Stmt body = VisitStmt(op->body);
    if (IsNothing(body)) return body;
    loop.CopyOnWrite()->body = body;
    return loop;
  }
  Stmt VisitStmt_(const AttrStmtNode* op) final {
    Stmt body = VisitStmt(op->body);
    return IsNothing(body) ? body : AttrStmt(op->node, op->attr_key, op->value, body, op->span);
  }
  Stmt VisitStmt_(const IfThenElseNode* op) final {
    Stmt then_case = VisitStmt(op->then_case);
    ffi::Optional<Stmt> else_case;
    if (op->else_case) {
      Stmt visited = VisitStmt(op->else_case.value());
      if (!IsNothing(visited)) else_case = visited;
    }
    if (IsNothing(then_case) && !else_case) return then_case;
    return IfThenElse(op->condition, then_case, else_case, op->span);
  }

  Role role_;
  const CBDescMap& descs_;
  const std::unordered_map<const VarNode*, Buffer>& cbs_;
};

/*! Variables and buffers that a statement uses other than by declaring them. */
class UseCollector : public StmtExprVisitor {
 public:
  std::unordered_set<const VarNode*> vars;
  std::unordered_set<const BufferNode*> buffers;

 private:
  void VisitStmt_(const AllocBufferNode*) final {}
  void VisitExpr_(const VarNode* op) final { vars.insert(op); }
  void VisitExpr_(const BufferLoadNode* op) final {
    buffers.insert(op->buffer.get());
    vars.insert(op->buffer->data.get());
    StmtExprVisitor::VisitExpr_(op);
  }
};

/*! Drops bindings and allocations that nothing uses, and what is empty without, until none is left. */
class DeadCodeRemover : public StmtMutator {
 public:
  static Stmt Run(Stmt stmt) {
    while (true) {
      UseCollector uses;
      uses(stmt);
      DeadCodeRemover remover(uses.vars);
      stmt = remover(stmt);
      if (!remover.changed_) return stmt;
    }
  }

 private:
  explicit DeadCodeRemover(const std::unordered_set<const VarNode*>& used) : used_(used) {}
  Stmt VisitStmt_(const BindNode* op) final { return Keep(op->var, ffi::GetRef<Stmt>(op)); }
  Stmt VisitStmt_(const AttrStmtNode* op) final {
    Stmt body = VisitStmt(op->body);
    return IsNothing(body) ? body : AttrStmt(op->node, op->attr_key, op->value, body, op->span);
  }
  Stmt VisitStmt_(const AllocBufferNode* op) final {
    return Keep(op->buffer->data, ffi::GetRef<Stmt>(op));
  }
  Stmt VisitStmt_(const ForNode* op) final {
    Stmt loop = StmtMutator::VisitStmt_(op);
    return IsNothing(loop.as<ForNode>()->body) ? Drop() : loop;
  }
  Stmt VisitStmt_(const IfThenElseNode* op) final {
    Stmt stmt = StmtMutator::VisitStmt_(op);
    const auto* branch = stmt.as<IfThenElseNode>();
    if (branch->else_case && IsNothing(branch->else_case.value()))
      stmt = IfThenElse(branch->condition, branch->then_case, ffi::Optional<Stmt>(), branch->span);
    branch = stmt.as<IfThenElseNode>();
    return IsNothing(branch->then_case) && !branch->else_case ? Drop() : stmt;
  }
  Stmt Keep(const Var& var, const Stmt& stmt) { return used_.count(var.get()) ? stmt : Drop(); }
  Stmt Drop() {
    changed_ = true;
    return Nothing();
  }
  Stmt VisitStmt_(const SeqStmtNode* op) final {
    ffi::Array<Stmt> seq;
    for (const Stmt& stmt : op->seq) {
      Stmt visited = VisitStmt(stmt);
      if (!IsNothing(visited)) seq.push_back(visited);
    }
    return seq.empty() ? Nothing() : SeqStmt::Flatten(seq);
  }
  const std::unordered_set<const VarNode*>& used_;
  bool changed_ = false;
};

PrimFunc Slice(const PrimFunc& func, Role role, const std::string& name) {
  auto descs = func->GetAttr<CBDescMap>(Key(Attr::CBDesc)).value();
  std::unordered_map<const VarNode*, Buffer> cbs;
  PostOrderVisit(func->body, [&](const ffi::ObjectRef& node) {
    if (const auto* alloc = node.as<AllocBufferNode>())
      cbs[alloc->buffer->data.get()] = alloc->buffer;
  });
  Stmt body = DeadCodeRemover::Run(Slicer(role, descs, cbs)(func->body));
  UseCollector uses;
  uses(body);
  PrimFunc result = func;
  PrimFuncNode* node = result.CopyOnWrite();
  node->body = body;
  node->params = {};
  node->buffer_map = {};
  for (const Var& param : func->params) {
    Buffer buffer = func->buffer_map.at(param);
    if (!uses.buffers.count(buffer.get())) continue;
    node->params.push_back(param);
    node->buffer_map.Set(param, buffer);
  }
  // Each kernel defines its own variables: nothing is shared between the three but names.
  result = s_tir::RenewDefs(result);
  return WithAttrs(std::move(result), {{Key(Attr::KernelRole), ffi::String(ToString(role))},
                                       {tvm::attr::kGlobalSymbol, ffi::String(name)}});
}

IRModule Rewrite(IRModule module) {
  ffi::Map<GlobalVar, BaseFunc> functions;
  for (const auto& [var, base] : module->functions) {
    auto func = base.as<PrimFunc>();
    if (!func) {
      functions.Set(var, base);
      continue;
    }
    for (Role role : {kReader, kCompute, kWriter}) {
      std::string name = std::string(var->name_hint) + "_" + ToString(role);
      functions.Set(GlobalVar(name), Slice(func.value(), role, name));
    }
  }
  return IRModule(functions, module->source_map, module->attrs);
}

}  // namespace

namespace transform {
Pass SplitDeviceKernel() { return ModulePass("SplitDeviceKernel", Rewrite); }
}  // namespace transform

}  // namespace tvm::tt
