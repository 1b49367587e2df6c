/*! The steps of LowerSharedToCB and the table of circular buffers they fill. */
#pragma once

#include <tvm/tirx/function.h>

#include <set>
#include <string>
#include <vector>

#include "analysis/tile_dataflow.h"
#include "ir/attrs.h"

namespace tvm::tt {

/*! The circular buffers made so far, with their descriptors. */
class CBTable {
 public:
  explicit CBTable(const CBDescMap& described);
  /*!
   * A new circular buffer with the geometry described for block buffer `like`, the shape of
   * `shape_of` and the given dtype; its name is `name`, made unique.
   */
  tirx::Buffer Create(const ffi::String& like, const std::string& name,
                      const tirx::Buffer& shape_of, DataType dtype);
  /*! A new circular buffer of the geometry of another, with elements of the given dtype, in its own format. */
  tirx::Buffer CreateLike(const tirx::Buffer& cb, const std::string& name, DataType dtype);
  /*! The data format of a circular buffer's tiles, and another one for it. */
  std::string FormatOf(const tirx::Buffer& cb) const;
  void SetFormat(const tirx::Buffer& cb, const std::string& data_format);
  /*! Has the writer fill some of the circular buffers. */
  void FillByWriter(const BufferSet& buffers);
  /*! Takes a circular buffer back that turned out to be unnecessary. */
  void Drop(const tirx::Buffer& buffer);

  const std::vector<tirx::Buffer>& Buffers() const { return buffers_; }
  const CBDescMap& Descs() const { return descs_; }
  /*! Names that tensors have; circular buffers get others. */
  std::set<std::string> tensor_names;

 private:
  tirx::Buffer Add(CBDesc desc, const std::string& name, const tirx::Buffer& shape_of,
                   DataType dtype);

  CBDescMap described_;
  CBDescMap descs_;
  std::vector<tirx::Buffer> buffers_;
};

/*!
 * Replaces every block buffer by circular buffers, one for each web of definitions, and dissolves
 * the blocks that allocated them.
 */
tirx::Stmt RenameBlocks(const tirx::Stmt& body, CBTable* table);

/*! Turns accumulations that cannot stay open into a block matmul and an addition. */
tirx::Stmt SeparateUpdates(const tirx::Stmt& body, CBTable* table);

/*! What copies from and to tensors depend on. */
struct TensorRules {
  LayoutMap layouts;
  int64_t dram_alignment; /*!< bytes, of which the NoC reads multiples from DRAM */
  bool is_signed;         /*!< indices may be negative */

  /*! Whether the pages of a tensor are its rows. */
  bool RowMajor(const tirx::Buffer& tensor) const;
  /*! The data format in which the device holds a tensor. */
  std::string FormatOf(const tirx::Buffer& tensor) const;
};

/*!
 * Turns copies from and to tensors into abstract moves, with output buffers where needed, and buffers of rows
 * where the tensor is row-major. Indices are checked on the way.
 */
tirx::Stmt LowerTensorCopies(const tirx::Stmt& body, const TensorRules& rules, CBTable* table);

/*! Drops copies between circular buffers whose source is used for nothing else. */
tirx::Stmt ForwardCopies(const tirx::Stmt& body, CBTable* table);

/*! Gives T.gemm operands of their own where a 32-bit block is used otherwise, too. */
tirx::Stmt SeparateUses(const tirx::Stmt& body, CBTable* table);

}  // namespace tvm::tt
