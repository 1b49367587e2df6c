/*! Taking kernel bodies apart and putting them together. */
#include "ir/kernel_body.h"

#include <tvm/ffi/extra/structural_equal.h>
#include <tvm/tirx/op.h>

#include "ir/loops.h"
#include "ir/tile_operators.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

std::vector<Stmt> AsList(const Stmt& stmt) {
  if (const auto* seq = stmt.as<SeqStmtNode>()) return {seq->seq.begin(), seq->seq.end()};
  return {stmt};
}

std::vector<Stmt> ListsBelow(const Stmt& stmt) {
  if (const auto* loop = stmt.as<ForNode>()) return {loop->body};
  if (const auto* loop = stmt.as<WhileNode>()) return {loop->body};
  if (const auto* attr = stmt.as<AttrStmtNode>()) return {attr->body};
  if (const auto* branch = stmt.as<IfThenElseNode>()) {
    if (!branch->else_case) return {branch->then_case};
    return {branch->then_case, branch->else_case.value()};
  }
  return {};
}

Stmt AsStmt(const std::vector<Stmt>& list) {
  if (list.empty()) return Evaluate(0);
  return SeqStmt::Flatten(ffi::Array<Stmt>(list.begin(), list.end()));
}

Buffer AddSemaphore(const std::string& name, int64_t initial_value, std::vector<Stmt>* allocations,
                    ffi::Array<SemaphoreDesc>* semaphores) {
  Buffer buffer = MakeBlock(name, DataType::UInt(32), {Imm(1)}, Span(), Key(Scope::Semaphore));
  allocations->push_back(AllocBuffer(buffer));
  semaphores->push_back(SemaphoreDesc(name, initial_value));
  return buffer;
}

Var WorkIndexOf(const Stmt& region) {
  for (const Stmt& stmt : AsList(region)) {
    const auto* bind = stmt.as<BindNode>();
    if (bind != nullptr && AsIntrinsic(bind->value).Is(Intrinsic::WorkIndex)) return bind->var;
  }
  return Var(ffi::ObjectPtr<VarNode>(nullptr));
}

KernelBody KernelBody::From(const Stmt& body) {
  KernelBody result;
  for (const Stmt& stmt : AsList(body)) {
    const auto* attr = stmt.as<AttrStmtNode>();
    if (stmt->IsInstance<AllocBufferNode>()) {
      result.allocations.push_back(stmt);
    } else if (attr != nullptr && attr->attr_key == Key(Attr::WorkLoop)) {
      result.work = WorkIndexOf(attr->body);
      result.work_items = attr->value;
      result.region = attr->body;
    } else if (const auto* evaluate = stmt.as<EvaluateNode>();
               evaluate && is_const_int(evaluate->value)) {
      continue;
    } else {
      (result.region.defined() ? result.epilogue : result.prologue).push_back(stmt);
    }
  }
  return result;
}

Stmt KernelBody::ToStmt() const {
  std::vector<Stmt> list = allocations;
  list.insert(list.end(), prologue.begin(), prologue.end());
  if (region.defined())
    list.push_back(AttrStmt(Integer(0), Key(Attr::WorkLoop), work_items, region));
  list.insert(list.end(), epilogue.begin(), epilogue.end());
  return AsStmt(list);
}

std::unordered_map<const VarNode*, Buffer> KernelBody::Buffers() const {
  std::unordered_map<const VarNode*, Buffer> buffers;
  for (const Stmt& stmt : allocations) {
    const Buffer& buffer = stmt.as<AllocBufferNode>()->buffer;
    buffers[buffer->data.get()] = buffer;
  }
  return buffers;
}

Var KernelBody::Constant(const std::string& name, int64_t value) {
  return Constant(name, IntImm(DataType::Int(32), value));
}

Var KernelBody::Constant(const std::string& name, const PrimExpr& value) {
  for (const Stmt& stmt : prologue) {
    const auto* bind = stmt.as<BindNode>();
    if (bind == nullptr || bind->var->name_hint != name) continue;
    if (ffi::StructuralEqual()(bind->value, value)) return bind->var;
  }
  Var var(name, DataType::Int(32));
  prologue.push_back(Bind(var, value));
  return var;
}

}  // namespace tvm::tt
