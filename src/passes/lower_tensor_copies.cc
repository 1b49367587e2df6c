/*!
 * Third step of LowerSharedToCB: copies from and to tensors become abstract moves.
 *
 * A tensor is written straight from the buffer that holds the block if nothing else reads that
 * buffer and the data formats agree; otherwise from an output buffer that the block is copied to. A block
 * that is only filled from tensors of one block format has that format, too.
 */
#include <tvm/arith/analyzer.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <set>
#include <unordered_map>

#include "analysis/block_access.h"
#include "analysis/index_check.h"
#include "analysis/use_counts.h"
#include "ir/block_slices.h"
#include "ir/errors.h"
#include "ir/im2col.h"
#include "ir/kernel_body.h"
#include "ir/loops.h"
#include "ir/program_plan.h"
#include "ir/scalars.h"
#include "ir/sizes.h"
#include "ir/tile_operators.h"
#include "ir/tiles.h"
#include "op/builtin.h"
#include "op/copy.h"
#include "op/fill.h"
#include "passes/lower_shared_to_cb.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Gives the circular buffers that are only filled from tensors of one block format that format. */
class FormatFinder : public StmtVisitor {
 public:
  FormatFinder(CBTable* table, const TensorRules& rules) : table_(table), rules_(rules) {}

  void Run(const Stmt& body) {
    VisitStmt(body);
    for (const Buffer& cb : table_->Buffers()) {
      auto it = filled_.find(cb->data.get());
      if (it == filled_.end() || it->second.size() != 1) continue;
      const std::string& format = *it->second.begin();
      if (IsBlockFormat(format)) table_->SetFormat(cb, format);
    }
  }

 private:
  void VisitStmt(const Stmt& stmt) final {
    if (!IsLeaf(stmt)) return StmtVisitor::VisitStmt(stmt);
    std::string format;  // of the tensor, if the leaf moves its tiles as they are
    tl::TileOperator tile_op = tl::ParseOperator(stmt);
    const auto* copy = tile_op.as<tl::CopyNode>();
    if (copy && IsGlobal(copy->src) && copy->src->dtype == copy->dst->dtype) {
      format = rules_.FormatOf(copy->src);
    }
    for (const BlockAccess& access : LeafAccesses(stmt)) {
      if (access.kind != AccessKind::Read) filled_[access.data].insert(format);
    }
  }

  CBTable* table_;
  const TensorRules& rules_;
  std::unordered_map<const VarNode*, std::set<std::string>> filled_;
};

class CopyLowerer : public StmtExprMutator {
 public:
  CopyLowerer(CBTable* table, const Stmt& body, const TensorRules& rules)
      : table_(table), counts_(CountUses(body)), rules_(rules), signed_(rules.is_signed) {
    BindSizes(&analyzer_, body);
  }

 private:
  Stmt VisitStmt_(const ForNode* op) final {
    PrimExpr min = Index(op->min, op->span), extent = Index(op->extent, op->span);
    analyzer_.Bind(op->loop_var, Range::FromMinExtent(op->min, op->extent));
    if (IsLeaf(ffi::GetRef<Stmt>(op))) {
      NoteDefinitions(ffi::GetRef<Stmt>(op));
      return ffi::GetRef<Stmt>(op);
    }
    For loop = Downcast<For>(InList([&] { return StmtExprMutator::VisitStmt_(op); }));
    if (!signed_) return loop;
    loop.CopyOnWrite()->min = min;
    loop.CopyOnWrite()->extent = extent;
    return loop;
  }
  Stmt VisitStmt_(const WhileNode* op) final {
    PrimExpr condition = Index(op->condition, op->span);
    return While(condition, InList([&] { return VisitStmt(op->body); }), op->span);
  }
  /*! An assignment to a variable of the kernel. */
  Stmt VisitStmt_(const BufferStoreNode* op) final {
    return BufferStore(op->buffer, Index(op->value, op->span), op->indices, std::nullopt, op->span);
  }
  Stmt VisitStmt_(const IfThenElseNode* op) final {
    PrimExpr condition = Index(op->condition, op->span);
    Stmt then_case = InList([&] {
      With<arith::ConstraintContext> context(&analyzer_, op->condition);
      return VisitStmt(op->then_case);
    });
    ffi::Optional<Stmt> else_case;
    if (op->else_case) else_case = InList([&] { return VisitStmt(op->else_case.value()); });
    return IfThenElse(condition, then_case, else_case, op->span);
  }
  Stmt VisitStmt_(const AttrStmtNode* op) final {
    if (op->attr_key == Key(Attr::WorkLoop)) {
      work_ = WorkIndexOf(op->body);
      analyzer_.Bind(work_, Range::FromMinExtent(IntImm(DataType::Int(32), 0), op->value));
    }
    return StmtExprMutator::VisitStmt_(op);
  }
  Stmt VisitStmt_(const BindNode* op) final {
    if (op->var.same_as(work_)) return ffi::GetRef<Stmt>(op);
    PrimExpr value = Index(op->value, op->span);
    BindLet(&analyzer_, op);
    return value.same_as(op->value) ? ffi::GetRef<Stmt>(op) : Bind(op->var, value, op->span);
  }
  Stmt VisitStmt_(const EvaluateNode* op) final {
    Stmt stmt = ffi::GetRef<Stmt>(op);
    NoteDefinitions(stmt);
    if (auto im2col = AsIm2Col(stmt)) return ReadUnfolded(*im2col, op->span);
    tl::TileOperator tile_op = tl::ParseOperator(stmt);
    if (const auto* fill = tile_op.as<tl::FillNode>())
      CheckWhole(fill->dst, fill->region, op->span);
    const auto* copy = tile_op.as<tl::CopyNode>();
    if (copy == nullptr) return stmt;
    const Span& span = op->span;
    if (IsGlobal(copy->src)) return Read(*copy, span);
    if (IsGlobal(copy->dst)) return Write(*copy, span);
    if (!TakesFirstRows(*copy)) CheckWhole(copy->src, copy->src_range, span);
    CheckWhole(copy->dst, copy->dst_range, span);
    return stmt;
  }

  PrimExpr Index(const PrimExpr& expr, const Span& span) {
    return CheckedIndex(expr, signed_, &analyzer_, span);
  }

  /*! Visits a nested statement list, under a number of its own. */
  template <typename Body>
  Stmt InList(Body body) {
    const int outer = list_;
    list_ = ++lists_;
    Stmt result = body();
    list_ = outer;
    return result;
  }
  /*! Records the statement list that defines a buffer. */
  void NoteDefinitions(const Stmt& leaf) {
    for (const BlockAccess& access : LeafAccesses(leaf)) {
      if (access.kind == AccessKind::Write) defined_in_[access.data] = list_;
    }
  }

  Stmt Read(const tl::CopyNode& copy, const Span& span) {
    CheckWhole(copy.dst, copy.dst_range, span);
    Buffer target = copy.dst;
    if (copy.src->dtype != target->dtype || rules_.FormatOf(copy.src) != table_->FormatOf(target)) {
      target = table_->CreateLike(target, std::string(copy.src->name) + "_in", copy.src->dtype);
      table_->SetFormat(target, rules_.FormatOf(copy.src));
    }
    TensorSlice slice = Slice(copy.src, copy.src_range, target, span);
    if (slice.rows.defined() && !as_const_int(slice.rows)) {
      const size_t rows = copy.src_range.size() - 2;
      RefuseExtent(copy.src, rows, slice.rows, target, target->shape[0], span);
    }
    const bool lines = rules_.RowMajor(copy.src), counted = slice.Counted() || lines;
    const Buffer filled = lines ? RowsOf(target) : target;
    ffi::Array<PrimExpr> args{slice.start, filled->data};
    if (counted) args.push_back(slice.rows.defined() ? slice.rows : target->shape[0]);
    for (const PrimExpr& extent : target->shape) args.push_back(extent);
    Stmt read = MakeStmt(lines     ? Intrinsic::ReadLines
                         : counted ? Intrinsic::ReadRows
                                   : Intrinsic::ReadToCB,
                         args, span);
    if (lines) read = SeqStmt::Flatten(read, TilizeBlock(filled, target, span));
    if (target.same_as(copy.dst)) return read;
    return SeqStmt::Flatten(read, CopyBlock(target, copy.dst, span));
  }

  /*! The buffer that a block of rows goes through before it is tiles, or after it was. */
  Buffer RowsOf(const Buffer& block) {
    return table_->CreateLike(block, std::string(block->name) + "_rows", block->dtype);
  }
  static Stmt TilizeBlock(const Buffer& rows, const Buffer& block, const Span& span) {
    const int64_t cols = TilesOf(block, span).cols;
    return MakeStmt(Intrinsic::Tilize, {rows->data, Imm(cols), block->data}, span);
  }

  /*! The channels of a pixel are read in runs that do not leave a tap. */
  Stmt ReadUnfolded(const Im2Col& im2col, const Span& span) {
    const Buffer &image = im2col.image, &block = im2col.block;
    const int64_t unit = std::max<int64_t>(rules_.dram_alignment / image->dtype.bytes(), 1);
    if (image->shape.size() != 4 || *as_const_int(image->shape[3]) % unit != 0) {
      TT_USER_ERROR(span) << "T.im2col reads tensor '" << image->name << "' " << image->shape
                          << ". Supported: (N, H, W, C) with channels in multiples of " << unit
                          << ", because this machine reads DRAM in multiples of "
                          << rules_.dram_alignment
                          << " bytes; pad the channels of image and filter.";
    }
    if (image->dtype != block->dtype) {
      TT_USER_ERROR(span) << "T.im2col reads tensor '" << image->name << "' (" << image->dtype
                          << ") into '" << block->name << "' (" << block->dtype
                          << "). Supported: a block of the tensor's dtype.";
    }
    if (IsBlockFormat(rules_.FormatOf(image))) {
      TT_USER_ERROR(span)
          << "T.im2col reads rows of tensor '" << image->name
          << "', which tt.annotate_storage stores in a block format. Supported: the "
             "filter in a block format; take the annotation of the image out.";
    }
    PrimExpr row_step = Index(im2col.row_step, span), col_step = Index(im2col.col_step, span);
    const Buffer rows = RowsOf(block);
    Stmt read =
        MakeStmt(Intrinsic::ReadIm2Col,
                 {BufferLoad(image, ffi::Array<PrimExpr>(4, Imm(0))), rows->data,
                  row_step * block->shape[0], col_step * block->shape[1], Imm(im2col.kernel),
                  Imm(im2col.stride), Imm(im2col.dilation), Imm(im2col.pad)},
                 span);
    return SeqStmt::Flatten(read, TilizeBlock(rows, block, span));
  }

  Stmt Write(const tl::CopyNode& copy, const Span& span) {
    CheckWhole(copy.src, copy.src_range, span);
    Buffer source = copy.src;
    ffi::Array<Stmt> stmts;
    const bool same_list = defined_in_[source->data.get()] == list_;
    const std::string format = rules_.FormatOf(copy.dst);
    CheckWholeGroups(copy.dst, span);
    if (counts_[source->data.get()].reads > 1 || source->dtype != copy.dst->dtype ||
        table_->FormatOf(source) != format || !same_list) {
      Buffer out =
          table_->CreateLike(source, std::string(copy.dst->name) + "_out", copy.dst->dtype);
      table_->SetFormat(out, format);
      stmts.push_back(CopyBlock(source, out, span));
      source = out;
    }
    TensorSlice slice = Slice(copy.dst, copy.dst_range, source, span);
    const bool lines = rules_.RowMajor(copy.dst);
    if (lines) {
      Buffer rows = RowsOf(source);
      stmts.push_back(MakeStmt(Intrinsic::Untilize, {source->data, rows->data}, span));
      source = rows;
    }
    const bool counted = lines || slice.Counted();
    ffi::Array<PrimExpr> args{source->data, slice.start};
    if (counted) args.push_back(slice.rows.defined() ? slice.rows : source->shape[0]);
    for (const PrimExpr& extent : source->shape) args.push_back(extent);
    stmts.push_back(MakeStmt(lines     ? Intrinsic::WriteLines
                             : counted ? Intrinsic::WriteRows
                                       : Intrinsic::WriteFromCB,
                             args, span));
    return SeqStmt::Flatten(stmts);
  }

  /*! Whether a copy between blocks takes the first rows of tiles of its source, or of a row the first tiles. */
  bool TakesFirstRows(const tl::CopyNode& copy) {
    const ffi::Array<Range>& from = copy.src_range;
    const ffi::Array<PrimExpr>& shape = copy.src->shape;
    if (from.size() != 2 || shape.size() != 2 || copy.dst->shape.size() != 2) return false;
    if (!is_zero(from[0]->min) || !is_zero(from[1]->min)) return false;
    // Of a block of one row, the tiles of its first columns stand first.
    const size_t cut = is_one(shape[0]) ? 1 : 0, kept = 1 - cut;
    return !is_one(copy.dst->shape[cut]) &&
           analyzer_.CanProveEqual(from[kept]->extent, shape[kept]) &&
           analyzer_.CanProveEqual(from[cut]->extent, copy.dst->shape[cut]) &&
           analyzer_.CanProve(from[cut]->extent < shape[cut]);
  }
  void CheckWhole(const Buffer& block, const ffi::Array<Range>& region, const Span& span) {
    bool whole = region.size() == block->shape.size();
    for (size_t i = 0; whole && i < region.size(); ++i) {
      whole =
          is_zero(region[i]->min) && analyzer_.CanProveEqual(region[i]->extent, block->shape[i]);
    }
    if (whole) return;
    TT_USER_ERROR(span) << "The operator touches a part of block buffer '" << block->name
                        << "': " << BufferRegion(block, region)
                        << ". Supported: whole blocks; allocate a buffer of that shape.";
  }

  /*! A slice of a tensor in terms of a block. */
  struct TensorSlice {
    BufferLoad start;     /*!< a load at its first element */
    PrimExpr rows;        /*!< how many rows of the block, where they are fewer than it has */
    bool shifted = false; /*!< its first row need not be the first of a tile */
    /*! Whether it is moved by rows instead of tiles. */
    bool Counted() const { return shifted || rows.defined(); }
  };
  /*! Whether a slice fills the block but for the rows that the block grew by, or a number known at run time. */
  static bool FewerRows(const PrimExpr& extent, const PrimExpr& block_rows) {
    const int64_t* rows = as_const_int(extent);
    if (rows == nullptr) return true;
    return *rows > 0 && TilesFor(*rows) * kTileDim == *as_const_int(block_rows);
  }
  TensorSlice Slice(const Buffer& tensor, const ffi::Array<Range>& region, const Buffer& block,
                    const Span& span) {
    const size_t rank = region.size();
    TensorSlice slice;
    ffi::Array<PrimExpr> starts;
    for (size_t i = 0; i < rank; ++i) {
      const bool tiled = i + 2 >= rank, row = i + 2 == rank && !is_one(block->shape[0]);
      const PrimExpr expected = tiled ? block->shape[i + 2 - rank] : Imm(1);
      if (!analyzer_.CanProveEqual(region[i]->extent, expected)) {
        if (!row || !FewerRows(region[i]->extent, expected)) {
          RefuseExtent(tensor, i, region[i]->extent, block, expected, span);
        }
        slice.rows = Index(region[i]->extent, span);
      }
      if (tiled && !analyzer_.CanProve(floormod(region[i]->min, Imm(kTileDim)) == 0)) {
        if (i + 2 != rank) RefuseStart(tensor, i, region[i]->min, span);
        slice.shifted = true;
      }
      starts.push_back(Index(region[i]->min, span));
    }
    if (slice.Counted() && !rules_.RowMajor(tensor)) CheckFaceRows(tensor, span);
    slice.start = BufferLoad(tensor, starts);
    return slice;
  }
  /*! What stands behind the end of a row would share the exponent of its last elements. */
  void CheckWholeGroups(const Buffer& tensor, const Span& span) {
    const PrimExpr& cols = tensor->shape.back();
    if (!IsBlockFormat(rules_.FormatOf(tensor))) return;
    if (analyzer_.CanProve(floormod(cols, Imm(kFaceDim)) == 0)) return;
    TT_USER_ERROR(span) << "The kernel writes tensor '" << tensor->name
                        << "', which tt.annotate_storage stores in a block format, with rows of "
                        << cols << " elements. Supported: rows in multiples of " << kFaceDim
                        << ", which share exponents; pad the tensor or take the annotation out.";
  }
  /*! Rows of faces are moved one by one, so each must be what the NoC moves of DRAM at least. */
  void CheckFaceRows(const Buffer& tensor, const Span& span) {
    if (IsBlockFormat(rules_.FormatOf(tensor))) {
      TT_USER_ERROR(span)
          << "T.copy moves rows of tensor '" << tensor->name
          << "' that do not start on a tile, but tt.annotate_storage stores it in a "
             "block format, whose tiles are moved whole. Supported: slices that start "
             "on a tile and have the block's shape; or take the annotation out.";
    }
    const int64_t run = kFaceDim * tensor->dtype.bytes();
    if (run % rules_.dram_alignment == 0) return;
    TT_USER_ERROR(span) << "T.copy moves rows of tensor '" << tensor->name << "' (" << tensor->dtype
                        << ") that do not start on a tile: " << run
                        << " bytes at a time, but this machine reads DRAM in multiples of "
                        << rules_.dram_alignment
                        << ". Supported here: wider dtypes, or slices that start on a tile.";
  }
  [[noreturn]] void RefuseStart(const Buffer& tensor, size_t dim, const PrimExpr& start,
                                const Span& span) {
    TT_USER_ERROR(span) << "T.copy starts at " << start << " in dimension " << dim << " of tensor '"
                        << tensor->name << "', which is not always a multiple of " << kTileDim
                        << ". Supported: slices that start on a tile, but for the rows of blocks.";
    TVM_FFI_UNREACHABLE();
  }

  CBTable* table_;
  UseCounts counts_;
  const TensorRules& rules_;
  bool signed_; /*!< indices may be negative */
  std::unordered_map<const VarNode*, int> defined_in_;
  int list_ = 0;
  int lists_ = 0;
  Var work_;
  arith::Analyzer analyzer_;
};

}  // namespace

bool TensorRules::RowMajor(const Buffer& tensor) const {
  return layouts.at(tensor->name)->layout == tt_plan::kRowMajor;
}

std::string TensorRules::FormatOf(const Buffer& tensor) const {
  return layouts.at(tensor->name)->data_format;
}

Stmt LowerTensorCopies(const Stmt& body, const TensorRules& rules, CBTable* table) {
  FormatFinder(table, rules).Run(body);
  return CopyLowerer(table, body, rules)(body);
}

}  // namespace tvm::tt
