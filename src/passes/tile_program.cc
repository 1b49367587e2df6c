/*! Selection of tile intrinsics for element-wise expressions, copies, fills and transposes. */
#include "passes/tile_program.h"

#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <optional>

#include "ir/errors.h"
#include "ir/tiles.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

constexpr const char* kSupportedExpr =
    "Supported: +, -, * over blocks indexed by the loop variables, and constants";

std::optional<double> AsConstant(const PrimExpr& expr) {
  if (const auto* imm = expr.as<FloatImmNode>()) return imm->value;
  if (const auto* imm = expr.as<IntImmNode>()) return static_cast<double>(imm->value);
  if (const auto* cast = expr.as<CastNode>()) return AsConstant(cast->value);
  return std::nullopt;
}

/*! An operation of the expression tree, with its three ways to be computed. */
struct Operation {
  PrimExpr a, b;
  Intrinsic fpu;           /*!< both operands in circular buffers */
  Intrinsic reuse;         /*!< a in DST, b in a circular buffer */
  Intrinsic reversed;      /*!< b in DST, a in a circular buffer */
  Intrinsic sfpu;          /*!< both in DST */
  Intrinsic scalar;        /*!< b constant */
  Intrinsic scalar_first;  /*!< a constant */
};

std::optional<Operation> AsOperation(const PrimExpr& expr) {
  using I = Intrinsic;
  if (const auto* op = expr.as<AddNode>()) {
    return Operation{op->a, op->b, I::FpuAdd, I::FpuAddReuse, I::FpuAddReuse, I::SfpuAdd,
                     I::SfpuAddScalar, I::SfpuAddScalar};
  }
  if (const auto* op = expr.as<SubNode>()) {
    return Operation{op->a, op->b, I::FpuSub, I::FpuSubReuse, I::FpuRsubReuse, I::SfpuSub,
                     I::SfpuSubScalar, I::SfpuRsubScalar};
  }
  if (const auto* op = expr.as<MulNode>()) {
    return Operation{op->a, op->b, I::FpuMul, I::FpuMulReuse, I::FpuMulReuse, I::SfpuMul,
                     I::SfpuMulScalar, I::SfpuMulScalar};
  }
  return std::nullopt;
}

/*! A cast to a wider type computes nothing: DST and the unpacker widen exactly. */
PrimExpr SkipWidening(const PrimExpr& expr, const Span& span) {
  const auto* cast = expr.as<CastNode>();
  if (cast == nullptr || AsConstant(expr)) return expr;
  if (cast->dtype.bits() < cast->value.dtype().bits()) {
    TT_USER_ERROR(span) << "The expression narrows to " << cast->dtype << " inside: " << expr << ". "
                        << kSupportedExpr << "; narrow only at the store.";
  }
  return SkipWidening(cast->value, span);
}

/*! The nest of a T.Parallel store taken apart and checked. */
struct ElementwiseStore {
  Buffer target;
  PrimExpr value;
  ffi::Array<Var> vars;
  Span span;
};

ElementwiseStore TakeApart(const For& nest) {
  ElementwiseStore store;
  Stmt body = nest;
  std::vector<PrimExpr> extents;
  while (const auto* loop = body.as<ForNode>()) {
    if (!is_zero(loop->min)) {
      TT_USER_ERROR(loop->span) << "T.Parallel starts at " << loop->min << ". Supported: from 0.";
    }
    store.vars.push_back(loop->loop_var);
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
  if (!IsCB(store.target)) {
    TT_USER_ERROR(store.span) << "T.Parallel stores to tensor '" << store.target->name
                              << "'. Supported: store to a fragment or shared buffer, then T.copy.";
  }
  bool whole = extents.size() == store.target->shape.size() &&
               node->indices.size() == store.vars.size();
  for (size_t i = 0; whole && i < extents.size(); ++i) {
    const int64_t* extent = as_const_int(extents[i]);
    whole = extent && *extent == *as_const_int(store.target->shape[i]) &&
            node->indices[i].same_as(store.vars[i]);
  }
  if (!whole) {
    TT_USER_ERROR(store.span) << "T.Parallel stores to '"
                              << ElementText(store.target, node->indices)
                              << "'. Supported: loops over the whole block, in order, stored at the "
                                 "loop variables.";
  }
  store.value = node->value;
  if (const auto* cast = store.value.as<CastNode>(); cast && !AsConstant(store.value)) {
    store.value = cast->value;
  }
  return store;
}

/*! Emits the tile program of one store. */
class Selector {
 public:
  Selector(const ElementwiseStore& store, const TileProgramOptions& options)
      : store_(store), options_(options), tile_("t", DataType::Int(32)) {}

  /*! Registers needed to compute the expression into one of them. */
  int64_t Need(const PrimExpr& raw) {
    PrimExpr expr = SkipWidening(raw, store_.span);
    if (const auto* load = expr.as<BufferLoadNode>()) {
      return Resident(load) ? 0 : 1;
    }
    if (AsConstant(expr)) return 1;
    auto op = AsOperation(expr);
    if (!op) Unsupported(expr);
    if (AsConstant(op->b)) return Need(op->a);
    if (AsConstant(op->a)) return Need(op->b);
    if (OnFpu(expr, *op)) {
      if (Leaf(op->a) && Leaf(op->b)) return 1;
      return Leaf(op->b) ? Need(op->a) : Need(op->b);
    }
    int64_t a = Need(op->a), b = Need(op->b);
    return a == b ? a + 1 : std::max(a, b);
  }

  Stmt Emit() {
    ffi::Array<Stmt> before;
    PrimExpr value = Spill(store_.value, &before);
    PrimExpr d = Compute(value);
    Do(Intrinsic::Pack, {d, store_.target->data, tile_});
    ffi::Array<Stmt> body;
    for (const Buffer& reg : registers_) body.push_back(AllocBuffer(reg));
    for (const Stmt& stmt : ops_) body.push_back(stmt);
    before.push_back(TileLoop(SeqStmt::Flatten(body)));
    return SeqStmt::Flatten(before);
  }

 private:
  /*! Moves subexpressions to temporaries until the expression fits in the registers. */
  PrimExpr Spill(PrimExpr expr, ffi::Array<Stmt>* before) {
    while (Need(expr) > options_.dst_capacity) expr = SpillOne(expr, before);
    return expr;
  }
  PrimExpr SpillOne(const PrimExpr& raw, ffi::Array<Stmt>* before) {
    PrimExpr expr = SkipWidening(raw, store_.span);
    auto op = AsOperation(expr);
    TVM_FFI_ICHECK(op) << "a leaf needs one register";
    PrimExpr heavy = Need(op->a) >= Need(op->b) ? op->a : op->b;
    PrimExpr replaced;
    if (Need(heavy) > options_.dst_capacity) {
      replaced = SpillOne(heavy, before);
    } else {
      Buffer temporary = options_.make_temporary(store_.target, heavy.dtype());
      ElementwiseStore part{temporary, heavy, store_.vars, store_.span};
      before->push_back(Selector(part, options_).Emit());
      replaced = BufferLoad(temporary, {store_.vars[0], store_.vars[1]});
    }
    PrimExpr a = heavy.same_as(op->a) ? replaced : op->a;
    PrimExpr b = heavy.same_as(op->a) ? op->b : replaced;
    if (expr.as<AddNode>()) return Add(a, b);
    if (expr.as<SubNode>()) return Sub(a, b);
    return Mul(a, b);
  }

  /*! Computes into a register and gives its operand. */
  PrimExpr Compute(const PrimExpr& raw) {
    PrimExpr expr = SkipWidening(raw, store_.span);
    if (const auto* load = expr.as<BufferLoadNode>()) return Load(load);
    if (auto value = AsConstant(expr)) {
      PrimExpr d = NewRegister();
      Do(Intrinsic::Fill, {d, Scalar(*value)});
      return d;
    }
    auto op = AsOperation(expr);
    if (!op) Unsupported(expr);
    if (auto value = AsConstant(op->b)) return WithScalar(op->scalar, op->a, *value);
    if (auto value = AsConstant(op->a)) return WithScalar(op->scalar_first, op->b, *value);
    return OnFpu(expr, *op) ? ComputeOnFpu(*op) : ComputeOnSfpu(*op);
  }

  PrimExpr WithScalar(Intrinsic op, const PrimExpr& operand, double value) {
    PrimExpr d = Compute(operand);
    Do(op, {d, Scalar(value)});
    return d;
  }

  PrimExpr ComputeOnFpu(const Operation& op) {
    const BufferLoadNode* a = Leaf(op.a);
    const BufferLoadNode* b = Leaf(op.b);
    if (a && b) {
      // A product adds onto what its register holds, so a used register takes it in two steps.
      const bool used = !free_.empty();
      PrimExpr d = NewRegister();
      if (op.fpu == Intrinsic::FpuMul && used) {
        Do(Intrinsic::Copy, {a->buffer->data, tile_, d});
        Do(op.reuse, {b->buffer->data, tile_, d});
      } else {
        Do(op.fpu, {a->buffer->data, tile_, b->buffer->data, tile_, d});
      }
      return d;
    }
    PrimExpr d = Compute(b ? op.a : op.b);
    const BufferLoadNode* leaf = b ? b : a;
    Do(b ? op.reuse : op.reversed, {leaf->buffer->data, tile_, d});
    return d;
  }

  PrimExpr ComputeOnSfpu(const Operation& op) {
    // The heavier side first, so that its registers are free again for the other.
    PrimExpr a, b;
    if (Need(op.a) >= Need(op.b)) {
      a = Compute(op.a);
      b = Compute(op.b);
    } else {
      b = Compute(op.b);
      a = Compute(op.a);
    }
    // A resident accumulator takes the result: every tile of it must end where it began.
    const bool into_b = IsAccumulator(b);
    Do(op.sfpu, {a, b, into_b ? b : a});
    Free(into_b ? a : b);
    return into_b ? b : a;
  }

  PrimExpr Load(const BufferLoadNode* load) {
    CheckLoad(load);
    if (const Buffer* acc = Resident(load)) return BufferLoad(*acc, {tile_});
    PrimExpr d = NewRegister();
    Do(Intrinsic::Copy, {load->buffer->data, tile_, d});
    return d;
  }

  /*!
   * Whether the matrix unit computes this node: it keeps 11 bits, so only for a bfloat16 result; and
   * an operand already in DST goes back through a source register, exact only if DST is 16 bits.
   */
  bool OnFpu(const PrimExpr& expr, const Operation& op) {
    if (expr.dtype() != DataType::BFloat(16)) return false;
    bool a = Leaf(op.a) != nullptr, b = Leaf(op.b) != nullptr;
    return (a && b) || ((a || b) && !options_.fp32_dest);
  }

  /*! The load of a bfloat16 block in a circular buffer, or null. */
  const BufferLoadNode* Leaf(const PrimExpr& expr) {
    const auto* load = expr.as<BufferLoadNode>();
    if (load == nullptr || Resident(load) || load->buffer->dtype != DataType::BFloat(16)) return nullptr;
    CheckLoad(load);
    return load;
  }

  const Buffer* Resident(const BufferLoadNode* load) {
    auto it = options_.resident.find(load->buffer->data.get());
    return it == options_.resident.end() ? nullptr : &it->second;
  }

  void CheckLoad(const BufferLoadNode* load) {
    bool same = IsCB(load->buffer) && load->indices.size() == store_.vars.size();
    for (size_t i = 0; same && i < load->indices.size(); ++i) {
      same = load->indices[i].same_as(store_.vars[i]) &&
             *as_const_int(load->buffer->shape[i]) == *as_const_int(store_.target->shape[i]);
    }
    if (same) return;
    TT_USER_ERROR(store_.span) << "T.Parallel reads '" << ElementText(load->buffer, load->indices) << "'. "
                               << kSupportedExpr << "; all blocks of one shape, read at ["
                               << store_.vars[0] << ", " << store_.vars[1] << "].";
  }

  [[noreturn]] void Unsupported(const PrimExpr& expr) {
    TT_USER_ERROR(store_.span) << "The expression " << expr << " (" << expr->GetTypeKey()
                               << ") in T.Parallel is not supported. " << kSupportedExpr << ".";
    TVM_FFI_UNREACHABLE();
  }

  static FloatImm Scalar(double value) { return FloatImm(DataType::Float(32), value); }

  PrimExpr NewRegister() {
    if (!free_.empty()) {
      PrimExpr d = free_.back();
      free_.pop_back();
      return d;
    }
    std::string name = "d" + std::to_string(registers_.size());
    Var data(name, PointerType(PrimType(DataType::Float(32)), Key(Scope::Dst)));
    Buffer reg(data, DataType::Float(32), {IntImm(DataType::Int(32), 1)}, {}, PrimExpr(), name, 0, 0,
               kDefault);
    registers_.push_back(reg);
    return BufferLoad(reg, {IntImm(DataType::Int(32), 0)});
  }
  bool IsAccumulator(const PrimExpr& d) {
    const Buffer& buffer = d.as<BufferLoadNode>()->buffer;
    return std::none_of(registers_.begin(), registers_.end(),
                        [&](const Buffer& reg) { return reg.same_as(buffer); });
  }
  void Free(const PrimExpr& d) {
    const Buffer& buffer = d.as<BufferLoadNode>()->buffer;
    for (const Buffer& reg : registers_) {
      if (reg.same_as(buffer)) free_.push_back(d);
    }
  }

  void Do(Intrinsic op, ffi::Array<PrimExpr> args) {
    ops_.push_back(MakeStmt(op, std::move(args), store_.span));
  }

  Stmt TileLoop(const Stmt& body) {
    const int64_t tiles = TilesOf(store_.target, store_.span).Count();
    return For(tile_, IntImm(DataType::Int(32), 0), IntImm(DataType::Int(32), tiles),
               ForKind::kSerial, body, std::nullopt, {{Key(Attr::TileLoop), int64_t{1}}}, std::nullopt,
               store_.span);
  }

  const ElementwiseStore& store_;
  const TileProgramOptions& options_;
  Var tile_;
  std::vector<Buffer> registers_;
  std::vector<PrimExpr> free_;
  std::vector<Stmt> ops_;
};

/*! A store of the whole block as if written by T.Parallel. */
ElementwiseStore WholeStore(const Buffer& target, const Span& span,
                            const std::function<PrimExpr(ffi::Array<PrimExpr>)>& value) {
  Var i("i", DataType::Int(32)), j("j", DataType::Int(32));
  return {target, value({i, j}), {i, j}, span};
}

}  // namespace

double ConstantValue(const PrimExpr& value, const Span& span) {
  auto constant = AsConstant(value);
  if (!constant) {
    TT_USER_ERROR(span) << "T.fill with the expression " << value << ". Supported: constants.";
  }
  return *constant;
}

int64_t RegistersNeeded(const For& nest, const TileProgramOptions& options) {
  ElementwiseStore store = TakeApart(nest);
  return Selector(store, options).Need(store.value);
}

Stmt LowerElementwise(const For& nest, const TileProgramOptions& options) {
  ElementwiseStore store = TakeApart(nest);
  return Selector(store, options).Emit();
}

Stmt LowerBlockCopy(const Buffer& from, const Buffer& to, const Span& span,
                    const TileProgramOptions& options) {
  ElementwiseStore store =
      WholeStore(to, span, [&](ffi::Array<PrimExpr> index) { return BufferLoad(from, index); });
  return Selector(store, options).Emit();
}

Stmt LowerBlockFill(const Buffer& to, const PrimExpr& value, const Span& span) {
  TileProgramOptions options{false, 1, {}, nullptr};
  double constant = ConstantValue(value, span);
  ElementwiseStore store = WholeStore(
      to, span, [&](ffi::Array<PrimExpr>) { return FloatImm(DataType::Float(32), constant); });
  return Selector(store, options).Emit();
}

Stmt LowerBlockTranspose(const Buffer& from, const Buffer& to, const Span& span) {
  const BlockTiles target = TilesOf(to, span);
  Var tile("t", DataType::Int(32));
  auto imm = [](int64_t value) { return IntImm(DataType::Int(32), value); };
  Var data("d0", PointerType(PrimType(DataType::Float(32)), Key(Scope::Dst)));
  Buffer reg(data, DataType::Float(32), {imm(1)}, {}, PrimExpr(), "d0", 0, 0, kDefault);
  PrimExpr d = BufferLoad(reg, {imm(0)});
  PrimExpr source = floormod(tile, imm(target.cols)) * imm(target.rows) +
                    floordiv(tile, imm(target.cols));
  Stmt body = SeqStmt::Flatten(AllocBuffer(reg),
                               MakeStmt(Intrinsic::FpuTranspose, {from->data, source, d}, span),
                               MakeStmt(Intrinsic::Pack, {d, to->data, tile}, span));
  return For(tile, imm(0), imm(target.Count()), ForKind::kSerial, body, std::nullopt,
             {{Key(Attr::TileLoop), int64_t{1}}}, std::nullopt, span);
}

}  // namespace tvm::tt
