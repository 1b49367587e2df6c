#pragma once

#include <cstdint>

#include "simulator/numerics/matrix_unit.h"
#include "simulator/numerics/sfpu.h"
#include "target/timing_model.h"

namespace tt_simulator::timing {

/// Cycles of one operation of an engine, from when it starts until it can start the next.

struct UnpackCost {
  uint32_t cycles = 0;
  uint32_t first_ready = 0;  ///< Until math has the operands of its first tile.
};
/// `tiles` tiles of `bytes` bytes in all, by both unpackers.
UnpackCost Unpack(const tt_target::TimingModel& model, uint32_t tiles, uint32_t bytes);
/// One tile gathered from row-major data.
UnpackCost UnpackTilized(const tt_target::TimingModel& model, uint32_t bytes);

struct MathCost {
  uint32_t cycles = 0;
  uint32_t last_tile = 0;  ///< The part that needs the last operand.
};
/// `tiles` products of 32x32x32.
MathCost Matmul(const tt_target::TimingModel& model, MathFidelity fidelity, uint32_t tiles);
enum class FpuOperation : uint8_t { kAdd, kMultiply, kCopy, kReduce, kTranspose };
MathCost Fpu(const tt_target::TimingModel& model, FpuOperation operation, MathFidelity fidelity);

/// Vector unit, one tile (or the part of it that `mode` names).
uint32_t Vector(const tt_target::TimingModel& model, SfpuUnaryOp op, bool fp32_dest,
                VectorMode mode);
uint32_t Vector(const tt_target::TimingModel& model, SfpuBinaryOp op, bool fp32_dest);
uint32_t Vector(const tt_target::TimingModel& model, SfpuTernaryOp op);
uint32_t VectorTypecast(const tt_target::TimingModel& model);
uint32_t VectorCumsum(const tt_target::TimingModel& model);
uint32_t VectorCopy(const tt_target::TimingModel& model);

/// One tile of `bytes` bytes.
uint32_t Pack(const tt_target::TimingModel& model, uint32_t bytes, bool accumulate);
/// `rows` by `columns` tiles of `bytes` bytes each, into row-major data.
uint32_t PackUntilize(const tt_target::TimingModel& model, uint32_t rows, uint32_t columns,
                      uint32_t bytes);

}  // namespace tt_simulator::timing
