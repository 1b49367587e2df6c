/*! Tile operators on whole blocks. */
#include "ir/tile_operators.h"

#include <tvm/tirx/op.h>

#include "ir/loops.h"
#include "op/builtin.h"
#include "op/copy.h"
#include "op/fill.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! A slice as the region argument of a tile operator. */
PrimExpr Region(const Buffer& buffer, const ffi::Array<PrimExpr>& starts,
                const ffi::Array<PrimExpr>& extents, int mask) {
  ffi::Array<PrimExpr> args{BufferLoad(buffer, starts), Imm(mask)};
  for (const PrimExpr& extent : extents) args.push_back(extent);
  return Call(DataType::Handle(), tl::region(), args);
}
PrimExpr Region(const Buffer& buffer, int mask) {
  return Region(buffer, ffi::Array<PrimExpr>(buffer->shape.size(), Imm(0)), buffer->shape, mask);
}

}  // namespace

Stmt CopyBlock(const Buffer& from, const Buffer& to, const Span& span) {
  return Evaluate(Call(DataType::Handle(), tl::Copy::Get(),
                       {Region(from, tl::kAccessRead), Region(to, tl::kAccessWrite)}, {}, span),
                  span);
}

Stmt CopySlice(const Buffer& tensor, const ffi::Array<PrimExpr>& starts,
               const ffi::Array<PrimExpr>& extents, const Buffer& block, bool to_tensor,
               const Span& span) {
  PrimExpr slice = Region(tensor, starts, extents, to_tensor ? tl::kAccessWrite : tl::kAccessRead);
  PrimExpr whole = Region(block, to_tensor ? tl::kAccessRead : tl::kAccessWrite);
  ffi::Array<PrimExpr> args{to_tensor ? whole : slice, to_tensor ? slice : whole};
  return Evaluate(Call(DataType::Handle(), tl::Copy::Get(), args, {}, span), span);
}

Stmt FillBlock(const Buffer& block, double value, const Span& span) {
  return Evaluate(
      Call(DataType::Handle(), tl::Fill::Get(),
           {Region(block, tl::kAccessWrite), FloatImm(DataType::Float(32), value)}, {}, span),
      span);
}

Stmt AddBlock(const Buffer& addend, const Buffer& target, const Span& span) {
  Var i("i", DataType::Int(32)), j("j", DataType::Int(32));
  PrimExpr sum = BufferLoad(target, {i, j}) + BufferLoad(addend, {i, j});
  Stmt store = BufferStore(target, sum, {i, j}, std::nullopt, span);
  Stmt inner = For(j, Imm(0), target->shape[1], ForKind::kParallel, store, std::nullopt, {},
                   std::nullopt, span);
  return For(i, Imm(0), target->shape[0], ForKind::kParallel, inner, std::nullopt, {}, std::nullopt,
             span);
}

}  // namespace tvm::tt
