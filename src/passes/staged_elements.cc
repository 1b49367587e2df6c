/*! Part of NormaliseParallel: what a nest reads and stores through blocks of its own. */
#include "passes/staged_elements.h"

#include <tvm/ffi/extra/structural_equal.h>
#include <tvm/tirx/analysis.h>
#include <tvm/tirx/expr_functor.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <map>
#include <utility>

#include "ir/errors.h"
#include "ir/loops.h"
#include "ir/scalars.h"
#include "ir/tile_operators.h"
#include "ir/tiles.h"
#include "passes/chosen_elements.h"
#include "passes/tile_position.h"

namespace tvm::tt {

using namespace tirx;

bool IsFixed(const std::vector<const ForNode*>& loops, const PrimExpr& expr) {
  return !ReadsBuffer(expr) && std::none_of(loops.begin(), loops.end(), [&](const ForNode* loop) {
    return UsesVar(expr, [&](const VarNode* var) { return var == loop->loop_var.get(); });
  });
}

Buffer StagedElements::NewBlock(const std::string& name, DataType dtype,
                                const ffi::Array<PrimExpr>& shape, const Span& span) {
  blocks_.push_back(MakeBlock(name, dtype, shape, span));
  return blocks_.back();
}

/*! The block that a nest reads or stores elements of a tensor through. */
StagedElements::Staging StagedElements::Stage(const Buffer& tensor,
                                              const ffi::Array<PrimExpr>& indices,
                                              const Span& span) {
  ElementSlice slice = SliceOf(tensor, indices, loops_, analyzer_, span);
  const bool single = slice.loops.empty();
  Buffer block = NewBlock(std::string(tensor->name) + "_block", tensor->dtype,
                          single ? ffi::Array<PrimExpr>{Imm(1)} : slice.shape, span);
  return {block, slice, single ? ffi::Array<PrimExpr>{Imm(0)} : slice.loops};
}

/*! Whether it is one element of a tensor that does not start a tile of its row. */
bool StagedElements::IsInsideTile(const BufferLoadNode* load, const Span& span) {
  if (!SliceOf(load->buffer, load->indices, loops_, analyzer_, span).loops.empty()) return false;
  return !analyzer_->CanProve(floormod(load->indices.back(), Imm(kTileDim)) == 0);
}

/*! One element out of the 32 of its row. */
PrimExpr StagedElements::Element(const BufferLoadNode* load, const Span& span,
                                 ffi::Array<Stmt>* before) {
  const Buffer& tensor = load->buffer;
  Buffer row = NewBlock(std::string(tensor->name) + "_row", tensor->dtype, {Imm(kTileDim)}, span);
  ffi::Array<PrimExpr> starts = load->indices;
  ffi::Array<PrimExpr> extents(starts.size(), Imm(1));
  const PrimExpr& place = load->indices.back();
  starts.Set(starts.size() - 1, floordiv(place, Imm(kTileDim)) * Imm(kTileDim));
  extents.Set(extents.size() - 1, Imm(kTileDim));
  before->push_back(CopySlice(tensor, starts, extents, row, /*to_tensor=*/false, span));
  Buffer element = ChooseElements(row, {floormod(place, Imm(kTileDim))}, span, before, &blocks_);
  return BufferLoad(element, {Imm(0)});
}

/*! Whether a block is read with the loops of the store the other way round. */
bool StagedElements::IsTurned(const BufferLoadNode* load, const ElementStore& store) const {
  if (load->indices.size() != 2 || store.indices.size() < 2) return false;
  const size_t last = store.indices.size() - 1;
  return LoopAt(loops_, load->indices[0]) && LoopAt(loops_, load->indices[1]) &&
         load->indices[0].same_as(store.indices[last]) &&
         load->indices[1].same_as(store.indices[last - 1]);
}

/*! How a load takes elements of a block several times, if it does: X[i, j // 2]. */
std::optional<Repetition> StagedElements::RepetitionOf(const BufferLoadNode* load) const {
  if (!IsBlockBuffer(load->buffer) || load->indices.size() != 2) return std::nullopt;
  if (!RepeatedElements::Holds(load->buffer->dtype)) return std::nullopt;
  for (size_t dim : {0, 1}) {
    const auto* quotient = load->indices[dim].as<FloorDivNode>();
    const ForNode* loop = quotient ? LoopAt(loops_, quotient->a) : nullptr;
    const int64_t* times = quotient ? as_const_int(quotient->b) : nullptr;
    if (loop == nullptr || times == nullptr || !LoopAt(loops_, load->indices[1 - dim])) continue;
    const PrimExpr extent = load->buffer->shape[dim] * Imm(*times);
    if (analyzer_->CanProveEqual(extent, loop->extent)) return Repetition{dim, *times};
  }
  return std::nullopt;
}

/*! Where a load takes a row, column or element of a block, if it does: X[k, j]. */
std::optional<std::vector<PrimExpr>> StagedElements::PlacesOf(const BufferLoadNode* load) const {
  if (!IsBlockBuffer(load->buffer)) return std::nullopt;
  std::vector<PrimExpr> places(load->indices.size(), PrimExpr());
  bool chooses = false;
  for (size_t i = 0; i < places.size(); ++i) {
    if (LoopAt(loops_, load->indices[i])) continue;
    if (!IsFixed(loops_, load->indices[i])) return std::nullopt;
    if (!is_one(load->buffer->shape[i])) chooses = true;
    places[i] = load->indices[i];
  }
  return chooses ? std::optional(places) : std::nullopt;
}

void StagedElements::CheckExactProducts(const BufferLoadNode* load, const Span& span) const {
  if (exact_products_) return;
  TT_USER_ERROR(span) << "T.Parallel reads '" << ElementText(load->buffer, load->indices)
                      << "', which repeats elements by a product, but the target option "
                         "math_fidelity multiplies with loss. Supported: HiFi4 (the default) and "
                         "HiFi3.";
}

class StagedElements::Reader : public ExprMutator {
 public:
  Reader(StagedElements* staged, const ElementStore& store, ffi::Array<Stmt>* before)
      : staged_(staged), store_(store), before_(before) {}

 private:
  PrimExpr VisitExpr_(const BufferLoadNode* op) final {
    if (staged_->IsTurned(op, store_)) return Turned(op);
    if (auto repetition = staged_->RepetitionOf(op)) return Repeated(op, *repetition);
    if (auto places = staged_->PlacesOf(op)) return Chosen(op, *places);
    if (!IsGlobal(op->buffer)) return ExprMutator::VisitExpr_(op);
    if (staged_->IsInsideTile(op, store_.span)) return staged_->Element(op, store_.span, before_);
    Staging staging = staged_->Stage(op->buffer, op->indices, store_.span);
    before_->push_back(CopySlice(op->buffer, staging.slice.starts, staging.slice.extents,
                                 staging.block,
                                 /*to_tensor=*/false, store_.span));
    return BufferLoad(staging.block, staging.indices);
  }
  PrimExpr Turned(const BufferLoadNode* op) {
    const Buffer& block = op->buffer;
    Buffer turned = staged_->NewBlock(std::string(block->name) + "_t", block->dtype,
                                      {block->shape[1], block->shape[0]}, store_.span);
    before_->push_back(TransposeBlock(block, turned, store_.span));
    return BufferLoad(turned, {op->indices[1], op->indices[0]});
  }
  /*! A load of the repeated elements; the same for every load of the nest. */
  PrimExpr Repeated(const BufferLoadNode* op, const Repetition& repetition) {
    auto [it, fresh] = known_.try_emplace({op->buffer.get(), repetition.dim}, Buffer());
    if (fresh) {
      staged_->CheckExactProducts(op, store_.span);
      it->second = staged_->repeated_->Repeat(op->buffer, repetition, store_.span, before_,
                                              &staged_->blocks_);
    }
    ffi::Array<PrimExpr> indices = op->indices;
    indices.Set(repetition.dim, indices[repetition.dim].as<FloorDivNode>()->a);
    return Cast(op->dtype, BufferLoad(it->second, indices));
  }
  /*! A load of the vector that holds the chosen elements; the same for equal loads. */
  PrimExpr Chosen(const BufferLoadNode* op, const std::vector<PrimExpr>& places) {
    ffi::Array<PrimExpr> along;
    for (size_t i = 0; i < places.size(); ++i) {
      if (!places[i].defined()) along.push_back(op->indices[i]);
    }
    if (along.empty()) along.push_back(Imm(0));
    const BufferLoad load = ffi::GetRef<BufferLoad>(op);
    for (const auto& [other, vector] : chosen_) {
      if (ffi::StructuralEqual()(other, load)) return BufferLoad(vector, along);
    }
    Buffer vector = ChooseElements(op->buffer, places, store_.span, before_, &staged_->blocks_);
    chosen_.emplace_back(load, vector);
    return BufferLoad(vector, along);
  }
  StagedElements* staged_;
  const ElementStore& store_;
  ffi::Array<Stmt>* before_;
  std::map<std::pair<const BufferNode*, size_t>, Buffer> known_;
  std::vector<std::pair<BufferLoad, Buffer>> chosen_;
};

PrimExpr StagedElements::ReadThroughBlocks(const ElementStore& store, ffi::Array<Stmt>* before) {
  return Reader(this, store, before)(store.value);
}

/*! A block for the first rows of another. */
Buffer StagedElements::FirstRows(const Buffer& block, const PrimExpr& rows, const Span& span) {
  ffi::Array<PrimExpr> shape = block->shape;
  shape.Set(0, rows);
  return NewBlock(std::string(block->name) + "_first", block->dtype, shape, span);
}

void StagedElements::StoreThroughBlock(ElementStore* store, ffi::Array<Stmt>* after) {
  Staging staging = Stage(store->buffer, store->indices, store->span);
  const size_t row = store->indices.size() - 2;
  Buffer written = staging.block;
  if (store->rows.defined()) staging.slice.extents.Set(row, store->rows);
  if (store->rows.defined() && as_const_int(store->rows)) {
    written = FirstRows(staging.block, store->rows, store->span);
    after->push_back(CopyFirstRows(staging.block, written, store->span));
  }
  after->push_back(CopySlice(store->buffer, staging.slice.starts, staging.slice.extents, written,
                             /*to_tensor=*/true, store->span));
  store->buffer = staging.block;
  store->indices = staging.indices;
}

}  // namespace tvm::tt
