/*!
 * First step of PropagateTTLayout: what loops, conditions and slices depend on besides indices.
 *
 * An integer of T.alloc_var, or of a local buffer of one element, becomes a variable of the kernel, a float a
 * block of one element. An
 * element of a tensor that is not in T.Parallel is loaded by a let in front of the statement that wants it,
 * and so is the value that a variable has there: later passes see names only. A block that is copied from a
 * tensor and only read by such elements is not a block: its elements are the tensor's.
 *
 *   before   T.copy(Mask[by, :], mask)
 *            for k in T.serial(8): if mask[k] != 0: T.copy(A[k * cur[0], 0], A_s)
 *   after    for k in T.serial(8):
 *                Mask_element: T.int32 = T.tt.scalar.load(Mask[by, k])
 *                if Mask_element != 0:
 *                    cur_now: T.int32 = cur[0]
 *                    T.copy(A[k * cur_now, 0], A_s)
 */
#include "passes/bind_scalars.h"

#include <tvm/arith/analyzer.h>
#include <tvm/tirx/analysis.h>
#include <tvm/tirx/builtin.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "analysis/element_tables.h"
#include "ir/buffer_rewriter.h"
#include "ir/errors.h"
#include "ir/loops.h"
#include "ir/scalars.h"
#include "ir/tile_operators.h"
#include "ir/tiles.h"
#include "op/builtin.h"
#include "op/copy.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! T.alloc_var, and T.alloc_local or a "local" fragment of one element. */
bool IsLocalNumber(const Buffer& buffer) {
  if (buffer.scope() != "local.var" && buffer.scope() != "local") return false;
  return std::all_of(buffer->shape.begin(), buffer->shape.end(),
                     [](const PrimExpr& extent) { return is_one(extent); });
}
bool IsVariable(const Buffer& buffer) { return IsLocalNumber(buffer) && IsWhole(buffer->dtype); }

/*! Floats are computed with by the compute engine: their variables are blocks of one element. */
class FloatPlacer : public BufferRewriter {
 private:
  Buffer Allocated(const Buffer& buffer) final {
    if (!IsLocalNumber(buffer) || IsWhole(buffer->dtype)) return buffer;
    return MakeBlock(buffer->name, buffer->dtype, {Imm(1)}, buffer->span);
  }
  ffi::Array<PrimExpr> Arranged(const Buffer&, const Buffer&, const ffi::Array<PrimExpr>&,
                                int64_t unit) final {
    return {Imm(unit)};
  }
};

Buffer MakeVariable(const Buffer& buffer) {
  return MakeBlock(buffer->name, DataType::Int(32), {Imm(1)}, buffer->span, Key(Scope::Scalar));
}

using Variables = std::unordered_map<const VarNode*, Buffer>;

/*! Rewrites one expression; what it needs bound goes to `before`. */
class ExpressionBinder : public ExprMutator {
 public:
  /*! `by_name`: variables are read by a let, as in slices, and not in place, as in assignments. */
  ExpressionBinder(const Variables& variables, const ElementTables& tables,
                   arith::Analyzer* analyzer, Span span, bool by_name)
      : variables_(variables),
        tables_(tables),
        analyzer_(analyzer),
        span_(std::move(span)),
        by_name_(by_name) {}
  std::vector<Stmt> before;

  /*! An element of a tensor, if that is all the expression is: the load, ready for a let. */
  std::optional<PrimExpr> WholeLoad(const PrimExpr& expr) {
    const auto* load = expr.as<BufferLoadNode>();
    if (load == nullptr || !IsWhole(load->dtype) || !Element(load)) return std::nullopt;
    return Load(*Element(load));
  }

 private:
  PrimExpr VisitExpr_(const BufferLoadNode* op) final {
    auto variable = variables_.find(op->buffer->data.get());
    if (variable != variables_.end()) {
      PrimExpr value = BufferLoad(variable->second, {Imm(0)});
      return by_name_ ? Named(std::string(op->buffer->name) + "_now", value) : value;
    }
    auto element = Element(op);
    if (!element) return ExprMutator::VisitExpr_(op);
    if (!IsWhole(op->dtype)) {
      TT_USER_ERROR(span_)
          << "The index or condition reads '" << ElementText(op->buffer, op->indices)
          << "' of dtype " << op->dtype
          << ". Supported: elements of int32, uint32, uint16, int8, uint8 and bool.";
    }
    PrimExpr name = Named(std::string((*element)->buffer->name) + "_element", Load(*element));
    return name.dtype() == op->dtype ? name : Cast(op->dtype, name);
  }
  /*! A bool is carried as a float that is compared with 0. */
  PrimExpr VisitExpr_(const NENode* op) final {
    const auto* load = op->a.as<BufferLoadNode>();
    const auto* zero = op->b.as<FloatImmNode>();
    if (load && zero && zero->value == 0 && load->dtype.is_bfloat16()) {
      if (auto element = Element(load)) {
        return Named(std::string((*element)->buffer->name) + "_element", Load(*element)) != Imm(0);
      }
    }
    return ExprMutator::VisitExpr_(op);
  }
  PrimExpr VisitExpr_(const CallNode* op) final {
    if (op->op.same_as(tl::region())) return Region(op);
    if (!op->op.same_as(builtin::if_then_else())) return ExprMutator::VisitExpr_(op);
    PrimExpr condition = VisitExpr(op->args[0]);
    return Select(condition, Guarded(op->args[1]), Guarded(op->args[2]));
  }
  PrimExpr VisitExpr_(const SelectNode* op) final {
    return Select(VisitExpr(op->condition), Guarded(op->true_value), Guarded(op->false_value));
  }
  PrimExpr VisitExpr_(const AndNode* op) final { return VisitExpr(op->a) && Guarded(op->b); }
  PrimExpr VisitExpr_(const OrNode* op) final { return VisitExpr(op->a) || Guarded(op->b); }

  /*! The indices of a region are scalars, the region is none. */
  PrimExpr Region(const CallNode* op) {
    const auto* load = op->args[0].as<BufferLoadNode>();
    ffi::Array<PrimExpr> args = op->args;
    args.Set(0, BufferLoad(load->buffer, load->indices.Map([&](const PrimExpr& index) {
               return VisitExpr(index);
             })));
    for (size_t i = 2; i < args.size(); ++i) args.Set(i, VisitExpr(args[i]));
    return Call(op->dtype, op->op, args, op->annotations, op->span);
  }
  /*! An operand that is not always evaluated: its loads must exist anyhow, because lets are evaluated. */
  PrimExpr Guarded(const PrimExpr& expr) {
    ++guarded_;
    PrimExpr result = VisitExpr(expr);
    --guarded_;
    return result;
  }

  /*! The load of the tensor that an element of a tensor or table stands for. */
  std::optional<BufferLoad> Element(const BufferLoadNode* op) {
    if (IsGlobal(op->buffer)) return ffi::GetRef<BufferLoad>(op);
    auto table = tables_.find(op->buffer->data.get());
    if (table == tables_.end()) return std::nullopt;
    ffi::Array<PrimExpr> indices;
    for (const Range& range : table->second->src_range) {
      indices.push_back(is_one(range->extent) ? range->min : range->min + op->indices[0]);
    }
    return BufferLoad(table->second->src, indices);
  }
  PrimExpr Load(const BufferLoad& element) {
    ffi::Array<PrimExpr> indices =
        element->indices.Map([&](const PrimExpr& index) { return VisitExpr(index); });
    for (size_t i = 0; guarded_ > 0 && i < indices.size(); ++i) {
      if (analyzer_->CanProve(indices[i] >= 0 && indices[i] < element->buffer->shape[i])) continue;
      TT_USER_ERROR(span_) << "'" << ElementText(element->buffer, element->indices)
                           << "' is read under a condition of its expression. Supported: elements "
                              "that always exist; put the statement into an 'if'.";
    }
    return MakeCall(Intrinsic::LoadScalar, {BufferLoad(element->buffer, indices)});
  }
  PrimExpr Named(const std::string& name, const PrimExpr& value) {
    Var var(name, DataType::Int(32));
    before.push_back(Bind(var, value));
    return var;
  }

  const Variables& variables_;
  const ElementTables& tables_;
  arith::Analyzer* analyzer_;
  Span span_;
  bool by_name_;
  int guarded_ = 0;
};

/*!
 * In element-wise code variables are bound, and the elements of tensors that all elements compare with or
 * that indices are made of. Other elements of tensors are operands there.
 */
class NestBinder : public StmtExprMutator {
 public:
  NestBinder(const Variables& variables, std::function<PrimExpr(const PrimExpr&)> bind)
      : variables_(variables), bind_(std::move(bind)) {}

 private:
  template <typename Body>
  auto InWholeNumbers(Body body) {
    const bool outer = std::exchange(whole_, true);
    auto result = body();
    whole_ = outer;
    return result;
  }
  Stmt VisitStmt_(const ForNode* op) final {
    inside_.insert(op->loop_var.get());
    return StmtExprMutator::VisitStmt_(op);
  }
  Stmt VisitStmt_(const BindNode* op) final {
    inside_.insert(op->var.get());
    return StmtExprMutator::VisitStmt_(op);
  }
  PrimExpr VisitExpr_(const BufferLoadNode* op) final {
    const VarNode* data = op->buffer->data.get();
    const bool variable = variables_.count(data) != 0;
    if (!variable && !(whole_ && IsUniform(op))) {
      return InWholeNumbers([&] { return StmtExprMutator::VisitExpr_(op); });
    }
    if (!variable) return bind_(ffi::GetRef<PrimExpr>(op));
    auto known = names_.find(data);
    if (known != names_.end()) return known->second;
    return names_.emplace(data, bind_(ffi::GetRef<PrimExpr>(op))).first->second;
  }
  Stmt VisitStmt_(const BufferStoreNode* op) final {
    ffi::Array<PrimExpr> indices = InWholeNumbers(
        [&] { return op->indices.Map([&](const PrimExpr& index) { return VisitExpr(index); }); });
    return BufferStore(op->buffer, VisitExpr(op->value), indices, std::nullopt, op->span);
  }
  PrimExpr VisitExpr_(const LTNode* op) final { return Compare(op); }
  PrimExpr VisitExpr_(const LENode* op) final { return Compare(op); }
  PrimExpr VisitExpr_(const GTNode* op) final { return Compare(op); }
  PrimExpr VisitExpr_(const GENode* op) final { return Compare(op); }
  template <typename Node>
  PrimExpr Compare(const Node* op) {
    return InWholeNumbers([&] { return StmtExprMutator::VisitExpr_(op); });
  }
  /*! Whether it is a whole number of a tensor, the same for all elements of the nest. */
  bool IsUniform(const BufferLoadNode* op) const {
    if (!IsGlobal(op->buffer) || !IsWhole(op->dtype)) return false;
    return !UsesVar(ffi::GetRef<PrimExpr>(op),
                    [&](const VarNode* var) { return inside_.count(var) != 0; });
  }

  const Variables& variables_;
  std::function<PrimExpr(const PrimExpr&)> bind_;
  bool whole_ = false; /*!< inside of a comparison or an index */
  std::unordered_set<const VarNode*> inside_;
  std::unordered_map<const VarNode*, PrimExpr> names_;
};

class ScalarBinder : public StmtMutator {
 public:
  explicit ScalarBinder(ElementTables tables) : tables_(std::move(tables)) {}

 private:
  /*! Visits one expression of a statement; `by_name` as above. */
  PrimExpr Rewrite(const PrimExpr& expr, const Span& span, std::vector<Stmt>* before,
                   bool by_name = true) {
    ExpressionBinder binder(variables_, tables_, &analyzer_, span, by_name);
    PrimExpr result = binder(expr);
    before->insert(before->end(), binder.before.begin(), binder.before.end());
    return result;
  }
  static Stmt Behind(std::vector<Stmt> before, Stmt stmt) {
    before.push_back(std::move(stmt));
    return SeqStmt::Flatten(ffi::Array<Stmt>(before.begin(), before.end()));
  }

  Stmt VisitStmt_(const SBlockNode* op) final {
    ffi::Array<Buffer> blocks;
    std::vector<Stmt> variables;
    for (const Buffer& buffer : op->alloc_buffers) {
      if (IsVariable(buffer)) {
        Buffer variable = variables_[buffer->data.get()] = MakeVariable(buffer);
        variables.push_back(AllocBuffer(variable));
      } else if (!tables_.count(buffer->data.get())) {
        blocks.push_back(buffer);
      }
    }
    SBlock block = Downcast<SBlock>(StmtMutator::VisitStmt_(op));
    block.CopyOnWrite()->alloc_buffers = blocks;
    if (!variables.empty()) block.CopyOnWrite()->body = Behind(variables, block->body);
    return block;
  }
  Stmt VisitStmt_(const BindNode* op) final {
    std::vector<Stmt> before;
    if (!IsWhole(op->value.dtype())) {
      Stmt let = InNest(ffi::GetRef<Stmt>(op), op->span, &before);
      return Behind(before, let);
    }
    ExpressionBinder binder(variables_, tables_, &analyzer_, op->span, /*by_name=*/false);
    auto load = binder.WholeLoad(op->value);
    PrimExpr value = load ? *load : binder(op->value);
    if (value.dtype() != op->var.dtype()) value = Cast(op->var.dtype(), value);
    Bind bind(op->var, value, op->span);
    BindLet(&analyzer_, bind.get());
    return Behind(binder.before, bind);
  }
  Stmt VisitStmt_(const ForNode* op) final {
    analyzer_.Bind(op->loop_var, Range::FromMinExtent(op->min, op->extent));
    std::vector<Stmt> before;
    if (op->kind == ForKind::kParallel) {
      Stmt nest = InNest(ffi::GetRef<Stmt>(op), op->span, &before);
      return Behind(before, nest);
    }
    For loop = Downcast<For>(StmtMutator::VisitStmt_(op));
    loop.CopyOnWrite()->min = Rewrite(op->min, op->span, &before);
    loop.CopyOnWrite()->extent = Rewrite(op->extent, op->span, &before);
    return Behind(before, loop);
  }
  Stmt VisitStmt_(const IfThenElseNode* op) final {
    std::vector<Stmt> before;
    PrimExpr condition = Rewrite(op->condition, op->span, &before);
    IfThenElse branch = Downcast<IfThenElse>(StmtMutator::VisitStmt_(op));
    branch.CopyOnWrite()->condition = condition;
    return Behind(before, branch);
  }
  Stmt VisitStmt_(const WhileNode* op) final {
    std::vector<Stmt> before;
    PrimExpr condition = Rewrite(op->condition, op->span, &before, /*by_name=*/false);
    if (!before.empty()) {
      TT_USER_ERROR(op->span) << "The condition of 'while' reads an element of a tensor: "
                              << op->condition
                              << ". Supported: conditions of variables; assign the element to one "
                                 "of T.alloc_var in the loop.";
    }
    return While(condition, VisitStmt(op->body), op->span);
  }
  Stmt VisitStmt_(const BufferStoreNode* op) final {
    std::vector<Stmt> before;
    auto variable = variables_.find(op->buffer->data.get());
    if (variable == variables_.end()) {
      Stmt store = InNest(ffi::GetRef<Stmt>(op), op->span, &before);
      return Behind(before, store);
    }
    PrimExpr value = Rewrite(op->value, op->span, &before, /*by_name=*/false);
    if (value.dtype() != DataType::Int(32)) value = Cast(DataType::Int(32), value);
    return Behind(before, BufferStore(variable->second, value, {Imm(0)}, std::nullopt, op->span));
  }
  Stmt VisitStmt_(const EvaluateNode* op) final {
    tl::TileOperator tile_op = tl::ParseOperator(ffi::GetRef<Stmt>(op));
    const auto* copy = tile_op.as<tl::CopyNode>();
    if (copy != nullptr && tables_.count(copy->dst->data.get())) return Evaluate(0);
    std::vector<Stmt> before;
    if (!tile_op.defined()) {
      Stmt call = InNest(ffi::GetRef<Stmt>(op), op->span, &before);
      return Behind(before, call);
    }
    PrimExpr value = Rewrite(op->value, op->span, &before);
    return Behind(before, Evaluate(value, op->span));
  }

  Stmt InNest(const Stmt& nest, const Span& span, std::vector<Stmt>* before) {
    return NestBinder(variables_,
                      [&](const PrimExpr& load) { return Rewrite(load, span, before); })(nest);
  }

  ElementTables tables_;
  Variables variables_;
  arith::Analyzer analyzer_;
};

}  // namespace

Stmt BindScalars(const Stmt& body) {
  Stmt placed = FloatPlacer()(body);
  return ScalarBinder(FindElementTables(placed))(placed);
}

}  // namespace tvm::tt
