/*! Selection of tile intrinsics for element-wise expressions, copies, fills and transposes. */
#include "passes/tile_program.h"

#include <tvm/arith/analyzer.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <unordered_map>

#include "ir/errors.h"
#include "ir/tiles.h"
#include "passes/tile_expression.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

FloatImm Scalar(double value) { return FloatImm(DataType::Float(32), value); }
IntImm Int(int64_t value) { return IntImm(DataType::Int(32), value); }

/*! Emits the tile program of one store. */
class Selector {
 public:
  Selector(const Buffer& target, Span span, const TileProgramOptions& options)
      : target_(target), span_(std::move(span)), options_(options), tile_("t", DataType::Int(32)) {}

  /*! Registers needed to compute the expression into one of them, by Sethi and Ullman. */
  int64_t Need(const TileExprRef& expr) {
    auto known = needs_.find(expr);
    return known != needs_.end() ? known->second : needs_[expr] = FindNeed(expr);
  }

  Stmt Emit(TileExprRef value) {
    ffi::Array<Stmt> before;
    while (Need(value) > options_.dst_capacity) value = SpillOne(value, &before);
    PrimExpr d = Compute(value);
    Do(Intrinsic::Pack, {d, target_->data, tile_});
    ffi::Array<Stmt> body;
    for (const Buffer& reg : registers_) body.push_back(AllocBuffer(reg));
    for (const Stmt& stmt : ops_) body.push_back(stmt);
    before.push_back(TileLoop(SeqStmt::Flatten(body)));
    return SeqStmt::Flatten(before);
  }

 private:
  int64_t FindNeed(const TileExprRef& expr) {
    if (expr->kind == TileExpr::kBlock) return Resident(expr) ? 0 : 1;
    if (expr->kind != TileExpr::kOperation) return 1;
    if (OnFpu(expr)) {
      if (Leaf(expr->operands[0]) && Leaf(expr->operands[1])) return 1;
      return Need(expr->operands[Leaf(expr->operands[1]) ? 0 : 1]);
    }
    int64_t need = 1, held = 0;
    for (size_t i : ByNeed(expr)) {
      need = std::max(need, Need(expr->operands[i]) + held);
      held += Resident(expr->operands[i]) ? 0 : 1;
    }
    return need;
  }

  /*! Positions of the operands, the one that needs most registers first. */
  std::vector<size_t> ByNeed(const TileExprRef& expr) {
    std::vector<size_t> order(expr->operands.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      return Need(expr->operands[a]) > Need(expr->operands[b]);
    });
    return order;
  }

  /*! Moves the heaviest subexpression that fits in the registers to a block of its own. */
  TileExprRef SpillOne(const TileExprRef& expr, ffi::Array<Stmt>* before) {
    TVM_FFI_ICHECK(expr->kind == TileExpr::kOperation) << "a leaf needs one register";
    const size_t heavy = ByNeed(expr)[0];
    auto result = std::make_shared<TileExpr>(*expr);
    if (Need(expr->operands[heavy]) > options_.dst_capacity) {
      result->operands[heavy] = SpillOne(expr->operands[heavy], before);
      return result;
    }
    auto block = std::make_shared<TileExpr>();
    block->kind = TileExpr::kBlock;
    block->dtype = expr->operands[heavy]->dtype;
    block->block = options_.make_temporary(target_, block->dtype);
    before->push_back(Selector(block->block, span_, options_).Emit(expr->operands[heavy]));
    result->operands[heavy] = block;
    return result;
  }

  /*! Computes into a register and gives its operand. */
  PrimExpr Compute(const TileExprRef& expr) {
    if (expr->kind == TileExpr::kBlock) return Load(expr);
    if (expr->kind == TileExpr::kScalar) {
      PrimExpr d = NewRegister();
      Do(expr->value.dtype().is_float() ? Intrinsic::Fill : Intrinsic::IntFill,
         {d, OfThisTile(expr->value)});
      return d;
    }
    if (expr->kind == TileExpr::kIndex) {
      PrimExpr d = NewRegister();
      Do(Intrinsic::Copy, {options_.index_tile(expr->index)->data, Int(0), d});
      return d;
    }
    return OnFpu(expr) ? ComputeOnFpu(expr) : ComputeOnSfpu(expr);
  }

  PrimExpr ComputeOnFpu(const TileExprRef& expr) {
    const TileExprRef &a = expr->operands[0], &b = expr->operands[1];
    if (Leaf(a) && Leaf(b)) {
      // A product adds onto what its register holds, so a used register takes it in two steps.
      const bool used = !free_.empty();
      PrimExpr d = NewRegister();
      if (expr->fpu->both == Intrinsic::FpuMul && used) {
        Do(Intrinsic::Copy, {a->block->data, tile_, d});
        Do(expr->fpu->reuse, {b->block->data, tile_, d});
      } else {
        Do(expr->fpu->both, {a->block->data, tile_, b->block->data, tile_, d});
      }
      return d;
    }
    PrimExpr d = Compute(Leaf(b) ? a : b);
    Do(Leaf(b) ? expr->fpu->reuse : expr->fpu->reversed,
       {(Leaf(b) ? b : a)->block->data, tile_, d});
    return d;
  }

  PrimExpr ComputeOnSfpu(const TileExprRef& expr) {
    // The heaviest first, so that its registers are free again for the others.
    std::vector<PrimExpr> inputs(expr->operands.size());
    for (size_t i : ByNeed(expr)) inputs[i] = Compute(expr->operands[i]);
    ffi::Array<PrimExpr> args(inputs.begin(), inputs.end());
    for (const PrimExpr& scalar : expr->scalars) args.push_back(OfThisTile(scalar));
    // A resident accumulator takes the result: every tile of it must end where it began.
    PrimExpr result = inputs[0];
    for (const PrimExpr& input : inputs) {
      if (IsAccumulator(input)) result = input;
    }
    if (inputs.size() > 1) args.push_back(result);
    Do(expr->op, args);
    for (const PrimExpr& input : inputs) {
      if (!input.same_as(result)) Free(input);
    }
    return result;
  }

  /*! A scalar with the position of the tile in its place. */
  PrimExpr OfThisTile(const PrimExpr& scalar) {
    if (scalar.as<FloatImmNode>()) return scalar;
    const auto [rows, cols] = TilesOf(target_, span_);
    PrimExpr row = Int(0), col = Int(0);
    if (rows > 1) row = cols == 1 ? PrimExpr(tile_) : floordiv(tile_, Int(cols));
    if (cols > 1) col = rows == 1 ? PrimExpr(tile_) : floormod(tile_, Int(cols));
    ffi::Map<Var, PrimExpr> place{{TileRow(), row}, {TileCol(), col}};
    const auto* number = scalar.as<CastNode>();  // the analyzer does not look into floats
    if (number == nullptr) return arith::Analyzer().Simplify(Substitute(scalar, place));
    return Cast(number->dtype, arith::Analyzer().Simplify(Substitute(number->value, place)));
  }

  PrimExpr Load(const TileExprRef& expr) {
    if (const Buffer* acc = Resident(expr)) return BufferLoad(*acc, {tile_});
    PrimExpr d = NewRegister();
    const auto [rows, cols] = TilesOf(target_, span_);
    switch (expr->spread) {
      case Spread::Tile:
        Do(Intrinsic::Copy, {expr->block->data, tile_, d});
        break;
      case Spread::Row:
        Do(Intrinsic::CopyRow,
           {expr->block->data, rows == 1 && cols > 1 ? PrimExpr(tile_) : floormod(tile_, Int(cols)),
            d});
        break;
      case Spread::Col:
        Do(Intrinsic::CopyCol,
           {expr->block->data, rows == 1 ? Int(0) : floordiv(tile_, Int(cols)), d});
        break;
      case Spread::Scalar:
        Do(Intrinsic::CopyScalar, {expr->block->data, Int(0), d});
        break;
    }
    return d;
  }

  /*!
   * Whether the matrix unit computes this node: it keeps 11 bits, so only for a bfloat16 result; and
   * an operand already in DST goes back through a source register, exact only if DST is 16 bits.
   */
  bool OnFpu(const TileExprRef& expr) {
    if (!expr->fpu || expr->dtype != DataType::BFloat(16)) return false;
    bool a = Leaf(expr->operands[0]), b = Leaf(expr->operands[1]);
    return (a && b) || ((a || b) && !options_.fp32_dest);
  }

  /*! Whether the expression is a bfloat16 block in a circular buffer. */
  bool Leaf(const TileExprRef& expr) {
    return expr->kind == TileExpr::kBlock && !Resident(expr) && expr->spread == Spread::Tile &&
           expr->dtype == DataType::BFloat(16);
  }

  const Buffer* Resident(const TileExprRef& expr) {
    if (expr->kind != TileExpr::kBlock) return nullptr;
    auto it = options_.resident.find(expr->block->data.get());
    return it == options_.resident.end() ? nullptr : &it->second;
  }

  PrimExpr NewRegister() {
    if (!free_.empty()) {
      PrimExpr d = free_.back();
      free_.pop_back();
      return d;
    }
    registers_.push_back(MakeRegister("d" + std::to_string(registers_.size())));
    return BufferLoad(registers_.back(), {Int(0)});
  }
  bool IsAccumulator(const PrimExpr& d) {
    const Buffer& buffer = d.as<BufferLoadNode>()->buffer;
    return std::none_of(registers_.begin(), registers_.end(),
                        [&](const Buffer& reg) { return reg.same_as(buffer); });
  }
  void Free(const PrimExpr& d) {
    if (!IsAccumulator(d)) free_.push_back(d);
  }

  void Do(Intrinsic op, ffi::Array<PrimExpr> args) {
    ops_.push_back(MakeStmt(op, std::move(args), span_));
  }

  Stmt TileLoop(const Stmt& body) {
    return MakeTileLoop(tile_, TilesOf(target_, span_).Count(), body, span_);
  }

  Buffer target_;
  Span span_;
  const TileProgramOptions& options_;
  Var tile_;
  std::unordered_map<TileExprRef, int64_t> needs_;
  std::vector<Buffer> registers_;
  std::vector<PrimExpr> free_;
  std::vector<Stmt> ops_;
};

TileExprRef WholeBlock(const Buffer& block) {
  auto expr = std::make_shared<TileExpr>();
  expr->kind = TileExpr::kBlock;
  expr->dtype = block->dtype;
  expr->block = block;
  return expr;
}

}  // namespace

Buffer MakeRegister(const std::string& name) {
  Var data(name, PointerType(PrimType(DataType::Float(32)), Key(Scope::Dst)));
  return Buffer(data, DataType::Float(32), {Int(1)}, {}, PrimExpr(), name, 0, 0, kDefault);
}

Stmt MakeTileLoop(const Var& tile, int64_t tiles, const Stmt& body, const Span& span) {
  return For(tile, Int(0), Int(tiles), ForKind::kSerial, body, std::nullopt,
             {{Key(Attr::TileLoop), int64_t{1}}}, std::nullopt, span);
}

double ConstantValue(const PrimExpr& value, const Span& span) {
  auto constant = AsConstant(value);
  if (!constant) {
    TT_USER_ERROR(span) << "T.fill with the expression " << value << ". Supported: constants.";
  }
  return *constant;
}

int64_t RegistersNeeded(const For& nest, const TileProgramOptions& options) {
  BlockStore store = TakeApart(nest);
  return Selector(store.target, store.span, options).Need(BuildTileExpr(store));
}

Stmt LowerElementwise(const For& nest, const TileProgramOptions& options) {
  BlockStore store = TakeApart(nest);
  return Selector(store.target, store.span, options).Emit(BuildTileExpr(store));
}

Stmt LowerBlockCopy(const Buffer& from, const Buffer& to, const Span& span,
                    const TileProgramOptions& options) {
  if (from->dtype == to->dtype || (!IsInteger(from->dtype) && !IsInteger(to->dtype)))
    return Selector(to, span, options).Emit(WholeBlock(from));
  const ffi::Array<PrimExpr> indices{Var("i", DataType::Int(32)), Var("j", DataType::Int(32))};
  PrimExpr value = BufferLoad(from, indices);
  if (IsInteger(to->dtype)) value = Cast(to->dtype, value);
  return Selector(to, span, options).Emit(BuildTileExpr({to, value, indices, span}));
}

Stmt LowerBlockFill(const Buffer& to, const PrimExpr& value, const Span& span) {
  auto constant = std::make_shared<TileExpr>();
  constant->kind = TileExpr::kScalar;
  const double number = ConstantValue(value, span);
  constant->value = IsInteger(to->dtype) ? PrimExpr(Int(BitsOf(number))) : Scalar(number);
  TileProgramOptions options{false, 1, {}, nullptr, nullptr};
  return Selector(to, span, options).Emit(constant);
}

Stmt LowerIndexTile(const Buffer& to, const TileIndex& index) {
  Var tile("t", DataType::Int(32));
  ffi::Array<Stmt> registers, steps;
  auto Do = [&](Intrinsic op, ffi::Array<PrimExpr> args) {
    steps.push_back(MakeStmt(op, std::move(args)));
  };
  // Sums down columns of ones count the rows; the transpose of that counts the columns.
  auto count = [&](int64_t step, bool columns) {
    registers.push_back(AllocBuffer(MakeRegister("d" + std::to_string(registers.size()))));
    PrimExpr d = BufferLoad(registers.back().as<AllocBufferNode>()->buffer, {Int(0)});
    Do(Intrinsic::Fill, {d, Scalar(1)});
    Do(Intrinsic::SfpuCumsum, {d, Bool(true)});
    Do(Intrinsic::SfpuSubScalar, {d, Scalar(1)});
    if (columns) Do(Intrinsic::TransposeDst, {d});
    if (step != 1) Do(Intrinsic::SfpuMulScalar, {d, Scalar(static_cast<double>(step))});
    return d;
  };
  PrimExpr d;
  if (index.rows != 0) d = count(index.rows, false);
  if (index.cols != 0) {
    PrimExpr cols = count(index.cols, true);
    if (index.rows != 0)
      Do(Intrinsic::SfpuAdd, {d, cols, d});
    else
      d = cols;
  }
  Do(Intrinsic::Pack, {d, to->data, tile});
  ffi::Array<Stmt> body = registers;
  for (const Stmt& step : steps) body.push_back(step);
  return MakeTileLoop(tile, 1, SeqStmt::Flatten(body), Span());
}

Stmt LowerBlockScan(const Buffer& from, const Buffer& to, const Span& span) {
  const BlockTiles block = TilesOf(to, span);
  Var tile("t", DataType::Int(32));
  Buffer reg = MakeRegister("d0");
  PrimExpr d = BufferLoad(reg, {Int(0)});
  // Column by column, because the vector unit keeps the sums of one.
  PrimExpr row = block.cols == 1 ? PrimExpr(tile) : floormod(tile, Int(block.rows));
  PrimExpr col = block.cols == 1 ? PrimExpr(Int(0)) : floordiv(tile, Int(block.rows));
  PrimExpr place = arith::Analyzer().Simplify(row * Int(block.cols) + col);
  ffi::Array<Stmt> body{AllocBuffer(reg), MakeStmt(Intrinsic::Copy, {from->data, place, d}, span),
                        MakeStmt(Intrinsic::SfpuCumsum,
                                 {d, block.rows == 1 ? PrimExpr(Bool(true)) : row == Int(0)}, span),
                        MakeStmt(Intrinsic::Pack, {d, to->data, place}, span)};
  return MakeTileLoop(tile, block.Count(), SeqStmt::Flatten(body), span);
}

Stmt LowerBlockTranspose(const Buffer& from, const Buffer& to, bool exact, const Span& span) {
  const BlockTiles target = TilesOf(to, span);
  Var tile("t", DataType::Int(32));
  Buffer reg = MakeRegister("d0");
  PrimExpr d = BufferLoad(reg, {Int(0)});
  PrimExpr source =
      floormod(tile, Int(target.cols)) * Int(target.rows) + floordiv(tile, Int(target.cols));
  if (target.rows == 1 || target.cols == 1) source = tile;
  ffi::Array<Stmt> body{AllocBuffer(reg)};
  if (exact) {
    body.push_back(MakeStmt(Intrinsic::Copy, {from->data, source, d}, span));
    body.push_back(MakeStmt(Intrinsic::TransposeDst, {d}, span));
  } else {
    body.push_back(MakeStmt(Intrinsic::FpuTranspose, {from->data, source, d}, span));
  }
  body.push_back(MakeStmt(Intrinsic::Pack, {d, to->data, tile}, span));
  return MakeTileLoop(tile, target.Count(), SeqStmt::Flatten(body), span);
}

}  // namespace tvm::tt
