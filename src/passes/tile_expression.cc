/*! T.Parallel expressions as tile expressions. */
#include "passes/tile_expression.h"

#include <tvm/arith/analyzer.h>
#include <tvm/tirx/builtin.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <cmath>
#include <limits>

#include "ir/errors.h"
#include "ir/tiles.h"
#include "op/builtin.h"
#include "passes/tile_operations.h"

namespace tvm::tt {

using namespace tirx;

namespace {

constexpr const char* kSupportedExpr =
    "Supported: +, -, *, /, min, max, comparisons, T.if_then_else and functions such as T.exp, "
    "over "
    "blocks indexed by the loop variables, and constants";
constexpr const char* kSupportedCasts =
    "Supported: casts among bfloat16, float32, int32, uint32, uint16, int8, uint8 and bool.";

using I = Intrinsic;

class Builder {
 public:
  explicit Builder(const BlockStore& store) : store_(store) {}

  /*! The value in the form that the packer wants for the target. */
  TileExprRef BuildStored() {
    const DataType dtype = store_.target->dtype;
    if (IsFloat(dtype)) {
      return IsInteger(store_.value.dtype()) ? AsFloatTile(store_.value) : Build(store_.value);
    }
    TileExprRef value = Integer(store_.value);
    if (dtype.bits() == 32) return value;
    const I narrow = dtype == DataType::UInt(16)  ? I::SfpuIntToUInt16
                     : dtype == DataType::UInt(8) ? I::SfpuIntToUInt8
                                                  : I::SfpuIntToInt8;
    return Operation(narrow, {value}, {}, dtype);
  }

 private:
  /*! An expression of floats, booleans (1 and 0) or positions, as float32. */
  TileExprRef Build(const PrimExpr& expr) {
    if (auto value = AsConstant(expr)) return Scalar(Float(*value), FloatDtype(expr));
    if (IsUniform(expr, store_.indices)) return Scalar(AsFloat(expr), DataType::Float(32));
    if (auto position = AsPosition(expr, store_.indices)) return Position(*position);
    if (const auto* load = expr.as<BufferLoadNode>()) return Block(load);
    if (const auto* cast = expr.as<CastNode>()) return Convert(cast);
    if (auto binary = AsBinary(expr)) return Binary(*binary, expr.dtype());
    if (IsIntegerComparison(expr)) return CompareIntegers(expr);
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

  static DataType FloatDtype(const PrimExpr& expr) {
    return IsFloat(expr.dtype()) ? expr.dtype() : DataType::Float(32);
  }
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
      if (auto difference = AsPosition(comparison.a - comparison.b, store_.indices)) {
        PrimExpr rest = arith::Analyzer().Simplify(-difference->offset);
        return Operation(comparison.scalar, {Index(difference->index)}, {AsFloat(rest)});
      }
    }
    if (IsConstantOrUniform(comparison.b)) {
      return Operation(comparison.scalar, {Build(comparison.a)}, {Uniform(comparison.b)});
    }
    if (IsConstantOrUniform(comparison.a)) {
      return Operation(comparison.scalar_first, {Build(comparison.b)}, {Uniform(comparison.a)});
    }
    return Operation(comparison.zero, {Op2(I::SfpuSub, comparison.a, comparison.b)});
  }

  bool IsConstantOrUniform(const PrimExpr& expr) const {
    return AsConstant(expr) || IsUniform(expr, store_.indices);
  }
  PrimExpr Uniform(const PrimExpr& expr) const {
    auto constant = AsConstant(expr);
    return constant ? Float(*constant) : AsFloat(expr);
  }

  TileExprRef Where(const PrimExpr& condition, const PrimExpr& yes, const PrimExpr& no) {
    return Operation(I::SfpuWhere, {Build(condition), Build(yes), Build(no)}, {}, yes.dtype());
  }

  /*! A cast to a wider type computes nothing: DST and the unpacker widen exactly. */
  TileExprRef Convert(const CastNode* cast) {
    const DataType from = cast->value.dtype(), to = cast->dtype;
    const bool narrows = to == DataType::BFloat(16) && (IsInteger(from) || from.bits() > 16);
    if (IsFloat(to) && IsInteger(from)) {
      TileExprRef value = AsFloatTile(cast->value);
      return narrows && from.bits() > 8 ? Operation(I::SfpuRoundToBf16, {value}) : value;
    }
    if (IsFloat(to) && (IsFloat(from) || from.is_bool())) {
      TileExprRef value = Build(cast->value);
      return narrows ? Operation(I::SfpuRoundToBf16, {value}) : value;
    }
    TT_USER_ERROR(store_.span) << "The expression casts from " << from << " to " << to << ": "
                               << ffi::GetRef<PrimExpr>(cast) << ". " << kSupportedCasts;
  }

  // ---- integers: int32 in DST, or uint32; narrower ones become int32 when they are read ----

  static bool IsFloat(DataType dtype) {
    return dtype == DataType::Float(32) || dtype == DataType::BFloat(16);
  }
  static bool IsUnsigned(DataType dtype) { return dtype == DataType::UInt(32); }
  static DataType Wide(DataType dtype) {
    return IsUnsigned(dtype) ? DataType::UInt(32) : DataType::Int(32);
  }

  /*! An integer as float32. Positions are float32 from the start, exact up to 2^24. */
  TileExprRef AsFloatTile(const PrimExpr& expr) {
    if (!ReadsBuffer(expr)) return Build(expr);
    return Operation(IsUnsigned(expr.dtype()) ? I::SfpuUIntToFloat : I::SfpuIntToFloat,
                     {Integer(expr)});
  }

  /*! An integer expression as int32 or uint32. */
  TileExprRef Integer(const PrimExpr& expr) {
    const DataType dtype = expr.dtype();
    if (dtype.bits() > 32) Unsupported(expr);
    if (auto value = AsConstant(expr))
      return Scalar(IntImm(DataType::Int(32), BitsOf(*value)), Wide(dtype));
    if (IsUniform(expr, store_.indices)) return Scalar(expr, Wide(dtype));
    if (!ReadsBuffer(expr) && !ConvertsIntegers(expr))
      return Operation(I::SfpuFloatToInt, {Build(expr)}, {}, Wide(dtype));
    if (const auto* load = expr.as<BufferLoadNode>()) return Widened(Block(load));
    if (const auto* cast = expr.as<CastNode>()) return ConvertToInteger(cast->value, dtype);
    if (auto form = AsInteger(expr, IsUnsigned(dtype))) return Integer2(*form, dtype);
    if (const auto* op = expr.as<SelectNode>())
      return IntegerWhere(op->condition, op->true_value, op->false_value, dtype);
    if (const auto* op = expr.as<FloorDivNode>())
      return DivideInteger(op->a, op->b, expr, I::SfpuIntShiftRight);
    if (const auto* op = expr.as<FloorModNode>())
      return DivideInteger(op->a, op->b, expr, I::SfpuAnd);
    const auto* call = expr.as<CallNode>();
    if (call && call->op.same_as(builtin::if_then_else()))
      return IntegerWhere(call->args[0], call->args[1], call->args[2], dtype);
    if (call && call->op.same_as(builtin::reinterpret()) && IsInteger(call->args[0].dtype()))
      return ConvertToInteger(call->args[0], dtype);  // of the same width
    if (call && call->op.same_as(builtin::bitwise_not()))
      return Wrapped(Operation(I::SfpuNot, {Integer(call->args[0])}, {}, Wide(dtype)), dtype);
    Unsupported(expr);
  }

  /*! A block of a narrow dtype as int32. */
  static TileExprRef Widened(const TileExprRef& block) {
    const DataType dtype = block->dtype;
    if (dtype.bits() == 32) return block;
    const I widen = dtype == DataType::UInt(16)  ? I::SfpuUInt16ToInt
                    : dtype == DataType::UInt(8) ? I::SfpuUInt8ToInt
                                                 : I::SfpuInt8ToInt;
    return Operation(widen, {block}, {}, DataType::Int(32));
  }
  /*! What arithmetic in 32 bits leaves, as a value of a narrower dtype. */
  static TileExprRef Wrapped(const TileExprRef& value, DataType dtype) {
    if (dtype.bits() == 32) return value;
    const DataType wide = DataType::Int(32);
    auto constant = [&](int64_t number) { return Scalar(IntImm(wide, number), wide); };
    if (dtype.is_uint()) {
      return Operation(I::SfpuAnd, {value, constant((int64_t{1} << dtype.bits()) - 1)}, {}, wide);
    }
    TileExprRef high = Operation(I::SfpuShiftLeft, {value, constant(32 - dtype.bits())}, {}, wide);
    return Operation(I::SfpuIntShiftRight, {high, constant(32 - dtype.bits())}, {}, wide);
  }

  TileExprRef Integer2(const IntegerForm& form, DataType dtype) {
    TileExprRef value = Operation(form.op, {Integer(form.a), Integer(form.b)}, {}, Wide(dtype));
    const bool grows = form.op == I::SfpuIntAdd || form.op == I::SfpuIntSub ||
                       form.op == I::SfpuIntMul || form.op == I::SfpuShiftLeft;
    return grows ? Wrapped(value, dtype) : value;
  }
  TileExprRef IntegerWhere(const PrimExpr& condition, const PrimExpr& yes, const PrimExpr& no,
                           DataType dtype) {
    return Operation(I::SfpuIntWhere, {Build(condition), Integer(yes), Integer(no)}, {},
                     Wide(dtype));
  }
  /*! Quotient (a shift) or remainder (a mask) by a power of two, rounded down. */
  TileExprRef DivideInteger(const PrimExpr& a, const PrimExpr& b, const PrimExpr& expr, I op) {
    auto divisor = AsConstant(b);
    int exponent = 0;
    if (!divisor || *divisor <= 0 || std::frexp(*divisor, &exponent) != 0.5) {
      TT_USER_ERROR(store_.span) << "The expression " << expr << " divides integers of a block by "
                                 << b
                                 << ". Supported: by powers of two, rounded down; the machine "
                                    "divides floats.";
    }
    const bool shifts = op != I::SfpuAnd;
    if (shifts && IsUnsigned(expr.dtype())) op = I::SfpuUIntShiftRight;
    IntImm second(DataType::Int(32), shifts ? exponent - 1 : static_cast<int64_t>(*divisor) - 1);
    return Operation(op, {Integer(a), Scalar(second, DataType::Int(32))}, {}, Wide(expr.dtype()));
  }

  /*! Whether integers of one width become those of another in an expression. */
  static bool ConvertsIntegers(const PrimExpr& expr) {
    bool converts = false;
    PostOrderVisit(expr, [&](const ffi::ObjectRef& node) {
      const auto* cast = node.as<CastNode>();
      converts |= cast && IsInteger(cast->dtype) && IsInteger(cast->value.dtype());
    });
    return converts;
  }
  TileExprRef ConvertToInteger(const PrimExpr& converted, DataType to) {
    const DataType from = converted.dtype();
    if (IsInteger(from)) {
      TileExprRef value = Integer(converted);
      const bool holds = to.bits() > from.bits() || to == from;
      if (holds || to.bits() == 32) return Retyped(value, Wide(to));
      return Wrapped(value, to);
    }
    const I convert = IsUnsigned(to) ? I::SfpuFloatToUInt : I::SfpuFloatToInt;
    return Wrapped(Operation(convert, {Build(converted)}, {}, Wide(to)), to);
  }
  /*! The same bits as the other of int32 and uint32. */
  static TileExprRef Retyped(const TileExprRef& value, DataType dtype) {
    if (value->dtype == dtype) return value;
    auto retyped = std::make_shared<TileExpr>(*value);
    retyped->dtype = dtype;
    return retyped;
  }

  static bool IsIntegerComparison(const PrimExpr& expr) {
    auto form = AsIntegerComparison(expr, false);
    return form && IsInteger(form->a.dtype()) && (ReadsBuffer(form->a) || ReadsBuffer(form->b));
  }
  /*! The machine answers with integers; conditions are floats. */
  TileExprRef CompareIntegers(const PrimExpr& expr) {
    const DataType dtype = AsIntegerComparison(expr, false)->a.dtype();
    auto form = AsIntegerComparison(expr, IsUnsigned(dtype));
    TileExprRef answer =
        Operation(form->op, {Integer(form->a), Integer(form->b)}, {}, DataType::Int(32));
    return Operation(I::SfpuIntToFloat, {answer});
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
      TT_USER_ERROR(store_.span)
          << "T.Parallel reads '" << ElementText(load->buffer, load->indices) << "'. "
          << kSupportedExpr << "; blocks of the shape of '" << store_.target->name
          << "', or vectors along one of its dimensions; int8 and uint8 blocks "
             "also at a loop variable divided by a constant.";
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

bool IsInteger(DataType dtype) { return (dtype.is_int() || dtype.is_uint()) && !dtype.is_bool(); }

int64_t BitsOf(double value) {
  return static_cast<int32_t>(static_cast<uint32_t>(static_cast<int64_t>(value)));
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
  // The packer rounds to a float target.
  const auto* cast = store.value.as<CastNode>();
  const DataType target = store.target->dtype;
  if (cast && (target.is_float() || target.is_bfloat()) && !AsConstant(store.value)) {
    store.value = cast->value;
  }
  return store;
}

TileExprRef BuildTileExpr(const BlockStore& store) { return Builder(store).BuildStored(); }

}  // namespace tvm::tt
