/*! Part of NormaliseParallel: elements of a block that several neighbours in a nest read. */
#pragma once

#include <tvm/tirx/expr.h>
#include <tvm/tirx/stmt.h>

#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace tvm::tt {

/*! Takes each element along a dimension of a block several times. */
struct Repetition {
  size_t dim;
  int64_t times;
};

/*!
 * Blocks with repeated elements. Nothing moves elements inside of a tile but the matrix unit: the block is
 * multiplied by a matrix of ones and zeros, which is made once for all blocks of a size. Sums of one product
 * are exact.
 */
class RepeatedElements {
 public:
  /*! Whether elements of a dtype can be repeated: they are exact in bfloat16, and finite. */
  static bool Holds(DataType dtype);
  /*!
   * The bfloat16 block of the repeated elements. `statements` make it from the block; buffers that it needs
   * are appended to `allocated`.
   */
  tirx::Buffer Repeat(const tirx::Buffer& block, const Repetition& repetition, const Span& span,
                      ffi::Array<tirx::Stmt>* statements, std::vector<tirx::Buffer>* allocated);
  /*! What makes the matrices; stands in front of the kernel's statements. Forgets them. */
  ffi::Array<tirx::Stmt> TakeMatrices();

 private:
  tirx::Buffer Matrix(int64_t elements, const Repetition& repetition, const Span& span,
                      std::vector<tirx::Buffer>* allocated);

  std::map<std::tuple<int64_t, int64_t, size_t>, tirx::Buffer> matrices_;
  ffi::Array<tirx::Stmt> made_;
};

}  // namespace tvm::tt
