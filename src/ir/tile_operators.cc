/*! Tile operators on whole blocks. */
#include "ir/tile_operators.h"

#include <tvm/tirx/op.h>

#include "ir/loops.h"
#include "op/builtin.h"
#include "op/copy.h"
#include "op/fill.h"
#include "op/gemm.h"
#include "op/reduce.h"
#include "op/scan.h"
#include "op/transpose.h"

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

Stmt Operator(const Op& op, const ffi::Array<PrimExpr>& args, const Span& span) {
  return Evaluate(Call(DataType::Handle(), op, args, {}, span), span);
}

}  // namespace

Buffer MakeBlock(const std::string& name, DataType dtype, const ffi::Array<PrimExpr>& shape,
                 const Span& span, const char* scope) {
  Var data(name, PointerType(PrimType(dtype), scope));
  return Buffer(data, dtype, shape, {}, PrimExpr(), name, 0, 0, kDefault, {}, span);
}

ffi::Array<PrimExpr> BlockShape(const ffi::Array<PrimExpr>& extents) {
  ffi::Array<PrimExpr> shape;
  for (const PrimExpr& extent : extents) {
    if (!is_one(extent) || extents.size() <= 2) shape.push_back(extent);
  }
  return shape;
}

Stmt CopyBlock(const Buffer& from, const Buffer& to, const Span& span) {
  return Operator(tl::Copy::Get(), {Region(from, tl::kAccessRead), Region(to, tl::kAccessWrite)},
                  span);
}

Stmt CopyFirstRows(const Buffer& from, const Buffer& to, const Span& span) {
  const ffi::Array<PrimExpr> start(from->shape.size(), Imm(0));
  return Operator(tl::Copy::Get(),
                  {Region(from, start, to->shape, tl::kAccessRead), Region(to, tl::kAccessWrite)},
                  span);
}

Stmt CopySlice(const Buffer& tensor, const ffi::Array<PrimExpr>& starts,
               const ffi::Array<PrimExpr>& extents, const Buffer& block, bool to_tensor,
               const Span& span) {
  PrimExpr slice = Region(tensor, starts, extents, to_tensor ? tl::kAccessWrite : tl::kAccessRead);
  PrimExpr whole = Region(block, to_tensor ? tl::kAccessRead : tl::kAccessWrite);
  return Operator(tl::Copy::Get(), {to_tensor ? whole : slice, to_tensor ? slice : whole}, span);
}

Stmt FillBlock(const Buffer& block, double value, const Span& span) {
  return Operator(tl::Fill::Get(),
                  {Region(block, tl::kAccessWrite), FloatImm(DataType::Float(32), value)}, span);
}

Stmt TransposeBlock(const Buffer& from, const Buffer& to, const Span& span) {
  return Operator(tl::Transpose::Get(),
                  {Region(from, tl::kAccessRead), Region(to, tl::kAccessWrite)}, span);
}

Stmt CumulateBlock(const Buffer& from, const Buffer& to, const Span& span) {
  return Operator(
      tl::CumSumOp::Get(),
      {Region(from, tl::kAccessRead), Region(to, tl::kAccessWrite), Imm(0), Bool(false)}, span);
}

Stmt SumBlock(const Buffer& from, const Buffer& to, int dim, const Span& span) {
  return Operator(tl::ReduceOp::Get(),
                  {Region(from, tl::kAccessRead), Region(to, tl::kAccessWrite), StringImm("sum"),
                   Imm(dim), Bool(true)},
                  span);
}

Stmt MultiplyBlocks(const Buffer& a, const Buffer& b, const Buffer& c, const Span& span) {
  // Not transposed, sizes, policy of warps, set instead of add, no barrier, its place.
  return Operator(tl::Gemm::Get(),
                  {Region(a, tl::kAccessRead), Region(b, tl::kAccessRead),
                   Region(c, tl::kAccessReadWrite), Bool(false), Bool(false), c->shape[0],
                   c->shape[1], a->shape[1], Imm(0), Bool(true), Imm(0), Imm(0), Imm(0)},
                  span);
}

Stmt ParallelStore(const Buffer& target, const ffi::Array<PrimExpr>& indices, const PrimExpr& value,
                   const Span& span) {
  Stmt body = BufferStore(target, value, indices, std::nullopt, span);
  for (size_t i = indices.size(); i-- > 0;) {
    body = For(Downcast<Var>(indices[i]), Imm(0), target->shape[i], ForKind::kParallel, body,
               std::nullopt, {}, std::nullopt, span);
  }
  return body;
}

Stmt AddBlock(const Buffer& addend, const Buffer& target, const Span& span) {
  ffi::Array<PrimExpr> at;
  for (size_t i = 0; i < target->shape.size(); ++i)
    at.push_back(Var(i == 0 ? "i" : "j", DataType::Int(32)));
  const PrimExpr value = cast(target->dtype, BufferLoad(addend, at));
  return ParallelStore(target, at, BufferLoad(target, at) + value, span);
}

}  // namespace tvm::tt
