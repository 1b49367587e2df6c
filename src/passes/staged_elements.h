/*!
 * Part of NormaliseParallel: what a nest does not find at its own loop variables in a block is brought into
 * one first. Elements of tensors are copied, blocks that are read the other way round transposed, elements that are
 * read several times multiplied out, and rows, columns and elements at places of their own become vectors.
 */
#pragma once

#include <tvm/arith/analyzer.h>
#include <tvm/tirx/stmt.h>

#include <optional>
#include <string>
#include <vector>

#include "ir/element_slice.h"
#include "passes/repeated_elements.h"

namespace tvm::tt {

/*! One store of a nest. */
struct ElementStore {
  tirx::Buffer buffer;
  ffi::Array<PrimExpr> indices;
  PrimExpr value;
  Span span;
  PrimExpr rows = PrimExpr(); /*!< how many rows of a tensor are stored; all if undefined */
};

/*! Whether an expression reads no buffer and is the same in all iterations of a nest. */
bool IsFixed(const std::vector<const tirx::ForNode*>& loops, const PrimExpr& expr);

/*! The blocks that one nest reads and stores through. */
class StagedElements {
 public:
  /*! Repeated elements are products: refused unless they are exact. */
  StagedElements(const std::vector<const tirx::ForNode*>& loops, RepeatedElements* repeated,
                 bool exact_products, arith::Analyzer* analyzer)
      : loops_(loops), repeated_(repeated), exact_products_(exact_products), analyzer_(analyzer) {}

  /*! The value of a store with everything read from blocks of the nest, which `before` fills. */
  PrimExpr ReadThroughBlocks(const ElementStore& store, ffi::Array<tirx::Stmt>* before);
  /*! Turns a store to a tensor into one to a block, which `after` copies. */
  void StoreThroughBlock(ElementStore* store, ffi::Array<tirx::Stmt>* after);
  /*! A block of the nest's own. */
  tirx::Buffer NewBlock(const std::string& name, DataType dtype, const ffi::Array<PrimExpr>& shape,
                        const Span& span);
  /*! All of them. */
  const std::vector<tirx::Buffer>& Blocks() const { return blocks_; }

 private:
  class Reader;
  struct Staging {
    tirx::Buffer block;
    ElementSlice slice;
    ffi::Array<PrimExpr> indices; /*!< of the block */
  };

  Staging Stage(const tirx::Buffer& tensor, const ffi::Array<PrimExpr>& indices, const Span& span);
  bool IsInsideTile(const tirx::BufferLoadNode* load, const Span& span);
  PrimExpr Element(const tirx::BufferLoadNode* load, const Span& span,
                   ffi::Array<tirx::Stmt>* before);
  bool IsTurned(const tirx::BufferLoadNode* load, const ElementStore& store) const;
  std::optional<Repetition> RepetitionOf(const tirx::BufferLoadNode* load) const;
  std::optional<std::vector<PrimExpr>> PlacesOf(const tirx::BufferLoadNode* load) const;
  void CheckExactProducts(const tirx::BufferLoadNode* load, const Span& span) const;
  tirx::Buffer FirstRows(const tirx::Buffer& block, const PrimExpr& rows, const Span& span);

  const std::vector<const tirx::ForNode*>& loops_;
  RepeatedElements* repeated_;
  bool exact_products_;
  arith::Analyzer* analyzer_;
  std::vector<tirx::Buffer> blocks_;
};

}  // namespace tvm::tt
