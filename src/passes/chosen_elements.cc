/*!
 * Rows and columns of tiles are not addressed; a sum with all else set to 0 takes one out, exactly. So a
 * row that a loop or a variable chooses becomes a vector in front of the nest that reads it.
 *
 *   before   for j in T.Parallel(128): s[j] = T.exp(x[k, j])
 *   after    for i, j in T.Parallel(8, 128): x_chosen[i, j] = T.if_then_else(i == k, x[i, j], 0.0)
 *            T.reduce_sum(x_chosen, x_row, dim=0)
 *            for j in T.Parallel(128): s[j] = T.exp(x_row[j])
 */
#include "passes/chosen_elements.h"

#include <tvm/ffi/extra/structural_equal.h>
#include <tvm/tirx/op.h>

#include <string>

#include "ir/errors.h"
#include "ir/loops.h"
#include "ir/tile_operators.h"
#include "ir/tiles.h"
#include "op/copy.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Whether values of a dtype can be summed. */
bool HasSums(DataType dtype) {
  return dtype.is_float() || dtype.is_bfloat() || dtype == DataType::Int(32);
}

}  // namespace

Buffer ChooseElements(const Buffer& block, const std::vector<PrimExpr>& places, const Span& span,
                      ffi::Array<Stmt>* statements, std::vector<Buffer>* allocated) {
  const std::string name = block->name;
  if (!HasSums(block->dtype)) {
    TT_USER_ERROR(span) << "T.Parallel reads one row, column or element of block '" << name << "' ("
                        << block->dtype
                        << "). Supported: of blocks of floats and int32; copy the block to one of "
                           "int32 first.";
  }
  auto allocate = [&](const char* suffix, const ffi::Array<PrimExpr>& shape) {
    allocated->push_back(MakeBlock(name + suffix, block->dtype, shape, span));
    return allocated->back();
  };
  ffi::Array<PrimExpr> at;
  PrimExpr wanted = Bool(true);
  for (size_t i = 0; i < places.size(); ++i) {
    at.push_back(Var(i == 0 ? "i" : "j", DataType::Int(32)));
    if (places[i].defined()) wanted = wanted && at[i] == places[i];
  }
  Buffer rest = allocate("_chosen", block->shape);
  PrimExpr kept = if_then_else(wanted, BufferLoad(block, at), make_zero(block->dtype));
  statements->push_back(ParallelStore(rest, at, kept, span));
  for (size_t dim = places.size(); dim-- > 0;) {
    if (!places[dim].defined()) continue;
    ffi::Array<PrimExpr> shape = rest->shape;
    shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(dim));
    Buffer sum = shape.empty() ? allocate("_element", {Imm(1)})
                               : allocate(dim == 0 ? "_row" : "_column", shape);
    statements->push_back(SumBlock(rest, sum, static_cast<int>(dim), span));
    rest = sum;
  }
  return rest;
}

std::optional<For> NestOfChosen(const Stmt& stmt) {
  tl::TileOperator tile_op = tl::ParseOperator(stmt);
  const auto* copy = tile_op.as<tl::CopyNode>();
  if (copy == nullptr || !IsBlockBuffer(copy->src) || !IsBlockBuffer(copy->dst))
    return std::nullopt;
  const Buffer &from = copy->src, &to = copy->dst;
  if (to->shape.size() != 1) return std::nullopt;
  const Var loop("i", DataType::Int(32));
  ffi::Array<PrimExpr> source;
  PrimExpr extent = Imm(1);
  size_t whole = 0;
  for (size_t i = 0; i < from->shape.size(); ++i) {
    const Range& range = copy->src_range[i];
    const bool runs =
        ffi::StructuralEqual()(range->extent, from->shape[i]) && !is_one(range->extent);
    if (!runs && !is_one(range->extent)) return std::nullopt;
    if (runs) extent = range->extent, ++whole;
    source.push_back(runs ? PrimExpr(loop) : range->min);
  }
  const bool chooses = whole < source.size() && whole <= 1;
  if (!chooses || !ffi::StructuralEqual()(extent, to->shape[0])) return std::nullopt;
  Stmt store = BufferStore(to, BufferLoad(from, source), {loop}, std::nullopt, stmt->span);
  return For(loop, Imm(0), extent, ForKind::kParallel, store, std::nullopt, {}, std::nullopt,
             stmt->span);
}

}  // namespace tvm::tt
