/*! T.Parallel expressions as tile expressions. */
#include "passes/tile_expression.h"

#include <tvm/arith/analyzer.h>
#include <tvm/arith/pattern.h>
#include <tvm/tirx/builtin.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <cmath>
#include <limits>
#include <unordered_map>

#include "ir/errors.h"
#include "ir/tiles.h"
#include "op/builtin.h"

namespace tvm::tt {

using namespace tirx;

namespace {

constexpr const char* kSupportedExpr =
    "Supported: +, -, *, /, min, max, comparisons, T.if_then_else and functions such as T.exp, "
    "over "
    "blocks indexed by the loop variables, and constants";

using I = Intrinsic;

/*! The tile intrinsic of a function of one argument, or nothing. */
std::optional<Intrinsic> FunctionOf(const ffi::ObjectRef& op) {
  static const std::unordered_map<const ffi::Object*, Intrinsic> functions{
#define TT_FUNCTION(tvm_op, id) {Op::Get(tvm_op).get(), Intrinsic::id},
#include "schema/schema.def"
  };
  auto it = functions.find(op.get());
  if (it == functions.end()) return std::nullopt;
  return it->second;
}

/*! An operation of two arguments in its forms on the vector unit. */
struct BinaryForms {
  PrimExpr a, b;
  Intrinsic both;                                /*!< both in DST */
  std::optional<Intrinsic> scalar, scalar_first; /*!< b constant, a constant */
  std::optional<FpuForms> fpu;
};

std::optional<BinaryForms> AsBinary(const PrimExpr& expr) {
  if (const auto* op = expr.as<AddNode>()) {
    return BinaryForms{op->a,
                       op->b,
                       I::SfpuAdd,
                       I::SfpuAddScalar,
                       I::SfpuAddScalar,
                       FpuForms{I::FpuAdd, I::FpuAddReuse, I::FpuAddReuse}};
  }
  if (const auto* op = expr.as<SubNode>()) {
    return BinaryForms{op->a,
                       op->b,
                       I::SfpuSub,
                       I::SfpuSubScalar,
                       I::SfpuRsubScalar,
                       FpuForms{I::FpuSub, I::FpuSubReuse, I::FpuRsubReuse}};
  }
  if (const auto* op = expr.as<MulNode>()) {
    return BinaryForms{op->a,
                       op->b,
                       I::SfpuMul,
                       I::SfpuMulScalar,
                       I::SfpuMulScalar,
                       FpuForms{I::FpuMul, I::FpuMulReuse, I::FpuMulReuse}};
  }
  if (const auto* op = expr.as<DivNode>(); op && !expr.dtype().is_int() && !expr.dtype().is_uint())
    return BinaryForms{op->a, op->b, I::SfpuDiv};
  if (const auto* op = expr.as<MaxNode>()) {
    return BinaryForms{op->a, op->b, I::SfpuMax, I::SfpuMaxScalar, I::SfpuMaxScalar};
  }
  if (const auto* op = expr.as<MinNode>()) {
    return BinaryForms{op->a, op->b, I::SfpuMin, I::SfpuMinScalar, I::SfpuMinScalar};
  }
  const auto* call = expr.as<CallNode>();
  static const Op& pow = Op::Get("tirx.pow");
  if (call && call->op.same_as(pow)) return BinaryForms{call->args[0], call->args[1], I::SfpuPow};
  return std::nullopt;
}

/*! A comparison: against a constant, and of a difference against 0. */
struct Comparison {
  PrimExpr a, b;
  Intrinsic scalar, scalar_first, zero;
};

std::optional<Comparison> AsComparison(const PrimExpr& expr) {
  if (const auto* op = expr.as<GTNode>()) {
    return Comparison{op->a, op->b, I::SfpuGtScalar, I::SfpuLtScalar, I::SfpuIsPositive};
  }
  if (const auto* op = expr.as<GENode>()) {
    return Comparison{op->a, op->b, I::SfpuGeScalar, I::SfpuLeScalar, I::SfpuIsNotNegative};
  }
  if (const auto* op = expr.as<LTNode>()) {
    return Comparison{op->a, op->b, I::SfpuLtScalar, I::SfpuGtScalar, I::SfpuIsNegative};
  }
  if (const auto* op = expr.as<LENode>()) {
    return Comparison{op->a, op->b, I::SfpuLeScalar, I::SfpuGeScalar, I::SfpuIsNotPositive};
  }
  if (const auto* op = expr.as<EQNode>()) {
    return Comparison{op->a, op->b, I::SfpuEqScalar, I::SfpuEqScalar, I::SfpuIsZero};
  }
  if (const auto* op = expr.as<NENode>()) {
    return Comparison{op->a, op->b, I::SfpuNeScalar, I::SfpuNeScalar, I::SfpuIsNotZero};
  }
  return std::nullopt;
}

class Builder {
 public:
  explicit Builder(const BlockStore& store) : store_(store) {}

  TileExprRef Build(const PrimExpr& expr) {
    if (auto value = AsConstant(expr)) return Scalar(Float(*value), expr.dtype());
    if (IsScalar(expr)) return Scalar(AsFloat(expr), expr.dtype());
    if (auto position = AsPosition(expr)) return Position(*position);
    if (const auto* load = expr.as<BufferLoadNode>()) return Block(load);
    if (const auto* cast = expr.as<CastNode>()) return Convert(cast);
    if (auto binary = AsBinary(expr)) return Binary(*binary, expr.dtype());
    if (auto comparison = AsComparison(expr)) return Compare(*comparison);
    if (const auto* op = expr.as<AndNode>()) return Op2(I::SfpuMul, op->a, op->b);
    if (const auto* op = expr.as<OrNode>()) return Op2(I::SfpuMax, op->a, op->b);
    if (const auto* op = expr.as<NotNode>()) return Operation(I::SfpuIsZero, {Build(op->a)});
    if (const auto* op = expr.as<SelectNode>())
      return Where(op->condition, op->true_value, op->false_value);
    if (const auto* op = expr.as<FloorDivNode>()) return FloorDivide(op->a, op->b, expr);
    if (const auto* op = expr.as<FloorModNode>()) {
      TileExprRef multiple = Operation(I::SfpuMulScalar, {FloorDivide(op->a, op->b, expr)},
                                       {Float(*AsConstant(op->b))});
      return Operation(I::SfpuSub, {Build(op->a), multiple});
    }
    if (const auto* call = expr.as<CallNode>()) return Function(call, expr);
    Unsupported(expr);
  }

 private:
  static FloatImm Float(double value) { return FloatImm(DataType::Float(32), value); }
  static PrimExpr AsFloat(const PrimExpr& value) {
    return value.dtype() == DataType::Float(32) ? value : Cast(DataType::Float(32), value);
  }
  static TileExprRef Scalar(PrimExpr value, DataType dtype) {
    auto node = std::make_shared<TileExpr>();
    node->kind = TileExpr::kScalar;
    node->dtype = dtype;
    node->value = std::move(value);
    return node;
  }

  // ---- positions: integers made of the loop variables ----

  /*! index of the tile + what is the same for all elements of a tile. */
  struct TilePosition {
    TileIndex index;
    PrimExpr offset;
  };
  /*! Whether the expression is the same for all elements: integers and what is computed of them. */
  bool IsScalar(const PrimExpr& expr) const {
    bool scalar = true;
    PostOrderVisit(expr, [&](const ffi::ObjectRef& node) {
      scalar &= node->IsInstance<VarNode>() || node->IsInstance<IntImmNode>() ||
                node->IsInstance<AddNode>() || node->IsInstance<SubNode>() ||
                node->IsInstance<MulNode>() || node->IsInstance<FloorDivNode>() ||
                node->IsInstance<FloorModNode>() || node->IsInstance<MinNode>() ||
                node->IsInstance<MaxNode>() || node->IsInstance<LTNode>() ||
                node->IsInstance<LENode>() || node->IsInstance<GTNode>() ||
                node->IsInstance<GENode>() || node->IsInstance<EQNode>() ||
                node->IsInstance<NENode>() || node->IsInstance<AndNode>() ||
                node->IsInstance<OrNode>() || node->IsInstance<NotNode>();
      const auto* value = node.as<PrimExprNode>();
      scalar &=
          value && (value->dtype.is_int() || value->dtype.is_uint() || value->dtype.is_bool());
      for (const PrimExpr& index : store_.indices) scalar &= !node.same_as(index);
    });
    return scalar;
  }
  std::optional<TilePosition> AsPosition(const PrimExpr& expr) const {
    if (!expr.dtype().is_int()) return std::nullopt;
    bool loads = false;
    PostOrderVisit(
        expr, [&](const ffi::ObjectRef& node) { loads |= node->IsInstance<BufferLoadNode>(); });
    if (loads) return std::nullopt;
    TilePosition position{{}, expr};
    const PrimExpr firsts[2] = {TileRow() * kTile(), TileCol() * kTile()};
    int64_t* steps[2] = {&position.index.rows, &position.index.cols};
    for (size_t i = 0; i < store_.indices.size() && i < 2; ++i) {
      const auto* var = store_.indices[i].as<VarNode>();
      if (var == nullptr) continue;
      ffi::Array<PrimExpr> linear =
          arith::DetectLinearEquation(position.offset, {ffi::GetRef<Var>(var)});
      if (linear.size() != 2 || !as_const_int(linear[0])) return std::nullopt;
      *steps[i] = *as_const_int(linear[0]);
      position.offset = linear[1] + linear[0] * firsts[i];
    }
    position.offset = arith::Analyzer().Simplify(position.offset);
    return position;
  }
  static PrimExpr kTile() { return IntImm(DataType::Int(32), kTileDim); }

  TileExprRef Position(const TilePosition& position) const {
    TileExprRef index = Index(position.index);
    if (is_zero(position.offset)) return index;
    return Operation(I::SfpuAddScalar, {index}, {AsFloat(position.offset)});
  }
  static TileExprRef Index(const TileIndex& index) {
    auto node = std::make_shared<TileExpr>();
    node->kind = TileExpr::kIndex;
    node->dtype = DataType::Float(32);
    node->index = index;
    return node;
  }

  // ---- operations ----

  static TileExprRef Operation(Intrinsic op, std::vector<TileExprRef> operands,
                               std::vector<PrimExpr> scalars = {},
                               DataType dtype = DataType::Float(32)) {
    auto node = std::make_shared<TileExpr>();
    node->kind = TileExpr::kOperation;
    node->dtype = dtype;
    node->op = op;
    node->operands = std::move(operands);
    node->scalars = std::move(scalars);
    return node;
  }
  TileExprRef Op2(Intrinsic op, const PrimExpr& a, const PrimExpr& b) {
    return Operation(op, {Build(a), Build(b)});
  }

  TileExprRef Binary(const BinaryForms& forms, DataType dtype) {
    auto a = AsConstant(forms.a), b = AsConstant(forms.b);
    if (b && forms.both == I::SfpuDiv) {
      return Operation(I::SfpuMulScalar, {Build(forms.a)}, {Float(1.0 / *b)}, dtype);
    }
    if (a == 1.0 && forms.both == I::SfpuDiv)
      return Operation(I::SfpuRecip, {Build(forms.b)}, {}, dtype);
    if (b == 2.0 && forms.both == I::SfpuPow)
      return Operation(I::SfpuSquare, {Build(forms.a)}, {}, dtype);
    if (a == -1.0 && forms.both == I::SfpuMul)
      return Operation(I::SfpuNegative, {Build(forms.b)}, {}, dtype);
    if (b && forms.scalar) return Operation(*forms.scalar, {Build(forms.a)}, {Float(*b)}, dtype);
    if (a && forms.scalar_first)
      return Operation(*forms.scalar_first, {Build(forms.b)}, {Float(*a)}, dtype);
    TileExprRef built = Operation(forms.both, {Build(forms.a), Build(forms.b)}, {}, dtype);
    std::const_pointer_cast<TileExpr>(built)->fpu = forms.fpu;
    return built;
  }

  /*!
   * Whole numbers divided and rounded down. The half keeps what is a multiple of b clear of
   * the error of 1 / b, so the result is exact below 2^21.
   */
  TileExprRef FloorDivide(const PrimExpr& a, const PrimExpr& b, const PrimExpr& expr) {
    auto divisor = AsConstant(b);
    if (!divisor || *divisor <= 0) Unsupported(expr);
    TileExprRef half = Operation(I::SfpuAddScalar, {Build(a)}, {Float(0.5)});
    TileExprRef quotient = Operation(I::SfpuMulScalar, {half}, {Float(1.0 / *divisor)});
    return Operation(I::SfpuFloor, {quotient});
  }

  TileExprRef Compare(const Comparison& comparison) {
    if (comparison.a.dtype().is_int()) {
      // A position against 0: the tile's own index against the rest, with one operation.
      if (auto difference = AsPosition(comparison.a - comparison.b)) {
        PrimExpr rest = arith::Analyzer().Simplify(-difference->offset);
        return Operation(comparison.scalar, {Index(difference->index)}, {AsFloat(rest)});
      }
    }
    if (IsUniform(comparison.b)) {
      return Operation(comparison.scalar, {Build(comparison.a)}, {Uniform(comparison.b)});
    }
    if (IsUniform(comparison.a)) {
      return Operation(comparison.scalar_first, {Build(comparison.b)}, {Uniform(comparison.a)});
    }
    return Operation(comparison.zero, {Op2(I::SfpuSub, comparison.a, comparison.b)});
  }

  bool IsUniform(const PrimExpr& expr) const { return AsConstant(expr) || IsScalar(expr); }
  PrimExpr Uniform(const PrimExpr& expr) const {
    auto constant = AsConstant(expr);
    return constant ? Float(*constant) : AsFloat(expr);
  }

  TileExprRef Where(const PrimExpr& condition, const PrimExpr& yes, const PrimExpr& no) {
    return Operation(I::SfpuWhere, {Build(condition), Build(yes), Build(no)}, {}, yes.dtype());
  }

  /*! A cast to a wider type computes nothing: DST and the unpacker widen exactly. */
  TileExprRef Convert(const CastNode* cast) {
    TileExprRef value = Build(cast->value);
    // Positions are whole numbers in float32, exact up to 2^24.
    if (cast->value.dtype().is_int() && cast->dtype == DataType::Float(32)) return value;
    if (cast->dtype.bits() >= cast->value.dtype().bits() || cast->value.dtype().is_bool())
      return value;
    if (cast->dtype == DataType::BFloat(16) && cast->value.dtype() == DataType::Float(32)) {
      return Operation(I::SfpuRoundToBf16, {value});
    }
    TT_USER_ERROR(store_.span) << "The expression casts from " << cast->value.dtype() << " to "
                               << cast->dtype << ": " << ffi::GetRef<PrimExpr>(cast)
                               << ". Supported: casts between bfloat16 and float32.";
  }

  TileExprRef Function(const CallNode* call, const PrimExpr& expr) {
    static const Op &log2 = Op::Get("tirx.log2"), &log10 = Op::Get("tirx.log10"),
                    &exp10 = Op::Get("tirx.exp10"), &clamp = Op::Get("tl.clamp");
    if (call->op.same_as(tirx::builtin::if_then_else())) {
      return Where(call->args[0], call->args[1], call->args[2]);
    }
    if (call->op.same_as(log2)) {
      return Operation(I::SfpuLogScaled, {Build(call->args[0])}, {Float(1.0 / std::log(2.0))},
                       call->dtype);
    }
    if (call->op.same_as(log10)) {
      return Operation(I::SfpuLogScaled, {Build(call->args[0])}, {Float(1.0 / std::log(10.0))},
                       call->dtype);
    }
    if (call->op.same_as(exp10)) {
      return Operation(I::SfpuPow, {Scalar(Float(10.0), call->dtype), Build(call->args[0])}, {},
                       call->dtype);
    }
    if (call->op.same_as(clamp)) {
      return Build(Max(Min(call->args[0], call->args[2]), call->args[1]));
    }
    auto function = FunctionOf(call->op);
    if (!function) Unsupported(expr);
    return Operation(*function, {Build(call->args[0])}, {}, call->dtype);
  }

  TileExprRef Block(const BufferLoadNode* load) {
    auto node = std::make_shared<TileExpr>();
    node->kind = TileExpr::kBlock;
    node->dtype = load->buffer->dtype;
    node->block = load->buffer;
    node->spread = SpreadOf(load);
    return node;
  }

  Spread SpreadOf(const BufferLoadNode* load) {
    bool fits = IsCB(load->buffer) && load->indices.size() == store_.indices.size();
    bool repeated[2] = {false, false};
    for (size_t i = 0; fits && i < load->indices.size(); ++i) {
      const int64_t extent = *as_const_int(load->buffer->shape[i]);
      const int64_t wanted = *as_const_int(store_.target->shape[i]);
      repeated[i] = extent == 1 && wanted != 1;
      fits = repeated[i] ? is_zero(load->indices[i])
                         : extent == wanted && (load->indices[i].same_as(store_.indices[i]) ||
                                                (extent == 1 && is_zero(load->indices[i])));
    }
    if (!fits) {
      TT_USER_ERROR(store_.span) << "T.Parallel reads '" << ElementText(load->buffer, load->indices)
                                 << "'. " << kSupportedExpr << "; blocks of the shape of '"
                                 << store_.target->name
                                 << "', or vectors along one of its dimensions.";
    }
    if (repeated[0] && repeated[1]) return Spread::Scalar;
    return repeated[0] ? Spread::Row : repeated[1] ? Spread::Col : Spread::Tile;
  }

  [[noreturn]] void Unsupported(const PrimExpr& expr) {
    TT_USER_ERROR(store_.span) << "The expression " << expr << " (" << expr->GetTypeKey()
                               << ") in T.Parallel is not supported. " << kSupportedExpr << ".";
    TVM_FFI_UNREACHABLE();
  }

  const BlockStore& store_;
};

}  // namespace

const Var& TileRow() {
  static const Var row("tile_row", DataType::Int(32));
  return row;
}
const Var& TileCol() {
  static const Var col("tile_col", DataType::Int(32));
  return col;
}

std::optional<double> AsConstant(const PrimExpr& expr) {
  static const Op& infinity = Op::Get("tl.infinity");
  if (const auto* imm = expr.as<FloatImmNode>()) return imm->value;
  if (const auto* imm = expr.as<IntImmNode>()) return static_cast<double>(imm->value);
  if (const auto* cast = expr.as<CastNode>()) return AsConstant(cast->value);
  const auto* call = expr.as<CallNode>();
  if (call && call->op.same_as(infinity)) return std::numeric_limits<double>::infinity();
  auto both = [](const auto* op, auto combine) -> std::optional<double> {
    auto a = AsConstant(op->a), b = AsConstant(op->b);
    if (!a || !b) return std::nullopt;
    return combine(*a, *b);
  };
  if (const auto* op = expr.as<AddNode>())
    return both(op, [](double a, double b) { return a + b; });
  if (const auto* op = expr.as<SubNode>())
    return both(op, [](double a, double b) { return a - b; });
  if (const auto* op = expr.as<MulNode>())
    return both(op, [](double a, double b) { return a * b; });
  if (const auto* op = expr.as<DivNode>())
    return both(op, [](double a, double b) { return a / b; });
  return std::nullopt;
}

BlockStore TakeApart(const For& nest) {
  BlockStore store;
  Stmt body = nest;
  std::vector<Var> vars;
  std::vector<PrimExpr> extents;
  while (const auto* loop = body.as<ForNode>()) {
    if (!is_zero(loop->min)) {
      TT_USER_ERROR(loop->span) << "T.Parallel starts at " << loop->min << ". Supported: from 0.";
    }
    vars.push_back(loop->loop_var);
    extents.push_back(loop->extent);
    body = loop->body;
  }
  const auto* node = body.as<BufferStoreNode>();
  store.span = body->span.defined() ? body->span : nest->span;
  if (node == nullptr) {
    TT_USER_ERROR(store.span) << "The body of T.Parallel holds a " << body->GetTypeKey()
                              << ". Supported: stores of element-wise expressions.";
  }
  store.target = node->buffer;
  store.indices = node->indices;
  if (!IsCB(store.target)) {
    TT_USER_ERROR(store.span) << "T.Parallel stores to tensor '" << store.target->name
                              << "'. Supported: store to a fragment or shared buffer, then T.copy.";
  }
  size_t next = 0;
  bool whole = node->indices.size() == store.target->shape.size();
  for (size_t i = 0; whole && i < node->indices.size(); ++i) {
    const int64_t wanted = *as_const_int(store.target->shape[i]);
    if (wanted == 1 && is_zero(node->indices[i])) continue;
    const int64_t* extent = next < vars.size() ? as_const_int(extents[next]) : nullptr;
    whole = extent && *extent == wanted && node->indices[i].same_as(vars[next]);
    ++next;
  }
  if (!whole || next != vars.size()) {
    TT_USER_ERROR(store.span)
        << "T.Parallel stores to '" << ElementText(store.target, node->indices)
        << "'. Supported: loops over the whole block, in order, stored at the "
           "loop variables.";
  }
  store.value = node->value;
  if (const auto* cast = store.value.as<CastNode>(); cast && !AsConstant(store.value)) {
    store.value = cast->value;
  }
  return store;
}

TileExprRef BuildTileExpr(const BlockStore& store) { return Builder(store).Build(store.value); }

}  // namespace tvm::tt
