/*! LowerCBIntrinsics, reader and writer: abstract moves become NoC transfers. */
#include <tvm/arith/analyzer.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <set>

#include "analysis/tensor_hazards.h"
#include "ir/lets.h"
#include "ir/loops.h"
#include "ir/scalars.h"
#include "ir/tiles.h"
#include "passes/common_ends.h"
#include "passes/line_transfers.h"
#include "passes/lower_cb_intrinsics.h"
#include "passes/row_transfers.h"
#include "passes/shared_blocks.h"
#include "passes/unfolded_reads.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! The pages of one block: loops over its tiles around a body per page. */
class PageLoops {
 public:
  PageLoops(KernelBody* kernel, const CBDesc& desc) : rows_(desc->rows), cols_(desc->cols) {
    row_ = rows_ > 1 ? PrimExpr(row_var_) : Imm(0);
    col_ = cols_ > 1 ? PrimExpr(col_var_) : Imm(0);
    const std::string name = desc->name;
    if (rows_ > 1) down_ = kernel->Constant(name + "_rows", rows_);
    if (cols_ > 1) across_ = kernel->Constant(name + "_cols", cols_);
  }
  const PrimExpr& Row() const { return row_; }
  const PrimExpr& Col() const { return col_; }
  /*! Position of the tile in the block. */
  PrimExpr Index() const {
    if (rows_ == 1) return col_;
    if (cols_ == 1) return row_;
    return row_ * across_ + col_;
  }

  void Bind(arith::Analyzer* analyzer) const {
    analyzer->Bind(row_var_, Range::FromMinExtent(Imm(0), Imm(rows_)));
    analyzer->Bind(col_var_, Range::FromMinExtent(Imm(0), Imm(cols_)));
  }
  Stmt Around(Stmt body) const {
    if (cols_ > 1) body = For(col_var_, Imm(0), across_, ForKind::kSerial, body);
    if (rows_ > 1) body = For(row_var_, Imm(0), down_, ForKind::kSerial, body);
    return body;
  }

 private:
  int64_t rows_, cols_;
  Var row_var_{"row", DataType::Int(32)}, col_var_{"col", DataType::Int(32)};
  PrimExpr row_, col_, down_, across_;
};

class TransferLowerer : public StmtExprMutator {
 public:
  TransferLowerer(KernelBody* kernel, const CBDescMap& descs, const AccessorMap& accessors,
                  const PrimFunc& func, int noc)
      : kernel_(kernel),
        descs_(descs),
        accessors_(accessors),
        axes_(func->GetAttr<ffi::Array<GridAxis>>(Key(Attr::GridAxes)).value_or({})),
        buffers_(kernel->Buffers()),
        sharing_(kernel, descs, func, noc),
        written_(WrittenTensors(kernel->region)) {
    PostOrderVisit(kernel->region, [&](const ffi::ObjectRef& node) {
      const auto* call = node.as<CallNode>();
      if (call && call->op.same_as(GetOp(Intrinsic::SendBlocks)))
        sent_.insert(call->args[0].as<VarNode>());
    });
    if (kernel->work.defined())
      prover_.Bind(kernel->work, Range::FromMinExtent(Imm(0), kernel->work_items));
    const CoreSpread spread = CoreSpread::Of(func);
    for (const Stmt& stmt : kernel->prologue) BindPosition(stmt.as<BindNode>(), spread);
  }

  Stmt Lower(const Stmt& region) {
    Stmt lowered = VisitStmt(region);
    shares_ = sharing_.Finish();
    return TakeOutCommonEnds(lowered);
  }
  /*! Whether blocks are sent to other cores. */
  bool Shares() const { return shares_; }

 private:
  void BindPosition(const BindNode* bind, const CoreSpread& spread) {
    IntrinsicCall call = bind ? AsIntrinsic(bind->value) : IntrinsicCall{};
    if (!call.Is(Intrinsic::CorePosition)) return;
    const int64_t cores = spread.CoresIn(*as_const_int(call.call->args[0]));
    prover_.Bind(bind->var, Range::FromMinExtent(Imm(0), Imm(cores)));
  }

  Stmt VisitStmt_(const WhileNode* op) final {
    return While(op->condition, VisitStmt(op->body), op->span);
  }
  Stmt VisitStmt_(const BindNode* op) final {
    if (IntrinsicCall call = AsIntrinsic(op->value); call.Is(Intrinsic::ReadScalar)) {
      return Scalar(op, call);
    }
    const int axis = AxisOfLet(op, kernel_->work, axes_);
    if (axis >= 0 && !NumberOf(axes_[axis]->extent)) {
      // What the index is computed from does not show that it stays below an extent made of sizes.
      prover_.Bind(op->var, Range::FromMinExtent(Imm(0), ExprOf(axes_[axis]->extent)));
    } else if (!op->var.same_as(kernel_->work)) {
      BindLet(&prover_, op);
    }
    return ffi::GetRef<Stmt>(op);
  }
  Stmt VisitStmt_(const ForNode* op) final {
    prover_.Bind(op->loop_var, Range::FromMinExtent(op->min, op->extent));
    innermost_ = op->loop_var;
    For loop = Downcast<For>(StmtExprMutator::VisitStmt_(op));
    loop.CopyOnWrite()->extent = NamedExtent(kernel_, loop);
    return loop;
  }
  Stmt VisitStmt_(const IfThenElseNode* op) final {
    Stmt then_case;
    {
      With<arith::ConstraintContext> context(&prover_, op->condition);
      then_case = VisitStmt(op->then_case);
    }
    ffi::Optional<Stmt> else_case;
    if (op->else_case) else_case = VisitStmt(op->else_case.value());
    return IfThenElse(op->condition, then_case, else_case, op->span);
  }
  Stmt VisitStmt_(const SeqStmtNode* op) final {
    std::vector<Stmt> result, run;
    std::set<const VarNode*> filled;
    auto flush = [&] {
      if (!run.empty()) result.push_back(Reads(run));
      run.clear();
      filled.clear();
    };
    for (const Stmt& stmt : op->seq) {
      IntrinsicCall call = AsIntrinsic(stmt);
      if (!IsBlockRead(call) || IsAhead(call)) {
        flush();
        result.push_back(VisitStmt(stmt));
        continue;
      }
      if (!filled.insert(call.call->args[1].as<VarNode>()).second) flush();
      run.push_back(stmt);
    }
    flush();
    return AsStmt(result);
  }
  Stmt VisitStmt_(const EvaluateNode* op) final {
    Stmt stmt = ffi::GetRef<Stmt>(op);
    IntrinsicCall call = AsIntrinsic(stmt);
    if (BlockSharing::Lowers(call)) return sharing_.Lower(stmt);
    if (IsBlockRead(call)) return IsAhead(call) ? ReadAhead(stmt) : Reads({stmt});
    if (IsBlockWrite(call)) return Write(call, op->span);
    return stmt;
  }

  /*! Whether a read fills a buffer that this kernel sends from. */
  bool IsAhead(const IntrinsicCall& read) const {
    return sent_.count(read.call->args[1].as<VarNode>()) != 0;
  }
  const CBDesc DescOf(const PrimExpr& cb) { return descs_.at(buffers_.at(cb.as<VarNode>())->name); }
  Var TileBytesOf(const CBDesc& desc) {
    return kernel_->Constant(std::string(desc->name) + "_tile_bytes", desc->page_size);
  }

  /*! Neighbouring reads: reserve all, read all, one barrier, push all; first, what was written has to land. */
  Stmt Reads(const std::vector<Stmt>& reads) {
    std::vector<Stmt> body, pushes;
    bool zeroes = false;
    const bool written = std::any_of(reads.begin(), reads.end(), [&](const Stmt& stmt) {
      return written_.count(AsIntrinsic(stmt).call->args[0].as<BufferLoadNode>()->buffer.get()) !=
             0;
    });
    if (written) body.push_back(MakeStmt(Intrinsic::NocWriteBarrier, {}, reads[0]->span));
    for (const Stmt& stmt : reads) {
      IntrinsicCall call = AsIntrinsic(stmt);
      const PrimExpr& cb = call.call->args[1];
      CBDesc desc = DescOf(cb);
      Var pages = BlockPages(kernel_, desc);
      body.push_back(MakeStmt(Intrinsic::CBReserveBack, {cb, pages}, stmt->span));
      body.push_back(ReadPages(call, desc, &zeroes, stmt->span));
      pushes.push_back(MakeStmt(Intrinsic::CBPushBack, {cb, pages}, stmt->span));
    }
    body.push_back(MakeStmt(Intrinsic::NocReadBarrier, {}, reads[0]->span));
    if (zeroes) body.push_back(MakeStmt(Intrinsic::NocZeroBarrier, {}, reads[0]->span));
    body.insert(body.end(), pushes.begin(), pushes.end());
    return AsStmt(body);
  }

  /*! A block that is sent later: the sender waits for its pages. */
  Stmt ReadAhead(const Stmt& stmt) {
    IntrinsicCall call = AsIntrinsic(stmt);
    bool zeroes = false;
    Stmt pages = ReadPages(call, DescOf(call.call->args[1]), &zeroes, stmt->span);
    sharing_.NoteAhead(call.call->args[1], zeroes);
    return pages;
  }

  Stmt ReadPages(const IntrinsicCall& call, const CBDesc& desc, bool* zeroes, const Span& span) {
    if (call.Is(Intrinsic::ReadToCB)) return ReadBlock(call, desc, zeroes, span);
    const auto* slice = call.call->args[0].as<BufferLoadNode>();
    const TensorAccessor accessor = accessors_.at(slice->buffer->name);
    if (call.Is(Intrinsic::ReadRows)) return ReadRows(kernel_, call.call, desc, accessor, span);
    if (call.Is(Intrinsic::ReadLines)) {
      return ReadLines(kernel_, call.call, desc, accessor, &prover_, zeroes, span);
    }
    *zeroes = true;
    return ReadUnfolded(kernel_, call.call, desc, span);
  }

  Stmt ReadBlock(const IntrinsicCall& call, const CBDesc& desc, bool* zeroes, const Span& span) {
    const auto* slice = call.call->args[0].as<BufferLoadNode>();
    const PrimExpr& cb = call.call->args[1];
    const Var block = innermost_;
    PageLoops loops(kernel_, desc);
    loops.Bind(&prover_);
    auto [page, inside] = Page(slice, loops);
    // Of several blocks that are read ahead, the loop around the read counts them.
    PrimExpr index = loops.Index();
    if (IsAhead(call) && desc->depth > 1)
      index = simplifier_.Simplify(block * BlockPages(kernel_, desc) + index);
    Lets let;
    Var page_id = let.Unsigned("page", page);
    Var offset = let.Unsigned("offset", index * TileBytesOf(desc));
    ffi::Array<PrimExpr> args{slice->buffer->data, page_id, cb, offset, TileBytesOf(desc)};
    if (IsAhead(call)) args.push_back(sharing_.Transaction(cb));
    Stmt read =
        MakeStmt(IsAhead(call) ? Intrinsic::NocReadPageAs : Intrinsic::NocReadPage, args, span);
    if (!is_one(inside)) {
      *zeroes = true;
      read = IfThenElse(inside, read,
                        MakeStmt(Intrinsic::NocZero, {cb, offset, TileBytesOf(desc)}, span));
    }
    return loops.Around(let.Then(read));
  }

  Stmt Write(const IntrinsicCall& call, const Span& span) {
    const PrimExpr& cb = call.call->args[0];
    const auto* slice = call.call->args[1].as<BufferLoadNode>();
    CBDesc desc = DescOf(cb);
    Var pages = BlockPages(kernel_, desc);
    return AsStmt({MakeStmt(Intrinsic::CBWaitFront, {cb, pages}, span),
                   WritePages(call, slice, desc, span),
                   MakeStmt(Intrinsic::NocWritesFlushed, {}, span),
                   MakeStmt(Intrinsic::CBPopFront, {cb, pages}, span)});
  }

  Stmt WritePages(const IntrinsicCall& call, const BufferLoadNode* slice, const CBDesc& desc,
                  const Span& span) {
    if (call.Is(Intrinsic::WriteFromCB)) return WriteBlock(slice, call.call->args[0], desc, span);
    const TensorAccessor accessor = accessors_.at(slice->buffer->name);
    if (call.Is(Intrinsic::WriteRows)) return WriteRows(kernel_, call.call, desc, accessor, span);
    return WriteLines(kernel_, call.call, desc, accessor, &prover_, span);
  }

  Stmt WriteBlock(const BufferLoadNode* slice, const PrimExpr& cb, const CBDesc& desc,
                  const Span& span) {
    PageLoops loops(kernel_, desc);
    loops.Bind(&prover_);
    auto [page, inside] = Page(slice, loops);
    Lets let;
    Var page_id = let.Unsigned("page", page);
    Var offset = let.Unsigned("offset", loops.Index() * TileBytesOf(desc));
    Stmt write = MakeStmt(Intrinsic::NocWritePage,
                          {cb, offset, slice->buffer->data, page_id, TileBytesOf(desc)}, span);
    if (!is_one(inside)) write = IfThenElse(inside, write);
    return loops.Around(let.Then(write));
  }

  /*! The element's surroundings of a page of the buffer, read; and handed on by its first word. */
  Stmt Scalar(const BindNode* bind, const IntrinsicCall& call) {
    const auto* element = call.call->args[0].as<BufferLoadNode>();
    const PrimExpr& cb = call.call->args[1];
    const CBDesc desc = DescOf(cb);
    const DataType dtype = element->buffer->dtype;
    const PrimExpr bytes =
        kernel_->Constant(std::string(desc->name) + "_page_bytes", desc->page_size);
    const PrimExpr in_page = Imm(desc->page_size / dtype.bytes());
    const size_t rank = element->indices.size();
    const PrimExpr row = rank > 1 ? element->indices[rank - 2] : Imm(0);
    const PrimExpr at = simplifier_.Simplify(PlaceInTile(row, element->indices[rank - 1]));
    const PrimExpr start = simplifier_.Simplify(floordiv(at, in_page) * Imm(desc->page_size));
    const PrimExpr index = simplifier_.Simplify(floormod(at, in_page));
    PrimExpr value = MakeCall(WordOf(dtype), {cb, index});
    if (dtype.is_bfloat16()) value = value & Imm(0x7fff);  // without the sign, 0 is 0
    Lets let;
    Var page = let.Unsigned("page", Page(element, PageLoops(kernel_, desc), /*exists=*/true).first);
    Var from = let.Unsigned("start", start);
    std::vector<Stmt> list{
        MakeStmt(Intrinsic::CBReserveBack, {cb, Imm(1)}, bind->span),
        let.Then(MakeStmt(Intrinsic::NocReadPart,
                          {element->buffer->data, page, from, cb, Imm(0), bytes}, bind->span)),
        MakeStmt(Intrinsic::NocReadBarrier, {}, bind->span), Bind(bind->var, value, bind->span)};
    if (is_one(call.call->args[2])) {
      list.push_back(MakeStmt(Intrinsic::L1Store, {cb, bind->var}, bind->span));
      list.push_back(MakeStmt(Intrinsic::CBPushBack, {cb, Imm(1)}, bind->span));
    }
    return AsStmt(list);
  }
  /*! Position of an element in its tile, of four faces one after another. */
  static PrimExpr PlaceInTile(const PrimExpr& row, const PrimExpr& col) {
    auto face = [](const PrimExpr& x) { return floormod(floordiv(x, Imm(kFaceDim)), Imm(2)); };
    return (face(row) * Imm(2) + face(col)) * Imm(kFaceDim * kFaceDim) +
           floormod(row, Imm(kFaceDim)) * Imm(kFaceDim) + floormod(col, Imm(kFaceDim));
  }
  static Intrinsic WordOf(DataType dtype) {
    if (dtype == DataType::Int(32)) return Intrinsic::L1Int32;
    if (dtype == DataType::UInt(32)) return Intrinsic::L1UInt32;
    if (dtype == DataType::Int(8)) return Intrinsic::L1Int8;
    if (dtype == DataType::UInt(8)) return Intrinsic::L1UInt8;
    TVM_FFI_ICHECK(dtype == DataType::UInt(16) || dtype.is_bfloat16()) << dtype;
    return Intrinsic::L1UInt16;
  }

  /*!
   * The page of the tile at (row, col) of the block, and the condition that it exists, if it is not known
   * to.
   */
  std::pair<PrimExpr, PrimExpr> Page(const BufferLoadNode* slice, const PageLoops& loops,
                                     bool exists = false) {
    const Buffer& tensor = slice->buffer;
    TensorAccessor accessor = accessors_.at(tensor->name);
    const size_t rank = slice->indices.size();
    PrimExpr page = Imm(0), inside = Bool(true);
    for (size_t i = 0; i < rank; ++i) {
      const bool tiled = i + 2 >= rank;
      PrimExpr index = slice->indices[i];
      PrimExpr limit = tensor->shape[i];
      if (tiled) {
        index = simplifier_.Simplify(floordiv(index, Imm(kTileDim)));
        index = simplifier_.Simplify(index + (i + 2 == rank ? loops.Row() : loops.Col()));
        limit = TilesFor(limit);
      }
      if (!exists && !prover_.CanProve(index >= Imm(0))) {
        inside = is_one(inside) ? index >= Imm(0) : inside && index >= Imm(0);
      }
      if (!exists && !prover_.CanProve(index < limit)) {
        PrimExpr bound = index < kernel_->Constant(DimName(tensor, i, rank), limit);
        inside = is_one(inside) ? bound : inside && bound;
      }
      if (is_zero(index)) continue;  // its stride would be a constant that nothing uses
      const bool step = NumberOf(accessor->tile_strides[i]) == 1;
      page = page + (step ? index : index * PageStride(kernel_, tensor, accessor, i));
    }
    return {page, inside};
  }

  static std::string DimName(const Buffer& tensor, size_t dim, size_t rank) {
    std::string name = tensor->name;
    return name + (dim + 2 == rank   ? "_tile_rows"
                   : dim + 1 == rank ? "_tile_cols"
                                     : "_extent" + std::to_string(dim));
  }

  KernelBody* kernel_;
  const CBDescMap& descs_;
  const AccessorMap& accessors_;
  ffi::Array<GridAxis> axes_;
  std::unordered_map<const VarNode*, Buffer> buffers_;
  BlockSharing sharing_;
  std::set<const BufferNode*> written_; /*!< tensors that this kernel writes */
  std::set<const VarNode*> sent_;       /*!< buffers that it sends from */
  bool shares_ = false;
  Var innermost_; /*!< of the loops around the statement */
  /*! Knows the bindings, so what it simplifies would lose their names. */
  arith::Analyzer prover_;
  arith::Analyzer simplifier_;
};

}  // namespace

void LowerTransfers(KernelBody* kernel, const CBDescMap& descs, const AccessorMap& accessors,
                    const PrimFunc& func, int noc) {
  TransferLowerer lowerer(kernel, descs, accessors, func, noc);
  kernel->region = lowerer.Lower(kernel->region);
  bool writes = lowerer.Shares();
  PostOrderVisit(kernel->region, [&](const ffi::ObjectRef& node) {
    const auto* call = node.as<CallNode>();
    writes |= call && (call->op.same_as(GetOp(Intrinsic::NocWritePage)) ||
                       call->op.same_as(GetOp(Intrinsic::NocWritePart)));
  });
  if (writes) kernel->epilogue.push_back(MakeStmt(Intrinsic::NocWriteBarrier, {}));
}

}  // namespace tvm::tt
