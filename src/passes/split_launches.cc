/*!
 * A function may launch several kernels, one after the other, with tensors of its own in between. Each
 * becomes a function that takes the tensors it uses, and goes through the pipeline by itself.
 *
 *   before   main(A, C): W = T.alloc_global(...); T.Kernel: T.copy(A, ...), T.copy(..., W)
 *                                                 T.Kernel: T.copy(W, ...), T.copy(..., C)
 *   after    main_0(A, W), main_1(C, W)
 */
#include "passes/split_launches.h"

#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <string>
#include <unordered_set>

#include "analysis/launch_nest.h"
#include "ir/errors.h"
#include "ir/tiles.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! The body without the root block, and the tensors that the root block allocates. */
Stmt Unwrap(const Stmt& body, std::vector<Buffer>* workspaces) {
  const auto* realize = body.as<SBlockRealizeNode>();
  if (realize == nullptr) return body;
  for (const Buffer& buffer : realize->block->alloc_buffers) {
    if (IsGlobal(buffer)) workspaces->push_back(buffer);
  }
  return Unwrap(realize->block->body, workspaces);
}

std::unordered_set<const VarNode*> UsedData(const Stmt& stmt) {
  std::unordered_set<const VarNode*> used;
  PostOrderVisit(stmt, [&](const ffi::ObjectRef& node) {
    if (const auto* load = node.as<BufferLoadNode>()) used.insert(load->buffer->data.get());
    if (const auto* store = node.as<BufferStoreNode>()) used.insert(store->buffer->data.get());
    if (const auto* declared = node.as<DeclBufferNode>()) used.insert(declared->buffer->data.get());
  });
  return used;
}

/*! A kernel with the parameters and workspaces that it uses. */
KernelLaunch MakeLaunch(const PrimFunc& func, const std::vector<Buffer>& workspaces,
                        const Stmt& kernel, const std::string& name) {
  const std::unordered_set<const VarNode*> used = UsedData(kernel);
  KernelLaunch launch;
  ffi::Array<Var> params;
  ffi::Map<Var, Buffer> buffers;
  auto take = [&](const Var& param, const Buffer& buffer, size_t position) {
    if (!used.count(buffer->data.get())) return;
    params.push_back(param);
    buffers.Set(param, buffer);
    launch.tensors.push_back(position);
  };
  for (size_t i = 0; i < func->params.size(); ++i) {
    if (auto buffer = func->buffer_map.Get(func->params[i])) {
      take(func->params[i], buffer.value(), i);
    } else {
      params.push_back(func->params[i]);  // a scalar, which the pipeline refuses
    }
  }
  for (size_t i = 0; i < workspaces.size(); ++i) {
    const std::string handle = std::string(workspaces[i]->name) + "_handle";
    take(Var(handle, DataType::Handle()), workspaces[i], func->params.size() + i);
  }
  SBlock root({}, {}, {}, "root", kernel);
  launch.func = PrimFunc(params, SBlockRealize({}, Bool(true), root), func->ret_type, buffers,
                         func->attrs, func->span);
  launch.func = WithAttr(std::move(launch.func), tvm::attr::kGlobalSymbol, ffi::String(name));
  return launch;
}

}  // namespace

bool IsLaunchSequence(const PrimFunc& func) {
  std::vector<Buffer> workspaces;
  Unwrap(func->body, &workspaces);
  return CountLaunches(func->body) > 1 || !workspaces.empty();
}

LaunchSequence SplitLaunches(const PrimFunc& func) {
  LaunchSequence sequence;
  Stmt body = Unwrap(func->body, &sequence.workspaces);
  for (const Buffer& workspace : sequence.workspaces) {
    for (const PrimExpr& extent : workspace->shape) {
      if (as_const_int(extent)) continue;
      TT_USER_ERROR(func->span) << "T.alloc_global allocates '" << workspace->name << "' "
                                << workspace->shape << ". Supported: constant shapes.";
    }
  }
  const std::string name = func->GetAttr<ffi::String>(tvm::attr::kGlobalSymbol).value_or("main");
  const auto* seq = body.as<SeqStmtNode>();
  ffi::Array<Stmt> kernels = seq ? seq->seq : ffi::Array<Stmt>{body};
  for (const Stmt& kernel : kernels) {
    const auto* loop = kernel.as<ForNode>();
    if (loop == nullptr || loop->kind != ForKind::kThreadBinding) {
      TT_USER_ERROR(kernel->span.defined() ? kernel->span : func->span)
          << "Around its kernels the function holds a " << kernel->GetTypeKey()
          << ". Supported: T.Kernel one after the other, and T.alloc_global in front.";
    }
    const std::string number = "_" + std::to_string(sequence.launches.size());
    sequence.launches.push_back(MakeLaunch(func, sequence.workspaces, kernel, name + number));
  }
  return sequence;
}

PrimFunc KernelOf(const IRModule& module) {
  for (const auto& [var, base] : module->functions) {
    if (auto func = base.as<PrimFunc>()) return func.value();
  }
  TVM_FFI_THROW(ValueError) << "The module holds no kernel.";
  TVM_FFI_UNREACHABLE();
}

}  // namespace tvm::tt
