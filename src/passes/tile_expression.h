/*!
 * Tile expressions: what a T.Parallel store computes, as operations on whole tiles.
 */
#pragma once

#include <tvm/tirx/stmt.h>

#include <memory>
#include <optional>
#include <vector>

#include "passes/tile_position.h"
#include "schema/schema.h"

namespace tvm::tt {

/*! Which part of its tile a block spreads over the tiles of the result. */
enum class Spread : uint8_t {
  Tile,   /*!< the block has the shape of the result */
  Row,    /*!< one row, repeated downwards */
  Col,    /*!< one column, repeated sideways */
  Scalar, /*!< one element */
};

/*! The forms on the matrix unit of an addition, subtraction or multiplication. */
struct FpuForms {
  Intrinsic both;     /*!< both operands in circular buffers */
  Intrinsic reuse;    /*!< the first in DST, the second in a circular buffer */
  Intrinsic reversed; /*!< the second in DST, the first in a circular buffer */
};

struct TileExpr;
using TileExprRef = std::shared_ptr<const TileExpr>;

/*! A node: a block, positions in the tile, a scalar, or an operation on DST registers. */
struct TileExpr {
  enum Kind : uint8_t { kBlock, kIndex, kScalar, kOperation } kind;
  DataType dtype;
  tirx::Buffer block;                /*!< kBlock */
  Spread spread = Spread::Tile;      /*!< kBlock */
  TileIndex index;                   /*!< kIndex */
  PrimExpr value;                    /*!< kScalar: of dtype float32, int32 or uint32 */
  Intrinsic op = Intrinsic::Copy;    /*!< kOperation, on the vector unit */
  std::vector<TileExprRef> operands; /*!< kOperation: one to three */
  std::vector<PrimExpr> scalars;     /*!< kOperation: float32, behind the operands */
  std::optional<FpuForms> fpu;       /*!< kOperation: if the matrix unit has it, too */
};

/*! The nest of a T.Parallel store taken apart and checked. */
struct BlockStore {
  tirx::Buffer target;
  PrimExpr value;
  ffi::Array<PrimExpr>
      indices; /*!< of the target: the loop variables, 0 in dimensions of extent 1 */
  Span span;
};

/*! Takes a nest with one store apart; throws a user error if it is no store of a whole block. */
BlockStore TakeApart(const tirx::For& nest);
/*! The value of a store; throws a user error for an expression outside of what is supported. */
TileExprRef BuildTileExpr(const BlockStore& store);
/*! Whether a dtype is one of whole numbers; bool is none. */
bool IsInteger(DataType dtype);
/*! The 32-bit pattern of an integer constant, as a signed number. */
int64_t BitsOf(double value);
/*! The value of a constant expression, or nothing. */
std::optional<double> AsConstant(const PrimExpr& expr);

}  // namespace tvm::tt
