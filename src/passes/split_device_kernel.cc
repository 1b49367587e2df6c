/*!
 * SplitDeviceKernel: staged -> split.
 *
 * Slices the one function into three, each with the complete control flow it needs: the reader keeps
 * the reads, the compute kernel the tile compute, the writer the writes and the reads that ShareReadsTT
 * has given to it. Where one of them fills a buffer for compute, the compute kernel receives it; where compute hands a block to the writer, it
 * sends it. Loops, branches, variables and index computations that lead to nothing in a role are dropped
 * from it. Elements of tensors that are scalars of the control flow are read by the reader and by the
 * writer, each through a page of its own; the compute kernel gets those it needs from the reader. A module
 * pass, because one function becomes three.
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

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "analysis/block_access.h"
#include "analysis/tile_dataflow.h"
#include "ir/attrs.h"
#include "ir/errors.h"
#include "ir/loops.h"
#include "ir/put_values.h"
#include "ir/tile_operators.h"
#include "ir/tiles.h"
#include "passes/common_ends.h"
#include "passes/dead_code.h"
#include "passes/pass_runner.h"
#include "target/target_options.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Keeps the leaves of one role, with nothing in the place of the others. */
class Slicer : public StmtMutator {
 public:
  Slicer(Role role, const CBDescMap& descs, const std::unordered_map<const VarNode*, Buffer>& cbs,
         const BufferSet& filled_by_writer)
      : role_(role), descs_(descs), cbs_(cbs), filled_by_writer_(filled_by_writer) {}

  Stmt VisitStmt(const Stmt& stmt) final {
    return IsLeaf(stmt) ? SliceLeaf(stmt) : StmtMutator::VisitStmt(stmt);
  }

 private:
  Stmt SliceLeaf(const Stmt& leaf) {
    if (RoleOfLeaf(leaf, filled_by_writer_) == role_) return leaf;
    if (role_ != kCompute) return Nothing();
    IntrinsicCall move = AsIntrinsic(leaf);
    const bool take = move.Is(Intrinsic::TakeBlock), read = take || IsBlockRead(move);
    const bool write = IsBlockWrite(move) || move.Is(Intrinsic::SendToCore);
    if (!read && !write) return Nothing();
    Var cb = Downcast<Var>(move.call->args[read && !take ? 1 : 0]);
    CBDesc desc = descs_.at(cbs_.at(cb.get())->name);
    const bool ours = (read ? desc->consumer : desc->producer) == ToString(kCompute);
    if (!ours) return Nothing();
    return MakeStmt(read ? Intrinsic::Receive : Intrinsic::Send, {cb}, leaf->span);
  }

  Role role_;
  const CBDescMap& descs_;
  const std::unordered_map<const VarNode*, Buffer>& cbs_;
  const BufferSet& filled_by_writer_;
};

/*! The lets that load elements of tensors. */
VarSet ScalarLoads(const Stmt& body) {
  VarSet loads;
  PostOrderVisit(body, [&](const ffi::ObjectRef& node) {
    const auto* let = node.as<BindNode>();
    if (let && AsIntrinsic(let->value).Is(Intrinsic::LoadScalar)) loads.insert(let->var.get());
  });
  return loads;
}

/*! Says how a kernel gets at the scalars: read through a page, or received. */
class ScalarPlacer : public StmtMutator {
 public:
  ScalarPlacer(Role role, Var cb, const VarSet& forwarded)
      : role_(role), cb_(std::move(cb)), forwarded_(forwarded) {}

 private:
  Stmt VisitStmt_(const BindNode* op) final {
    IntrinsicCall load = AsIntrinsic(op->value);
    if (!load.Is(Intrinsic::LoadScalar)) return ffi::GetRef<Stmt>(op);
    if (role_ == kCompute) {
      return Bind(op->var, MakeCall(Intrinsic::ReceiveScalar, {cb_}), op->span);
    }
    const bool forward = role_ == kReader && forwarded_.count(op->var.get());
    return Bind(op->var, MakeCall(Intrinsic::ReadScalar, {load.call->args[0], cb_, Bool(forward)}),
                op->span);
  }
  Role role_;
  Var cb_;
  const VarSet& forwarded_;
};

/*! Gives symbolic shapes their sizes back, which RenewDefs takes for variables of the function. */
PrimFunc WithSizesOf(const PrimFunc& func, const PrimFunc& renewed) {
  ffi::Map<Var, PrimExpr> sizes;
  for (size_t i = 0; i < func->params.size(); ++i) {
    const ffi::Array<PrimExpr>& shape = func->buffer_map.at(func->params[i])->shape;
    const ffi::Array<PrimExpr>& now = renewed->buffer_map.at(renewed->params[i])->shape;
    for (size_t dim = 0; dim < shape.size(); ++dim) {
      if (auto size = now[dim].as<Var>()) sizes.Set(size.value(), shape[dim]);
    }
  }
  return PutValues(renewed, sizes);
}

/*! The bodies of the three kernels, and the buffers that scalars go through. */
class Splitter {
 public:
  explicit Splitter(PrimFunc func)
      : func_(std::move(func)), descs_(func_->GetAttr<CBDescMap>(Key(Attr::CBDesc)).value()) {
    PostOrderVisit(func_->body, [&](const ffi::ObjectRef& node) {
      if (const auto* alloc = node.as<AllocBufferNode>())
        cbs_[alloc->buffer->data.get()] = alloc->buffer;
    });
    filled_by_writer_ = FilledByWriter(func_->body, descs_);
    bodies_[kCompute] = Body(kCompute, {});
    const VarSet forwarded = ScalarLoads(bodies_[kCompute]);
    bodies_[kReader] = Body(kReader, forwarded);
    bodies_[kWriter] = Body(kWriter, {});
    PlaceScalars(forwarded);
  }

  PrimFunc Kernel(Role role, const std::string& name) const {
    const Stmt& body = bodies_.at(role);
    std::unordered_set<const BufferNode*> used;
    PostOrderVisit(body, [&](const ffi::ObjectRef& node) {
      if (const auto* load = node.as<BufferLoadNode>()) used.insert(load->buffer.get());
    });
    PrimFunc result = func_;
    PrimFuncNode* node = result.CopyOnWrite();
    node->body = body;
    node->params = {};
    node->buffer_map = {};
    for (const Var& param : func_->params) {
      Buffer buffer = func_->buffer_map.at(param);
      if (!used.count(buffer.get())) continue;
      node->params.push_back(param);
      node->buffer_map.Set(param, buffer);
    }
    // Each kernel defines its own variables: nothing is shared between the three but names.
    result = WithSizesOf(result, s_tir::RenewDefs(result));
    return WithAttrs(std::move(result), {{Key(Attr::CBDesc), descs_},
                                         {Key(Attr::KernelRole), ffi::String(ToString(role))},
                                         {tvm::attr::kGlobalSymbol, ffi::String(name)}});
  }

 private:
  Stmt Body(Role role, const VarSet& wanted) const {
    Stmt sliced = Slicer(role, descs_, cbs_, filled_by_writer_)(func_->body);
    Stmt body = RemoveDeadCode(sliced, wanted);
    if (role != kCompute) return body;
    // Whether a block comes from a tensor or from another core is no concern of the compute kernel.
    return RemoveDeadCode(TakeOutCommonEnds(body), wanted);
  }

  void PlaceScalars(const VarSet& forwarded) {
    if (!ScalarLoads(bodies_[kReader]).empty()) {
      const bool received = !forwarded.empty();
      Buffer cb = PageBuffer("scalars", kReader, received ? kCompute : kReader);
      Place(kReader, cb, forwarded);
      if (received) Place(kCompute, cb, forwarded);
    }
    if (!ScalarLoads(bodies_[kWriter]).empty()) {
      Place(kWriter, PageBuffer("writer_scalars", kWriter, kWriter), forwarded);
    }
  }
  void Place(Role role, const Buffer& cb, const VarSet& forwarded) {
    Stmt body = ScalarPlacer(role, cb->data, forwarded)(bodies_[role]);
    body = SeqStmt::Flatten(AllocBuffer(cb), body);
    // What an index is made of is no concern of a kernel that receives the element.
    bodies_[role] = RemoveDeadCode(body, role == kReader ? forwarded : VarSet{});
  }

  /*! A circular buffer of pages that hold what the NoC reads of DRAM at least. */
  Buffer PageBuffer(const std::string& name, Role producer, Role consumer) {
    const TargetOptions options = TargetOptions::FromFunction(func_);
    const int64_t bytes = options.Hardware().dram_read_alignment;
    const DataType dtype = DataType::Int(32);
    int64_t id = 0;
    for (const auto& [other, desc] : descs_) id = std::max(id, desc->id + 1);
    if (id >= options.Hardware().num_circular_buffers) {
      TT_USER_ERROR(func_->span)
          << "The kernel needs a circular buffer for the elements of tensors "
             "that its control flow reads, and has none left of "
          << options.Hardware().num_circular_buffers
          << ". Use fewer block buffers, or split the kernel.";
    }
    std::string unique = name;
    while (descs_.count(unique) || IsTensor(unique)) unique += "_";
    descs_.Set(unique, CBDesc(unique, 1, 1, 2, bytes, DataFormatOf(dtype), ToString(producer),
                              ToString(consumer), id, false));
    return MakeBlock(unique, dtype, {Imm(1), Imm(bytes / dtype.bytes())}, Span(), Key(Scope::CB));
  }
  bool IsTensor(const std::string& name) const {
    for (const auto& [param, buffer] : func_->buffer_map) {
      if (buffer->name == name) return true;
    }
    return false;
  }

  PrimFunc func_;
  CBDescMap descs_;
  std::unordered_map<const VarNode*, Buffer> cbs_;
  BufferSet filled_by_writer_;
  std::map<Role, Stmt> bodies_;
};

IRModule Rewrite(IRModule module) {
  ffi::Map<GlobalVar, BaseFunc> functions;
  for (const auto& [var, base] : module->functions) {
    auto func = base.as<PrimFunc>();
    if (!func) {
      functions.Set(var, base);
      continue;
    }
    Splitter splitter(func.value());
    for (Role role : {kReader, kCompute, kWriter}) {
      std::string name = std::string(var->name_hint) + "_" + ToString(role);
      functions.Set(GlobalVar(name), splitter.Kernel(role, name));
    }
  }
  return IRModule(functions, module->source_map, module->attrs);
}

}  // namespace

namespace transform {
Pass SplitDeviceKernel() { return ModulePass("SplitDeviceKernel", Rewrite); }
}  // namespace transform

}  // namespace tvm::tt
