/*! TileLang's im2col operator. */
#pragma once

#include <tvm/tirx/buffer.h>
#include <tvm/tirx/stmt.h>

#include <optional>

namespace tvm::tt {

/*!
 * T.im2col: rows of the block are output pixels (n, oh, ow), columns are (kh, kw, c) of a filter, both
 * flattened; elements outside of the image are zero. The image is (N, H, W, C).
 */
struct Im2Col {
  tirx::Buffer image;
  tirx::Buffer block;
  PrimExpr row_step; /*!< blocks of rows in front of this one */
  PrimExpr col_step; /*!< blocks of columns in front of this one */
  int64_t kernel, stride, dilation, pad;

  /*! Output pixels along an extent of the image. */
  int64_t Outputs(int64_t extent) const {
    return (extent + 2 * pad - dilation * (kernel - 1) - 1) / stride + 1;
  }
};

/*! The operator if the statement is a T.im2col; throws a user error if its sizes are not constant. */
std::optional<Im2Col> AsIm2Col(const tirx::Stmt& stmt);

}  // namespace tvm::tt
