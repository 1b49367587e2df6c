/*! Blocks on cores. */
#include "ir/grid_axes.h"

#include <tvm/ffi/extra/structural_equal.h>
#include <tvm/tirx/function.h>

#include <algorithm>

#include "ir/kernel_body.h"
#include "ir/loops.h"
#include "schema/schema.h"

namespace tvm::tt {

namespace {

bool Along(const ffi::String& axis, char coordinate) {
  return std::string(axis).find(coordinate) != std::string::npos;
}

}  // namespace

const char* PositionName(int64_t line) {
  static constexpr const char* kNames[] = {"", "core_x", "core_y", "core_index"};
  return kNames[line];
}

tirx::Var BlockIndexVar(const tirx::Stmt& region, size_t axis, int64_t rounds) {
  const size_t first = rounds > 1 ? kRoundBind + 1 : 1;
  return AsList(region).at(first + axis).as<tirx::BindNode>()->var;
}

std::vector<PrimExpr> BlocksOf(const ffi::Array<GridAxis>& axes, DataType dtype) {
  std::vector<PrimExpr> blocks;
  for (const GridAxis& axis : axes) blocks.push_back(cast(dtype, ExprOf(axis->extent)));
  return blocks;
}

int AxisOfLet(const tirx::BindNode* let, const tirx::Var& work, const ffi::Array<GridAxis>& axes) {
  if (!work.defined() || !let->var.dtype().is_int()) return -1;
  const std::vector<PrimExpr> blocks = BlocksOf(axes, let->var.dtype());
  for (size_t i = 0; i < blocks.size(); ++i) {
    if (ffi::StructuralEqual()(BlockIndex(work, blocks, i), let->value)) return static_cast<int>(i);
  }
  return -1;
}

ffi::Array<CoreWork> DealOut(int64_t items, int64_t grid_x, int64_t grid_y) {
  const int64_t cores = std::min(items, grid_x * grid_y);
  ffi::Array<CoreWork> partition;
  int64_t start = 0;
  for (int64_t core = 0; core < cores; ++core) {
    int64_t count = items / cores + (core < items % cores ? 1 : 0);
    partition.push_back(CoreWork(core % grid_x, core / grid_x, start, count));
    start += count;
  }
  return partition;
}

ffi::Array<CoreRange> FirstCores(int64_t cores, int64_t grid_x) {
  ffi::Array<CoreRange> ranges;
  const int64_t full_rows = cores / grid_x;
  const int64_t rest = cores % grid_x;
  if (full_rows > 0) ranges.push_back(CoreRange(0, 0, grid_x - 1, full_rows - 1));
  if (rest > 0) ranges.push_back(CoreRange(0, full_rows, rest - 1, full_rows));
  return ranges;
}

CoreSpread CoreSpread::Of(const tirx::PrimFunc& func) {
  auto axes = func->GetAttr<ffi::Array<ffi::String>>(Key(Attr::CoreAxes));
  if (!axes || axes.value().empty()) return {};
  CoreRange cores = func->GetAttr<ffi::Array<CoreRange>>(Key(Attr::CoreRanges)).value()[0];
  return {cores->x1 + 1, cores->y1 + 1, axes.value()};
}

CoreRectangle RectangleOf(const tirx::PrimFunc& func) {
  CoreRectangle rectangle;
  for (const CoreRange& range :
       func->GetAttr<ffi::Array<CoreRange>>(Key(Attr::CoreRanges)).value()) {
    rectangle.columns = std::max(rectangle.columns, range->x1 + 1);
    rectangle.rows = std::max(rectangle.rows, range->y1 + 1);
  }
  return rectangle;
}

int64_t CoreSpread::CoresOf(size_t axis) const {
  return (Along(axes_[axis], 'x') ? columns_ : 1) * (Along(axes_[axis], 'y') ? rows_ : 1);
}

int64_t CoreSpread::LineThatShares(uint32_t axes) const {
  int64_t line = (columns_ > 1 ? 1 : 0) | (rows_ > 1 ? 2 : 0);
  for (size_t axis = 0; axis < axes_.size(); ++axis) {
    if (!(axes >> axis & 1)) continue;
    if (Along(axes_[axis], 'x')) line &= ~int64_t{1};
    if (Along(axes_[axis], 'y')) line &= ~int64_t{2};
  }
  return CoresIn(line) < kFewestSharers ? 0 : line;
}

int64_t CoreSpread::StepOf(size_t axis, const std::vector<int64_t>& extents) const {
  if (!Empty()) return Along(axes_[axis], 'x') ? 1 : columns_;
  int64_t step = 1;
  for (size_t i = 0; i < axis; ++i) step *= extents[i];
  return step;
}

PrimExpr CoreSpread::BlockIndex(PrimExpr core, PrimExpr round, const std::vector<int64_t>& extents,
                                size_t axis) const {
  const bool along_x = Along(axes_[axis], 'x'), along_y = Along(axes_[axis], 'y');
  PrimExpr first = Imm(0);
  if (along_x && along_y) first = core;
  if (along_x && !along_y) first = rows_ == 1 ? core : floormod(core, Imm(columns_));
  if (along_y && !along_x) first = columns_ == 1 ? core : floordiv(core, Imm(columns_));
  const int64_t own = extents[axis] / CoresOf(axis);
  if (own == 1) return first;
  int64_t before = 1, after = 1;
  for (size_t i = 0; i < extents.size(); ++i) {
    if (i != axis) (i < axis ? before : after) *= extents[i] / CoresOf(i);
  }
  if (before > 1) round = floordiv(round, Imm(before));
  if (after > 1) round = floormod(round, Imm(own));
  return tirx::is_zero(first) ? round : first * Imm(own) + round;
}

}  // namespace tvm::tt
