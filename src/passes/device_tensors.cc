/*!
 * A tensor on the device is the host's after three changes that cost the kernels nothing, because the
 * host arranges elements anyhow when it cuts them into tiles:
 *   dtype   float16, for which the device has no tensors, is carried as bfloat16 or float32,
 *           and bool as the bfloat16 numbers 1 and 0;
 *   shape   a tensor that the kernel only uses through T.Tensor(shape, dtype, A.data) has that shape;
 *   order   the two dimensions that blocks cover come last, so that they are the tiled ones; where
 *           vectors or single elements are taken at any position, dimensions of extent 1 come behind,
 *           unless the elements are scalars of the control flow, which are taken out of their tile. Vectors
 *           that do not start on a tile run down the rows, of which any may be the first.
 *
 *   before   Q: (2, 128, 8, 64) float16;  T.copy(Q[b, s : s + 64, h, :], Q_s)
 *   after    Q: (2, 8, 128, 64) bfloat16; T.copy(Q[b, h, s : s + 64, :], Q_s), order [0, 2, 1, 3]
 */
#include "passes/device_tensors.h"

#include <tvm/arith/analyzer.h>
#include <tvm/ffi/extra/structural_equal.h>
#include <tvm/tirx/analysis.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "ir/buffer_rewriter.h"
#include "ir/errors.h"
#include "ir/loops.h"
#include "ir/scalars.h"
#include "ir/tiles.h"
#include "op/builtin.h"
#include "op/copy.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! What the kernel does with one parameter. */
struct ParamUse {
  Buffer seen; /*!< the buffer it goes through: the parameter or a view of its data */
  std::set<size_t> block_dims; /*!< dimensions of which an access covers more than one element */
  bool used = false;
  bool elements = false; /*!< single elements are operands of element-wise code */
  bool shifted = false;  /*!< an access of several elements need not start on a tile */
};

/*! Finds the views of the parameters and the dimensions that blocks cover. */
class UseFinder : public StmtExprVisitor {
 public:
  explicit UseFinder(const PrimFunc& func) {
    for (const auto& [var, buffer] : func->buffer_map) uses[buffer->data.get()].seen = buffer;
  }
  std::unordered_map<const VarNode*, ParamUse> uses;

 private:
  void VisitStmt_(const ForNode* op) final {
    analyzer_.Bind(op->loop_var, Range::FromMinExtent(op->min, op->extent));
    if (op->kind != ForKind::kParallel) return StmtExprVisitor::VisitStmt_(op);
    parallel_[op->loop_var.get()] = op->extent;
    InElementWise([&] { StmtExprVisitor::VisitStmt_(op); });
  }
  void VisitStmt_(const BindNode* op) final {
    if (IsWhole(op->value.dtype())) {
      BindLet(&analyzer_, op);
      return StmtExprVisitor::VisitStmt_(op);
    }
    InElementWise([&] { StmtExprVisitor::VisitStmt_(op); });
  }
  template <typename Body>
  void InElementWise(Body body) {
    const bool outer = element_wise_;
    element_wise_ = true;
    body();
    element_wise_ = outer;
  }
  void VisitStmt(const Stmt& stmt) final {
    if (stmt->span.defined()) span_ = stmt->span;
    StmtExprVisitor::VisitStmt(stmt);
  }
  void VisitExpr_(const CallNode* op) final {
    if (!op->op.same_as(tl::region())) return StmtExprVisitor::VisitExpr_(op);
    const auto* load = op->args[0].as<BufferLoadNode>();
    ParamUse* use = Use(load->buffer);
    for (size_t i = 2; use && i < op->args.size(); ++i) {
      if (is_one(op->args[i])) continue;
      use->block_dims.insert(i - 2);
      NoteStart(load->indices[i - 2], op->args[i], use);
    }
    if (use && block_rank_ >= 2 && use->block_dims.size() < 2) {
      // A block of one row or column: its two dimensions are the last ones of the slice.
      for (size_t i = 0; i < 2 && i < load->indices.size(); ++i) {
        use->block_dims.insert(load->indices.size() - 1 - i);
      }
    }
    for (const PrimExpr& index : load->indices) VisitExpr(index);
  }
  void VisitStmt_(const EvaluateNode* op) final {
    tl::TileOperator tile_op = tl::ParseOperator(ffi::GetRef<Stmt>(op));
    const auto* copy = tile_op.as<tl::CopyNode>();
    block_rank_ = 0;
    if (copy != nullptr) {
      block_rank_ = (IsGlobal(copy->src) ? copy->dst : copy->src)->shape.size();
    }
    StmtExprVisitor::VisitStmt_(op);
    block_rank_ = 0;
  }
  void VisitExpr_(const BufferLoadNode* op) final {
    NoteElement(op->buffer, op->indices);
    StmtExprVisitor::VisitExpr_(op);
  }
  void VisitStmt_(const BufferStoreNode* op) final {
    NoteElement(op->buffer, op->indices);
    // Stores to variables are arithmetic of indices, all others element-wise code.
    if (!IsGlobal(op->buffer) && !IsBlockBuffer(op->buffer)) return StmtExprVisitor::VisitStmt_(op);
    InElementWise([&] { StmtExprVisitor::VisitStmt_(op); });
  }
  void NoteElement(const Buffer& buffer, const ffi::Array<PrimExpr>& indices) {
    ParamUse* use = Use(buffer);
    if (use != nullptr) use->elements |= element_wise_;
    for (size_t i = 0; use && i < indices.size(); ++i) {
      ffi::Map<Var, PrimExpr> first;
      PrimExpr extent = Imm(1);
      PostOrderVisit(indices[i], [&](const ffi::ObjectRef& node) {
        const auto* var = node.as<VarNode>();
        auto loop = var ? parallel_.find(var) : parallel_.end();
        if (loop == parallel_.end()) return;
        first.Set(ffi::GetRef<Var>(var), Imm(0));
        extent = loop->second;
      });
      if (first.empty()) continue;
      use->block_dims.insert(i);
      NoteStart(Substitute(indices[i], first), extent, use);
    }
  }
  /*! Thin slices one after another do not count: their grid gets coarser (coarsen_grid.cc). */
  void NoteStart(const PrimExpr& start, const PrimExpr& extent, ParamUse* use) {
    auto is_multiple = [&](int64_t of) {
      return analyzer_.CanProve(floormod(start, Imm(of)) == 0);
    };
    const int64_t* covered = as_const_int(extent);
    const bool thin = covered && kTileDim % *covered == 0 && is_multiple(*covered);
    use->shifted |= !thin && !is_multiple(kTileDim);
  }

  ParamUse* Use(const Buffer& buffer) {
    auto it = uses.find(buffer->data.get());
    if (it == uses.end()) return nullptr;
    ParamUse& use = it->second;
    if (!use.used) use.seen = buffer;
    use.used = true;
    if (!SameShape(use.seen, buffer)) {
      TT_USER_ERROR(span_) << "Tensor '" << use.seen->name << "' is used with the shapes "
                           << use.seen->shape << " and " << buffer->shape
                           << ". Supported: one shape in a kernel.";
    }
    return &use;
  }
  static bool SameShape(const Buffer& a, const Buffer& b) {
    return a->shape.size() == b->shape.size() &&
           std::equal(
               a->shape.begin(), a->shape.end(), b->shape.begin(),
               [](const PrimExpr& x, const PrimExpr& y) { return ffi::StructuralEqual()(x, y); });
  }

  arith::Analyzer analyzer_;
  std::unordered_map<const VarNode*, PrimExpr> parallel_; /*!< extents of loops */
  bool element_wise_ = false;
  size_t block_rank_ = 0; /*!< dimensions of the block that a copy moves */
  Span span_;
};

/*! Dimensions in the device's order: those that blocks or vectors cover last. */
std::vector<int64_t> OrderOf(const ParamUse& use) {
  const size_t rank = use.seen->shape.size();
  std::vector<int64_t> order(rank);
  std::iota(order.begin(), order.end(), 0);
  const bool last = std::all_of(use.block_dims.begin(), use.block_dims.end(),
                                [&](size_t dim) { return dim + 2 >= rank; });
  if ((last && use.block_dims.size() != 1) || use.block_dims.size() > 2) return order;
  std::stable_partition(order.begin(), order.end(),
                        [&](int64_t dim) { return !use.block_dims.count(dim); });
  return order;
}

/*! A tensor's dimensions, indices or extents in the device's order, with dimensions of extent 1 put in. */
struct DeviceOrder {
  std::vector<int64_t> order;
  size_t ahead = 0;  /*!< of the last dimension */
  size_t behind = 0; /*!< of all of them */

  /*! What is taken of a tensor starts on a tile: elements, and vectors unless they run down the rows. */
  explicit DeviceOrder(const ParamUse& use) : order(OrderOf(use)) {
    const bool single = std::all_of(use.seen->shape.begin(), use.seen->shape.end(),
                                    [](const PrimExpr& extent) { return is_one(extent); });
    if (!use.used || single || use.block_dims.size() > 1) return;
    if (use.block_dims.empty()) {
      behind = use.elements ? 2 : 0;
    } else if (use.shifted) {
      behind = 1;
    } else {
      ahead = order.size() > 1 ? 1 : 0;
    }
  }

  ffi::Array<PrimExpr> operator()(const ffi::Array<PrimExpr>& items, int64_t unit) const {
    ffi::Array<PrimExpr> result;
    for (int64_t i : order) result.push_back(items[i]);
    const PrimExpr one = IntImm(DataType::Int(32), unit);
    for (size_t i = 0; i < ahead; ++i) result.insert(result.end() - 1, one);
    for (size_t i = 0; i < behind; ++i) result.push_back(one);
    return result;
  }
  /*! The order with the new dimensions counted, as the host needs it. */
  std::vector<int64_t> Whole() const {
    std::vector<int64_t> whole = order;
    auto next = static_cast<int64_t>(order.size());
    for (size_t i = 0; i < ahead; ++i) whole.insert(whole.end() - 1, next++);
    for (size_t i = 0; i < behind; ++i) whole.push_back(next++);
    return whole;
  }
  bool Same() const { return ahead + behind == 0 && std::is_sorted(order.begin(), order.end()); }
};

/*! Puts the device's tensors in place of the parameters, and the carried dtypes in place of float16 and bool. */
class TensorReplacer : public BufferRewriter {
 public:
  TensorReplacer(DataType float16_as) : float16_as_(float16_as) {}

  /*! The device's tensor of a parameter. */
  Buffer Enter(const Buffer& param, const ParamUse& use) {
    DeviceOrder order(use);
    const bool same = use.seen.same_as(param) && order.Same();
    if (same && Carried(param->dtype) == param->dtype) return param;
    Buffer device = Make(param, order(use.seen->shape, 1));
    Replace(param, device);
    orders_.emplace(device.get(), order);
    return device;
  }

 private:
  DataType Carried(DataType dtype) const {
    if (dtype.is_bool()) return DataType::BFloat(16);
    return dtype == DataType::Float(16) ? float16_as_ : dtype;
  }
  Buffer Make(const Buffer& buffer, const ffi::Array<PrimExpr>& shape) {
    DataType dtype = Carried(buffer->dtype);
    Var data(buffer->data->name_hint, PointerType(PrimType(dtype), buffer.scope()));
    return Buffer(data, dtype, shape, {}, PrimExpr(), buffer->name, 0, 0, kDefault, {},
                  buffer->span);
  }
  Buffer Allocated(const Buffer& block) final {
    return Carried(block->dtype) == block->dtype ? block : Make(block, block->shape);
  }
  ffi::Array<PrimExpr> Arranged(const Buffer&, const Buffer& device,
                                const ffi::Array<PrimExpr>& items, int64_t unit) final {
    auto it = orders_.find(device.get());
    return it == orders_.end() ? items : it->second(items, unit);
  }

  Stmt VisitStmt_(const DeclBufferNode* op) final {
    if (Find(op->buffer)) return Evaluate(0);
    return BufferRewriter::VisitStmt_(op);
  }
  /*! A let of float16 holds what carries it. */
  Stmt VisitStmt_(const BindNode* op) final {
    Bind let = Downcast<Bind>(BufferRewriter::VisitStmt_(op));
    if (let->value.dtype() == op->var.dtype()) return let;
    const Var var(op->var->name_hint, let->value.dtype());
    lets_.Set(op->var, var);
    return Bind(var, let->value, op->span);
  }
  PrimExpr VisitExpr_(const VarNode* op) final {
    return lets_.Get(ffi::GetRef<Var>(op)).value_or(ffi::GetRef<Var>(op));
  }
  Stmt VisitStmt_(const SeqStmtNode* op) final {
    Stmt visited = BufferRewriter::VisitStmt_(op);
    return visited.same_as(ffi::GetRef<Stmt>(op)) ? visited : SeqStmt::Flatten(visited);
  }
  /*! Elements of bool are conditions. */
  PrimExpr VisitExpr_(const BufferLoadNode* op) final {
    PrimExpr load = BufferRewriter::VisitExpr_(op);
    if (!op->dtype.is_bool() || in_region_) return load;
    return NE(load, FloatImm(load.dtype(), 0), op->span);
  }
  PrimExpr Stored(const Buffer& from, const Buffer& to, const PrimExpr& value) final {
    return from->dtype.is_bool() ? Cast(to->dtype, value) : value;
  }
  PrimExpr VisitExpr_(const CallNode* op) final {
    const bool outer = in_region_;
    in_region_ |= op->op.same_as(tl::region());
    PrimExpr visited = BufferRewriter::VisitExpr_(op);
    in_region_ = outer;
    const auto* call = visited.as<CallNode>();
    if (call->dtype != DataType::Float(16)) return visited;
    return Call(float16_as_, call->op, call->args, call->annotations, call->span);
  }
  PrimExpr VisitExpr_(const CastNode* op) final {
    PrimExpr value = VisitExpr(op->value);
    DataType dtype = Carried(op->dtype);
    if (value.dtype() == dtype) return value;
    if (dtype == op->dtype && value.same_as(op->value)) return ffi::GetRef<PrimExpr>(op);
    return Cast(dtype, value, op->span);
  }
  PrimExpr VisitExpr_(const FloatImmNode* op) final {
    if (op->dtype != DataType::Float(16)) return ffi::GetRef<PrimExpr>(op);
    return FloatImm(float16_as_, op->value, op->span);
  }

  DataType float16_as_;
  bool in_region_ = false;
  std::unordered_map<const BufferNode*, DeviceOrder> orders_; /*!< by tensor of the device */
  ffi::Map<Var, Var> lets_;                                   /*!< those that changed their dtype */
};

}  // namespace

PrimFunc ToDeviceTensors(PrimFunc func, DataType float16_as, HostTensors* host) {
  UseFinder finder(func);
  finder(func->body);
  TensorReplacer replacer(float16_as);
  ffi::Map<Var, Buffer> buffers;
  for (const Var& param : func->params) {
    auto it = func->buffer_map.find(param);
    if (it == func->buffer_map.end()) continue;
    const Buffer& buffer = (*it).second;
    const ParamUse& use = finder.uses.at(buffer->data.get());
    (*host)[buffer->name] = {buffer->dtype, buffer->shape, DeviceOrder(use).Whole()};
    buffers.Set(param, replacer.Enter(buffer, use));
  }
  auto* node = func.CopyOnWrite();
  node->body = replacer(node->body);
  node->buffer_map = buffers;
  return func;
}

}  // namespace tvm::tt
