#include "half_dest.h"

#include "broadcast.h"
#include "scalar_model.h"

namespace tt_simulator {
namespace {

using scalar_model::DotGroup;
using scalar_model::Group;
using scalar_model::kHalfDest;

/*! \brief One step of 16 products, two groups of 8; strides between consecutive k. */
uint32_t Step(uint32_t dst, const uint32_t* srca, int a_stride, const uint32_t* srcb, int b_stride,
              int phase) {
  return scalar_model::Accumulate(
      dst, DotGroup(srca, a_stride, srcb, b_stride, 8, phase),
      DotGroup(srca + 8 * a_stride, a_stride, srcb + 8 * b_stride, b_stride, 8, phase), kHalfDest);
}

uint32_t Element(BinaryOp op, uint32_t a, uint32_t b, int phases, uint32_t dst) {
  if (op == BinaryOp::Mul) {
    for (int phase = 0; phase < phases; ++phase) {
      dst = scalar_model::Accumulate(dst, scalar_model::Product(a, b, phase), Group(), kHalfDest);
    }
    return dst;
  }
  const uint32_t added = op == BinaryOp::Sub ? b ^ scalar_model::kSignBit : b;
  return scalar_model::Accumulate(dst, scalar_model::Sum(a, added), Group(), kHalfDest);
}

}  // namespace

void MatmulHalf(const SourceTile& in0, const SourceTile& in1, int phases, DestTile& dst) {
  for (int row = 0; row < kTileDim; ++row) {
    for (int col = 0; col < kTileDim; ++col) {
      uint32_t& acc = dst.bits[TileIndex(row, col)];
      for (int phase = 0; phase < phases; ++phase) {
        for (int face = 0; face < 2; ++face) {
          acc = Step(acc, in1.bits + TileIndex(16 * face, col), kFaceDim,
                     in0.bits + TileIndex(row, 16 * face), 1, phase);
        }
      }
    }
  }
}

void EltwiseHalf(BinaryOp op, Broadcast broadcast, const SourceTile& a, const SourceTile& b,
                 int phases, bool accumulate, DestTile& dst, int broadcast_row) {
  for (int i = 0; i < kTileElements; ++i) {
    const int from = BroadcastIndex(broadcast, RowOfIndex(i), ColOfIndex(i), broadcast_row);
    dst.bits[i] = Element(op, a.bits[i], b.bits[from], phases, accumulate ? dst.bits[i] : 0);
  }
}

void ReduceSumHalf(ReduceDim dim, const SourceTile& data, const SourceTile& scaler, int phases,
                   DestTile& dst) {
  if (dim == ReduceDim::Row) {
    // Data in SrcB times a matrix in SrcA whose column 0 is the scaler: tile, phase, face.
    for (int row = 0; row < kTileDim; ++row) {
      uint32_t& acc = dst.bits[TileIndex(row, 0)];
      for (int phase = 0; phase < phases; ++phase) {
        for (int face = 0; face < 2; ++face) {
          acc = Step(acc, scaler.bits, 1, data.bits + TileIndex(row, 16 * face), 1, phase);
        }
      }
    }
    return;
  }
  // The scaler row in SrcB times data in SrcA: tile, face, phase.
  uint32_t columns[kTileDim];
  for (int col = 0; col < kTileDim; ++col) {
    uint32_t acc = dim == ReduceDim::Col ? dst.bits[TileIndex(0, col)] : 0;
    for (int face = 0; face < 2; ++face) {
      for (int phase = 0; phase < phases; ++phase) {
        acc = Step(acc, data.bits + TileIndex(16 * face, col), kFaceDim, scaler.bits, 1, phase);
      }
    }
    columns[col] = acc;
  }
  if (dim == ReduceDim::Col) {
    for (int col = 0; col < kTileDim; ++col) dst.bits[TileIndex(0, col)] = columns[col];
    return;
  }
  // All four faces go into one row of 16 numbers, which is then summed with the same scaler.
  uint32_t partial[kFaceDim];
  for (int col = 0; col < kFaceDim; ++col) {
    uint32_t acc = 0;
    for (int face = 0; face < 4; ++face) {
      for (int phase = 0; phase < phases; ++phase) {
        acc = Step(acc, data.bits + 256 * face + col, kFaceDim, scaler.bits, 1, phase);
      }
    }
    partial[col] = acc;
  }
  for (int phase = 0; phase < phases; ++phase) {
    dst.bits[0] = Step(dst.bits[0], partial, 1, scaler.bits, 1, phase);
  }
}

}  // namespace tt_simulator
