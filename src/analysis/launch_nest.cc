/*! The launch nest of T.Kernel. */
#include "analysis/launch_nest.h"

#include <tvm/runtime/data_type.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <array>

#include "ir/errors.h"
#include "ir/loops.h"
#include "ir/sizes.h"
#include "ir/tiles.h"
#include "op/copy.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

constexpr std::array kTags = {"blockIdx.x", "blockIdx.y", "blockIdx.z"};

class NestFinder : public StmtVisitor {
 public:
  std::vector<const ForNode*> roots;

 private:
  void VisitStmt_(const ForNode* op) final {
    if (AxisOf(op) >= 0) {
      roots.push_back(op);
    } else {
      StmtVisitor::VisitStmt_(op);
    }
  }
};

class WriteFinder : public StmtVisitor {
 public:
  std::optional<TensorWrite> write;

 private:
  void VisitStmt_(const EvaluateNode* op) final {
    if (write) return;
    tl::TileOperator tile_op = tl::ParseOperator(ffi::GetRef<Stmt>(op));
    const auto* copy = tile_op.as<tl::CopyNode>();
    if (copy != nullptr && IsGlobal(copy->dst)) write = TensorWrite{copy->dst, copy->dst_range};
  }
  void VisitStmt_(const BufferStoreNode* op) final {
    if (!IsGlobal(op->buffer)) return;
    TT_USER_ERROR(op->span) << "The kernel stores elements straight to tensor '"
                            << ElementText(op->buffer, op->indices)
                            << "'. Supported: store to a fragment or shared buffer, then T.copy.";
  }
};

}  // namespace

int AxisOf(const ForNode* loop) {
  if (loop->kind != ForKind::kThreadBinding || !loop->thread_binding.defined()) return -1;
  const auto* tag = std::find(kTags.begin(), kTags.end(), loop->thread_binding.value()->thread_tag);
  return tag == kTags.end() ? -1 : static_cast<int>(tag - kTags.begin());
}

IterVar OnAxis(const IterVar& binding, const Var& var, size_t axis) {
  return IterVar(binding->dom, var, binding->iter_type, kTags.at(axis));
}

PrimExpr LaunchNest::NumWorkItems() const {
  PrimExpr items = Imm(1);
  for (const LaunchAxis& axis : axes) items = items * axis.extent;
  return items;
}

size_t CountLaunches(const Stmt& body) {
  NestFinder finder;
  finder(body);
  return finder.roots.size();
}

LaunchNest FindLaunchNest(const PrimFunc& func) {
  NestFinder finder;
  finder(func->body);
  if (finder.roots.size() != 1) {
    TT_USER_ERROR(func->span)
        << "The function has " << finder.roots.size()
        << " kernels. Supported: one T.Kernel in what the passes see; tt.kernels(func) takes a "
           "function of several apart.";
  }
  LaunchNest nest;
  nest.axes.resize(3);
  nest.span = finder.roots[0]->span;
  const ForNode* loop = finder.roots[0];
  size_t used = 0;
  while (loop != nullptr && AxisOf(loop) >= 0) {
    if (!is_positive_const(loop->extent) && !IsOfSizes(loop->extent)) {
      TT_USER_ERROR(loop->span) << "T.Kernel has the grid extent " << loop->extent
                                << ". Supported: positive constants.";
    }
    int axis = AxisOf(loop);
    nest.axes[axis] = {loop->loop_var, loop->extent, {}};
    if (auto sums = loop->annotations.Get(Key(Attr::Sums)))
      nest.axes[axis].sums = Downcast<ffi::Array<ffi::String>>(sums.value());
    used = std::max(used, static_cast<size_t>(axis) + 1);
    nest.body = loop->body;
    loop = loop->body.as<ForNode>();
  }
  nest.axes.resize(used);
  return nest;
}

std::optional<TensorWrite> FirstTensorWrite(const Stmt& body) {
  WriteFinder finder;
  finder(body);
  return finder.write;
}

}  // namespace tvm::tt
