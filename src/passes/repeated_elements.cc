/*!
 * Weights of 4 bits lie two to a byte, so that T.Parallel reads X[i, j // 2]: neighbours in a nest read one
 * element. In front of such a nest the block is multiplied by a matrix which has a one where the element
 * of a row is wanted in a column.
 *
 *   before   for i, j in T.Parallel(64, 128): W[i, j] = X[i, j // 2] >> (j % 2) * 4 & 15
 *   after    for r, c in T.Parallel(64, 128):
 *                repeat[r, c] = T.if_then_else(0 <= c - r * 2 and c - r * 2 < 2, 1.0, 0.0)  # once
 *            for i, j in T.Parallel(64, 64): X_float[i, j] = X[i, j]
 *            T.gemm(X_float, repeat, X_repeated, clear_accum=True)
 *            for i, j in T.Parallel(64, 128): W[i, j] = uint8(X_repeated[i, j]) >> (j % 2) * 4 & 15
 */
#include "passes/repeated_elements.h"

#include <tvm/tirx/op.h>

#include <utility>

#include "ir/loops.h"
#include "ir/tile_operators.h"

namespace tvm::tt {

using namespace tirx;

namespace {

ffi::Array<PrimExpr> FreshIndices() {
  return {Var("i", DataType::Int(32)), Var("j", DataType::Int(32))};
}

}  // namespace

bool RepeatedElements::Holds(DataType dtype) {
  return dtype == DataType::Int(8) || dtype == DataType::UInt(8);
}

Buffer RepeatedElements::Matrix(int64_t elements, const Repetition& repetition, const Span& span,
                                std::vector<Buffer>* allocated) {
  auto [it, fresh] =
      matrices_.try_emplace(std::tuple(elements, repetition.times, repetition.dim), Buffer());
  if (!fresh) return it->second;
  const int64_t repeated = elements * repetition.times;
  const bool columns = repetition.dim == 1;
  const ffi::Array<PrimExpr> shape{Imm(columns ? elements : repeated),
                                   Imm(columns ? repeated : elements)};
  it->second = MakeBlock("repeat", DataType::BFloat(16), shape, span);
  allocated->push_back(it->second);
  const ffi::Array<PrimExpr> at = FreshIndices();
  PrimExpr behind = at[columns ? 1 : 0] - at[columns ? 0 : 1] * Imm(repetition.times);
  PrimExpr wanted = behind >= Imm(0) && behind < Imm(repetition.times);
  PrimExpr value =
      if_then_else(wanted, FloatImm(DataType::BFloat(16), 1), FloatImm(DataType::BFloat(16), 0));
  made_.push_back(ParallelStore(it->second, at, value, span));
  return it->second;
}

Buffer RepeatedElements::Repeat(const Buffer& block, const Repetition& repetition, const Span& span,
                                ffi::Array<Stmt>* statements, std::vector<Buffer>* allocated) {
  const std::string name = block->name;
  const DataType narrow = DataType::BFloat(16);
  Buffer matrix = Matrix(*as_const_int(block->shape[repetition.dim]), repetition, span, allocated);
  Buffer floats = MakeBlock(name + "_float", narrow, block->shape, span);
  allocated->push_back(floats);
  const ffi::Array<PrimExpr> at = FreshIndices();
  statements->push_back(ParallelStore(floats, at, Cast(narrow, BufferLoad(block, at)), span));
  ffi::Array<PrimExpr> shape = block->shape;
  shape.Set(repetition.dim, shape[repetition.dim] * Imm(repetition.times));
  Buffer repeated = MakeBlock(name + "_repeated", narrow, shape, span);
  allocated->push_back(repeated);
  const bool columns = repetition.dim == 1;
  statements->push_back(
      MultiplyBlocks(columns ? floats : matrix, columns ? matrix : floats, repeated, span));
  return repeated;
}

ffi::Array<Stmt> RepeatedElements::TakeMatrices() {
  matrices_.clear();
  return std::exchange(made_, {});
}

}  // namespace tvm::tt
