/*!
 * LowerTTTileIntrinsics: staged -> staged.
 *
 * Turns the tile operators between circular buffers into tile compute, by their type: T.gemm becomes
 * a block matmul (with a transpose of A in front where asked), T.Parallel stores, block copies and
 * fills become tile programs - loops over the tiles of a block in virtual DST registers. Fixes the
 * compute configuration, and lets an accumulator live in DST instead of a circular buffer where
 * nothing stands between its fill and its use; it may take the whole of DST, which is otherwise
 * divided in two. Operands are circular buffers since LowerSharedToCB.
 *
 *   before   T.fill(C_l[0, 0] ..., 0)
 *            for k in range(8): T.gemm(A_s ..., B_s ..., C_l ...)
 *            T.copy(C_l ..., C_out ...)
 *   after    T.tt.mm.init(C_l_acc.data, 0)
 *            for k in range(8): T.tt.mm.mma(A_s.data, B_s.data, C_l_acc.data, False, False)
 *            for t in T.serial(4, annotations={"tt.tile_loop": 1}):
 *                T.tt.pack(C_l_acc[t], C_out.data, t)
 */
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <cstdlib>
#include <map>
#include <set>

#include "analysis/accumulator_residency.h"
#include "analysis/block_access.h"
#include "ir/attrs.h"
#include "ir/errors.h"
#include "ir/loops.h"
#include "ir/tiles.h"
#include "op/copy.h"
#include "op/fill.h"
#include "op/gemm.h"
#include "op/reduce.h"
#include "op/scan.h"
#include "op/transpose.h"
#include "passes/pass_runner.h"
#include "passes/tile_program.h"
#include "passes/tile_reduction.h"
#include "target/target_options.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! What the compute of a kernel asks of the DST registers. */
class ComputeDtypes : public StmtExprVisitor {
 public:
  bool float32 = false; /*!< some block is float32, or of integers, which need 32 bits, too */
  bool vector_unit =
      false;             /*!< some operation runs on the vector unit, which rounds nothing itself */
  Span elementwise_span; /*!< a float32 T.Parallel */
  Span reduction_span;

 private:
  void VisitStmt_(const EvaluateNode* op) final {
    IntrinsicCall call = AsIntrinsic(op->value);
    if (call.Is(Intrinsic::Tilize) || call.Is(Intrinsic::Untilize)) {
      const auto* type = call.call->args[0].as<VarNode>()->type_annotation.as<PointerTypeNode>();
      float32 |= IsWide(type->element_type.as<PrimTypeNode>()->dtype);
    }
    tl::TileOperator tile_op = tl::ParseOperator(ffi::GetRef<Stmt>(op));
    if (const auto* gemm = tile_op.as<tl::GemmNode>()) {
      float32 |= IsWide(gemm->c_->dtype);
    } else if (const auto* copy = tile_op.as<tl::CopyNode>()) {
      float32 |= IsWide(copy->src->dtype) || IsWide(copy->dst->dtype);
    } else if (tile_op.as<tl::ReduceOpNode>()) {
      vector_unit = true;
      reduction_span = op->span;
    } else if (tile_op.as<tl::CumSumOpNode>()) {
      vector_unit = true;
      reduction_span = op->span;
    } else if (const auto* transpose = tile_op.as<tl::TransposeNode>()) {
      float32 |= IsWide(transpose->src->dtype);
    }
  }
  void VisitStmt_(const BufferStoreNode* op) final {
    if (IsWide(op->buffer->dtype)) NoteFloat32(op->span);
    in_store_ = true;
    VisitExpr(op->value);
    in_store_ = false;
  }
  void VisitExpr_(const BufferLoadNode* op) final {
    if (IsWide(op->buffer->dtype)) NoteFloat32(op->span);
    // Vectors spread over a block come through the unpacker one by one.
    for (const PrimExpr& index : op->indices) vector_unit |= in_store_ && is_zero(index);
  }
  void VisitExpr(const PrimExpr& expr) final {
    const bool on_matrix_unit = expr.as<AddNode>() || expr.as<SubNode>() || expr.as<MulNode>() ||
                                expr.as<BufferLoadNode>() || expr.as<CastNode>();
    vector_unit |= in_store_ && !on_matrix_unit;
    StmtExprVisitor::VisitExpr(expr);
  }
  static bool IsWide(DataType dtype) { return dtype != DataType::BFloat(16); }
  void NoteFloat32(const Span& span) {
    float32 = true;
    if (!elementwise_span.defined()) elementwise_span = span;
  }
  bool in_store_ = false;
};

ComputeConfig ChooseConfig(const Stmt& body, const TargetOptions& options, const Span& span) {
  ComputeDtypes dtypes;
  dtypes(body);
  bool wide = options.fp32_dest_acc_en.value_or(dtypes.float32 || dtypes.vector_unit);
  if (!wide && dtypes.elementwise_span.defined()) {
    TT_USER_ERROR(dtypes.elementwise_span)
        << "T.Parallel computes in float32 or integers, but the target option fp32_dest_acc_en is "
           "false, which keeps 16 bits. Leave the option out or set it to true.";
  }
  if (!wide && dtypes.reduction_span.defined()) {
    TT_USER_ERROR(dtypes.reduction_span)
        << "The reduction or running sum needs 32-bit DST registers, but the "
           "target option fp32_dest_acc_en is false. "
           "Leave the option out or set it to true.";
  }
  return ComputeConfig(options.math_fidelity, wide, false, false);
}

class TileLowerer : public StmtExprMutator {
 public:
  TileLowerer(CBDescMap descs, TileProgramOptions options, VarSet accumulators)
      : descs_(std::move(descs)),
        options_(std::move(options)),
        accumulators_(std::move(accumulators)) {
    options_.make_temporary = [this](const Buffer& shape_of, DataType dtype) {
      return MakeCB(std::string(shape_of->name) + "_part", shape_of->shape, dtype, shape_of->span);
    };
    options_.index_tile = [this](const TileIndex& index) {
      auto [it, fresh] = index_tiles_.try_emplace(index);
      if (fresh) {
        // bfloat16 holds whole numbers up to 256.
        const bool narrow = kTileDim * (std::abs(index.rows) + std::abs(index.cols)) <= 256;
        it->second = MakeCB("index", {Imm(kTileDim), Imm(kTileDim)},
                            narrow ? DataType::BFloat(16) : DataType::Float(32), Span());
      }
      return it->second;
    };
  }

  Stmt Lower(const Stmt& body, const VarSet& resident) {
    PostOrderVisit(body, [&](const ffi::ObjectRef& node) {
      const auto* alloc = node.as<AllocBufferNode>();
      if (alloc && resident.count(alloc->buffer->data.get())) MakeResident(alloc->buffer);
    });
    Stmt lowered = VisitStmt(body);
    ffi::Array<Stmt> stmts;
    for (const Buffer& buffer : created_) stmts.push_back(AllocBuffer(buffer));
    for (const auto& [index, buffer] : index_tiles_) {
      stmts.push_back(LowerIndexTile(buffer, index));  // once per core
    }
    stmts.push_back(lowered);
    return SeqStmt::Flatten(stmts);
  }
  const CBDescMap& Descs() const { return descs_; }

 private:
  void MakeResident(const Buffer& acc) {
    std::string name = std::string(acc->name) + "_acc";
    Var data(name, PointerType(PrimType(DataType::Float(32)), Key(Scope::Dst)));
    IntImm tiles(DataType::Int(32), TilesOf(acc, acc->span).Count());
    options_.resident[acc->data.get()] =
        Buffer(data, DataType::Float(32), {tiles}, {}, PrimExpr(), name, 0, 0, kDefault);
  }

  Stmt VisitStmt_(const AllocBufferNode* op) final {
    auto it = options_.resident.find(op->buffer->data.get());
    if (it == options_.resident.end()) return ffi::GetRef<Stmt>(op);
    Stmt dst = AllocBuffer(it->second);
    if (stored_directly_.count(op->buffer->data.get())) {
      return SeqStmt::Flatten(dst, ffi::GetRef<Stmt>(op));
    }
    descs_.erase(op->buffer->name);
    return dst;
  }

  Stmt VisitStmt_(const ForNode* op) final {
    For loop = ffi::GetRef<For>(op);
    if (op->kind == ForKind::kParallel) return LowerElementwise(loop, options_);
    return StmtExprMutator::VisitStmt_(op);
  }

  Stmt VisitStmt_(const EvaluateNode* op) final {
    Stmt stmt = ffi::GetRef<Stmt>(op);
    if (IntrinsicCall call = AsIntrinsic(stmt)) return StoreResident(call, stmt);
    tl::TileOperator tile_op = tl::ParseOperator(stmt);
    if (const auto* copy = tile_op.as<tl::CopyNode>()) {
      return LowerCopy(copy->src, copy->dst, op->span);
    }
    if (const auto* fill = tile_op.as<tl::FillNode>()) return LowerFill(*fill, op->span);
    if (const auto* gemm = tile_op.as<tl::GemmNode>()) return LowerGemm(*gemm, op->span);
    if (const auto* reduce = tile_op.as<tl::ReduceOpNode>())
      return LowerReduction(*reduce, op->span);
    if (const auto* scan = tile_op.as<tl::CumSumOpNode>()) {
      CheckWhole(scan->srcRegion_, op->span);
      CheckWhole(scan->dstRegion_, op->span);
      return LowerBlockScan(scan->src, scan->dst, op->span);
    }
    if (const auto* transpose = tile_op.as<tl::TransposeNode>()) {
      CheckWhole(BufferRegion(transpose->src, transpose->src_range), op->span);
      CheckWhole(BufferRegion(transpose->dst, transpose->dst_range), op->span);
      return LowerBlockTranspose(transpose->src, transpose->dst, options_.fp32_dest, op->span);
    }
    TT_USER_ERROR(op->span)
        << "The tile operator '" << OpName(op->value.as<CallNode>())
        << "' is not supported. Supported: T.copy, T.clear, T.fill, T.gemm, "
           "T.im2col, T.reduce_*, T.cumsum, T.transpose, T.atomic_add and T.Parallel.";
  }

  /*! A copy between a row and a column vector transposes. */
  Stmt LowerCopy(const Buffer& from, const Buffer& to, const Span& span) {
    const ffi::Array<PrimExpr>&a = from->shape, &b = to->shape;
    auto same = [](const PrimExpr& x, const PrimExpr& y) {
      return *as_const_int(x) == *as_const_int(y);
    };
    // The first tiles of a block are its first rows, or the first columns of one row.
    const size_t cut = is_one(a[0]) && is_one(b[0]) ? 1 : 0;
    const bool first = !is_one(b[cut]) && *as_const_int(a[cut]) > *as_const_int(b[cut]);
    if (same(a[1 - cut], b[1 - cut]) && (same(a[cut], b[cut]) || first))
      return LowerBlockCopy(from, to, span, options_);
    if ((is_one(a[0]) || is_one(a[1])) && same(a[0], b[1]) && same(a[1], b[0])) {
      return LowerBlockTranspose(from, to, options_.fp32_dest, span);
    }
    TT_USER_ERROR(span) << "T.copy from '" << from->name << "' " << a << " to '" << to->name << "' "
                        << b << " changes the shape. Supported: blocks of one shape.";
  }

  /*! A write to a tensor straight from a resident accumulator packs it into its buffer first. */
  Stmt StoreResident(const IntrinsicCall& call, const Stmt& stmt) {
    if (!IsBlockWrite(call)) return stmt;
    auto it = options_.resident.find(call.call->args[0].as<VarNode>());
    if (it == options_.resident.end()) return stmt;
    Buffer cb = blocks_.at(it->first);
    return SeqStmt::Flatten(LowerBlockCopy(cb, cb, stmt->span, options_), stmt);
  }

  Stmt LowerFill(const tl::FillNode& fill, const Span& span) {
    double value = ConstantValue(fill.value, span);
    if (!accumulators_.count(fill.dst->data.get()))
      return LowerBlockFill(fill.dst, fill.value, span);
    return MakeStmt(Intrinsic::AccumulatorInit,
                    {Accumulator(fill.dst), FloatImm(DataType::Float(32), value)}, span);
  }

  Stmt LowerGemm(const tl::GemmNode& gemm, const Span& span) {
    for (const Buffer& operand : {gemm.a_, gemm.b_, gemm.c_}) {
      if (!operand->dtype.is_int() && !operand->dtype.is_uint()) continue;
      TT_USER_ERROR(span)
          << "T.gemm of '" << operand->name << "' (" << operand->dtype
          << ") is not supported. Supported: bfloat16, float16 and float32; convert "
             "a block of integers in T.Parallel first.";
    }
    CheckWhole(gemm.aRegion_, span);
    CheckWhole(gemm.bRegion_, span);
    CheckWhole(gemm.cRegion_, span);
    BlockTiles a = TilesOf(gemm.a_, span), b = TilesOf(gemm.b_, span), c = TilesOf(gemm.c_, span);
    if (gemm.transA_) std::swap(a.rows, a.cols);
    if (gemm.transB_) std::swap(b.rows, b.cols);
    if (a.cols != b.rows || a.rows != c.rows || b.cols != c.cols) {
      TT_USER_ERROR(span) << "T.gemm multiplies blocks that do not fit: A '" << gemm.a_->name
                          << "' " << gemm.a_->shape << (gemm.transA_ ? " transposed" : "")
                          << ", B '" << gemm.b_->name << "' " << gemm.b_->shape
                          << (gemm.transB_ ? " transposed" : "") << ", C '" << gemm.c_->name << "' "
                          << gemm.c_->shape << ". Supported: (M, K) @ (K, N) into (M, N).";
    }
    if (is_one(gemm.a_->shape[gemm.transA_ ? 0 : 1])) {
      TT_USER_ERROR(span)
          << "T.gemm multiplies the vector '" << gemm.a_->name << "' " << gemm.a_->shape
          << " by the vector '" << gemm.b_->name << "' " << gemm.b_->shape
          << ". Supported: sums over multiples of 32 elements; write an outer product "
             "as T.Parallel.";
    }
    ffi::Array<Stmt> stmts;
    Buffer lhs = gemm.a_;
    if (gemm.transA_) {
      lhs = MakeCB(std::string(gemm.a_->name) + "_t", {gemm.a_->shape[1], gemm.a_->shape[0]},
                   gemm.a_->dtype, span);
      stmts.push_back(LowerBlockTranspose(gemm.a_, lhs, false, span));
    }
    stmts.push_back(MakeStmt(Intrinsic::Mma,
                             {lhs->data, gemm.b_->data, Accumulator(gemm.c_), Bool(gemm.transB_),
                              cast(DataType::Bool(), gemm.clearAccum_)},
                             span));
    return SeqStmt::Flatten(stmts);
  }

  static void CheckWhole(const BufferRegion& region, const Span& span) {
    for (size_t i = 0; i < region->region.size(); ++i) {
      const int64_t* extent = as_const_int(region->region[i]->extent);
      if (is_zero(region->region[i]->min) && extent &&
          *extent == *as_const_int(region->buffer->shape[i])) {
        continue;
      }
      TT_USER_ERROR(span) << "The operator takes a part of block buffer '" << region->buffer->name
                          << "': " << region
                          << ". Supported: whole blocks; allocate a buffer of that shape.";
    }
  }

  Var Accumulator(const Buffer& acc) {
    auto it = options_.resident.find(acc->data.get());
    return it == options_.resident.end() ? acc->data : it->second->data;
  }

  Buffer MakeCB(const std::string& name, ffi::Array<PrimExpr> shape, DataType dtype,
                const Span& span) {
    std::string unique = name;
    for (int i = 1; descs_.count(unique); ++i) unique = name + "_" + std::to_string(i);
    Var data(unique, PointerType(PrimType(dtype), Key(Scope::CB)));
    Buffer buffer(data, dtype, shape, {}, PrimExpr(), unique, 0, 0, kDefault);
    BlockTiles tiles = TilesOf(buffer, span);
    descs_.Set(unique, CBDesc(unique, tiles.rows, tiles.cols, 1, TileBytes(dtype),
                              DataFormatOf(dtype), "", "", -1, false));
    created_.push_back(buffer);
    return buffer;
  }

 public:
  /*! Block buffers by data variable, and the accumulators that a tensor is written from. */
  void NoteBlocks(const Stmt& body) {
    PostOrderVisit(body, [&](const ffi::ObjectRef& node) {
      if (const auto* alloc = node.as<AllocBufferNode>()) {
        blocks_[alloc->buffer->data.get()] = alloc->buffer;
      }
      if (const auto* evaluate = node.as<EvaluateNode>()) {
        IntrinsicCall call = AsIntrinsic(ffi::GetRef<Stmt>(evaluate));
        if (IsBlockWrite(call)) stored_directly_.insert(call.call->args[0].as<VarNode>());
      }
    });
  }

 private:
  CBDescMap descs_;
  TileProgramOptions options_;
  VarSet accumulators_;
  VarSet stored_directly_;
  std::unordered_map<const VarNode*, Buffer> blocks_;
  std::vector<Buffer> created_;
  std::map<TileIndex, Buffer> index_tiles_;
};

/*! How DST is used: its tiles at a time, and the accumulators that stay there. */
struct DstUse {
  int64_t capacity;
  VarSet resident;
};

DstUse UseOfDst(const Stmt& body, bool wide, bool whole, const TargetOptions& target) {
  const int64_t capacity = target.Hardware().DstTiles(wide, whole);
  TileProgramOptions options{wide, capacity, {}, nullptr, nullptr};
  return {capacity, FindResidentAccumulators(body, capacity, [&](const For& nest) {
            return RegistersNeeded(nest, options);
          })};
}

PrimFunc Rewrite(PrimFunc func) {
  TargetOptions target = TargetOptions::FromFunction(func);
  ComputeConfig config = ChooseConfig(func->body, target, func->span);
  const bool wide = config->fp32_dest_acc_en;
  DstUse dst = UseOfDst(func->body, wide, false, target);
  // Math and packer take turns with the halves of DST; an accumulator that only fits in both is worth more.
  const size_t accumulators = FindAccumulators(func->body).size();
  if (dst.resident.size() < accumulators) {
    DstUse whole = UseOfDst(func->body, wide, true, target);
    if (whole.resident.size() == accumulators) {
      dst = whole;
      config = ComputeConfig(config->math_fidelity, wide, true, config->math_approx_mode);
    }
  }
  const VarSet& resident = dst.resident;
  TileProgramOptions options{wide, dst.capacity, {}, nullptr, nullptr};
  TileLowerer lowerer(func->GetAttr<CBDescMap>(Key(Attr::CBDesc)).value(), options,
                      FindAccumulators(func->body));
  lowerer.NoteBlocks(func->body);
  func.CopyOnWrite()->body = lowerer.Lower(func->body, resident);
  return WithAttrs(std::move(func),
                   {{Key(Attr::CBDesc), lowerer.Descs()}, {Key(Attr::ComputeConfig), config}});
}

}  // namespace

namespace transform {
Pass LowerTTTileIntrinsics() { return FunctionPass("LowerTTTileIntrinsics", Rewrite); }
}  // namespace transform

}  // namespace tvm::tt
