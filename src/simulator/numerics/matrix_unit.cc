#include "matrix_unit.h"

#include <cmath>
#include <cstring>

#include "scalar_model.h"

namespace tt_simulator {
namespace {

using scalar_model::Accumulate;
using scalar_model::Group;
using scalar_model::PhaseCount;

int BroadcastIndex(Broadcast broadcast, int row, int col, int broadcast_row) {
  switch (broadcast) {
    case Broadcast::None:
      return TileIndex(row, col);
    case Broadcast::Row:
      return TileIndex(broadcast_row, col);
    case Broadcast::Col:
      return TileIndex(row, 0);
    case Broadcast::Scalar:
      return 0;
  }
  return 0;
}

}  // namespace

void EltwiseBinary(BinaryOp op, Broadcast broadcast, const SourceTile& a, const SourceTile& b,
                   const MathConfig& config, bool accumulate, DestTile& dst, int broadcast_row) {
  const int phases = op == BinaryOp::Mul ? PhaseCount(static_cast<int>(config.fidelity)) : 1;
  for (int row = 0; row < kTileDim; ++row) {
    for (int col = 0; col < kTileDim; ++col) {
      const int index = TileIndex(row, col);
      const uint32_t x = a.bits[index];
      const uint32_t y = b.bits[BroadcastIndex(broadcast, row, col, broadcast_row)];
      uint32_t acc = accumulate ? dst.bits[index] : 0;
      for (int phase = 0; phase < phases; ++phase) {
        const Group group =
            op == BinaryOp::Mul
                ? scalar_model::Product(x, y, phase)
                : scalar_model::Sum(x, op == BinaryOp::Sub ? y ^ scalar_model::kSignBit : y);
        acc = Accumulate(acc, group, {}, config.fp32_dest);
      }
      dst.bits[index] = acc;
    }
  }
}

void CopySourceToDest(DataFormat format, const SourceTile& source, bool fp32_dest, DestTile& dst) {
  const bool flush = fp32_dest && !IsIntegerFormat(format);
  for (int i = 0; i < kTileElements; ++i) {
    dst.bits[i] = flush ? scalar_model::Flush(source.bits[i]) : source.bits[i];
  }
}

void BroadcastSourceToDest(DataFormat format, Broadcast broadcast, const SourceTile& source,
                           bool fp32_dest, DestTile& dst) {
  const bool flush = fp32_dest && !IsIntegerFormat(format);
  for (int row = 0; row < kTileDim; ++row) {
    for (int col = 0; col < kTileDim; ++col) {
      const uint32_t x = source.bits[BroadcastIndex(broadcast, row, col, 0)];
      dst.bits[TileIndex(row, col)] = flush ? scalar_model::Flush(x) : x;
    }
  }
}

void DestToSource(const DestTile& dst, bool float32_source, SourceTile& source) {
  const uint32_t keep = float32_source ? 0xffffe000u : 0xffff0000u;
  for (int i = 0; i < kTileElements; ++i) source.bits[i] = dst.bits[i] & keep;
}

void TransposeDest(DestTile& dst) {
  const DestTile straight = dst;
  for (int row = 0; row < kTileDim; ++row) {
    for (int col = 0; col < kTileDim; ++col) {
      dst.bits[TileIndex(col, row)] = straight.bits[TileIndex(row, col)];
    }
  }
}

}  // namespace tt_simulator
