#include <cmath>
#include <stdexcept>

#include "matrix_unit.h"
#include "scalar_model.h"

namespace tt_simulator {
namespace {

using scalar_model::Accumulate;
using scalar_model::DotGroup;
using scalar_model::PhaseCount;

/*! \brief One GAPOOL of a 16x16 face: acc += sum over rows of scaler[row] * face[row][col]. */
uint32_t PoolColumn(uint32_t acc, const uint32_t* face, int col, const uint32_t* scaler, int phase,
                    bool fp32_dest) {
  return Accumulate(acc, DotGroup(face + col, 16, scaler, 1, 8, phase),
                    DotGroup(face + 128 + col, 16, scaler + 8, 1, 8, phase), fp32_dest);
}

uint32_t MaxOfColumn(uint32_t acc, bool acc_valid, const uint32_t* face, int col) {
  uint32_t result = acc_valid ? acc : face[col];
  for (int row = 0; row < 16; ++row) result = scalar_model::Maximum(result, face[row * 16 + col]);
  return result;
}

}  // namespace

void ReduceAccumulate(const ReduceConfig& config, const SourceTile& data, const SourceTile& scaler,
                      DestTile& dst) {
  const bool fp32_dest = config.math.fp32_dest;
  const int phases = PhaseCount(static_cast<int>(config.math.fidelity));
  const bool max = config.pool == PoolType::Max;
  const uint32_t keep = fp32_dest && config.float32_input ? 0xffffe000u : 0xffff0000u;

  if (config.dim == ReduceDim::Row) {
    for (int row = 0; row < kTileDim; ++row) {
      uint32_t& acc = dst.bits[TileIndex(row, 0)];
      if (max) {
        uint32_t result = config.dest_is_cleared ? data.bits[TileIndex(row, 0)] : acc;
        for (int col = 0; col < kTileDim; ++col) {
          result = scalar_model::Maximum(result, data.bits[TileIndex(row, col)]);
        }
        acc = scalar_model::Flush(result & keep);
        continue;
      }
      for (int phase = 0; phase < phases; ++phase) {
        for (int face = 0; face < 2; ++face) {
          const uint32_t* b = data.bits + TileIndex(row, 16 * face);
          acc = Accumulate(acc, DotGroup(scaler.bits, 1, b, 1, 8, phase),
                           DotGroup(scaler.bits + 8, 1, b + 8, 1, 8, phase), fp32_dest);
        }
      }
    }
    return;
  }

  if (config.dim == ReduceDim::Col) {
    for (int col = 0; col < kTileDim; ++col) {
      uint32_t& acc = dst.bits[TileIndex(0, col)];
      for (int face = 0; face < 2; ++face) {
        const uint32_t* face_data = data.bits + 512 * face + 256 * (col >> 4);
        if (max) {
          acc = MaxOfColumn(acc, face == 1 || !config.dest_is_cleared, face_data, col & 15);
          continue;
        }
        for (int phase = 0; phase < phases; ++phase) {
          acc = PoolColumn(acc, face_data, col & 15, scaler.bits, phase, fp32_dest);
        }
      }
    }
    return;
  }

  // Scalar: the four faces into one row of 16 values, then that row, read back as a source operand,
  // into one value. Only the second stage accumulates into dst.
  uint32_t partial[16];
  for (int col = 0; col < 16; ++col) {
    uint32_t acc = 0;
    for (int face = 0; face < 4; ++face) {
      const uint32_t* face_data = data.bits + 256 * face;
      if (max) {
        acc = MaxOfColumn(acc, face != 0, face_data, col);
        continue;
      }
      for (int phase = 0; phase < phases; ++phase) {
        acc = PoolColumn(acc, face_data, col, scaler.bits, phase, fp32_dest);
      }
    }
    partial[col] = acc & keep;
  }
  uint32_t& acc = dst.bits[0];
  if (max) {
    uint32_t result = config.dest_is_cleared ? partial[0] : acc;
    for (uint32_t value : partial) result = scalar_model::Maximum(result, value);
    acc = result;
    return;
  }
  for (int phase = 0; phase < phases; ++phase) {
    acc = Accumulate(acc, DotGroup(partial, 1, scaler.bits, 1, 8, phase),
                     DotGroup(partial + 8, 1, scaler.bits + 8, 1, 8, phase), fp32_dest);
  }
}

}  // namespace tt_simulator
