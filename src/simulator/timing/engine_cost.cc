#include "engine_cost.h"

#include <cmath>

namespace tt_simulator::timing {
namespace {

using tt_target::TimingModel;

uint32_t Round(double cycles) { return static_cast<uint32_t>(std::lround(cycles)); }

uint32_t Phases(MathFidelity fidelity) {
  switch (fidelity) {
    case MathFidelity::LoFi:
      return 1;
    case MathFidelity::HiFi2:
      return 2;
    case MathFidelity::HiFi3:
      return 3;
    case MathFidelity::HiFi4:
      return 4;
  }
  return 4;
}

/// Instructions per vector of 32 values. "measured": cycles per tile of tt-metal tech_reports/
/// SFPU_LUT_Retune_Wormhole and SFPU_Exp_Approx, and of the profile of erf, divided by 32. The
/// others are the length of the loops in the wheel's ckernel_sfpu_*.h, by class: load, arithmetic
/// with the wait states of dependent multiply-adds, store.
double Slots(SfpuUnaryOp op, bool fp32_dest) {
  using Op = SfpuUnaryOp;
  constexpr double kMove = 3, kArithmetic = 4, kSelect = 6, kRounding = 12, kRoot = 18;
  constexpr double kExponential = 24, kLogarithm = 26, kTrigonometric = 36, kComposite = 48;
  switch (op) {
    case Op::TanhApprox:
      return 3.0;  // measured: 96.1
    case Op::Gelu:
      return 4.0;  // measured: 127.9
    case Op::Tanh:
      return fp32_dest ? 25.0 : 8.3;  // measured: 800.7 and 265.1
    case Op::ExpApprox:
    case Op::ExpApproxScaled:
      return 3.0;  // measured: 24 issue slots for 8 values of a lane
    case Op::ExpApproxUnclamped:
      return 1.125;  // measured: 9 issue slots for 8 values of a lane
    case Op::Erf:
    case Op::Erfc:
      return 133.0;  // measured: about 4250 cycles
    case Op::Fill:
    case Op::FillInt:
      return 1.0;
    case Op::Abs:
    case Op::Neg:
    case Op::Identity:
    case Op::AbsInt32:
    case Op::NegInt32:
    case Op::BitwiseAnd:
    case Op::BitwiseOr:
    case Op::BitwiseXor:
    case Op::BitwiseNot:
    case Op::LeftShift:
    case Op::RightShift:
      return kMove;
    case Op::Square:
    case Op::AddScalar:
    case Op::SubScalar:
    case Op::MulScalar:
    case Op::DivScalar:
    case Op::RsubScalar:
    case Op::AddScalarInt32:
    case Op::SubScalarInt32:
    case Op::RsubScalarInt32:
    case Op::Relu:
    case Op::Signbit:
      return kArithmetic;
    case Op::Floor:
    case Op::Ceil:
    case Op::Trunc:
    case Op::Frac:
    case Op::Round:
      return kRounding;
    case Op::Sqrt:
    case Op::Rsqrt:
    case Op::Recip:
    case Op::Rdiv:
    case Op::Softsign:
    case Op::Cbrt:
      return kRoot;
    case Op::Exp:
    case Op::ExpScaled:
    case Op::Exp2:
    case Op::Expm1:
    case Op::Sigmoid:
    case Op::Silu:
    case Op::Elu:
    case Op::Celu:
    case Op::Selu:
      return kExponential;
    case Op::Log:
    case Op::LogWithBase:
    case Op::LogBaseTwo:
    case Op::Log1p:
    case Op::Softplus:
      return kLogarithm;
    case Op::Sin:
    case Op::Cos:
    case Op::Tan:
    case Op::Asin:
    case Op::Acos:
    case Op::Atan:
    case Op::GeluAccurate:
      return kTrigonometric;
    case Op::Power:
    case Op::PowerIterative:
    case Op::Rpow:
    case Op::Sinh:
    case Op::Cosh:
    case Op::Asinh:
    case Op::Acosh:
    case Op::Atanh:
    case Op::GeluTanh:
    case Op::Mish:
      return kComposite;
    default:
      return kSelect;  // comparisons, clamps and what else has one condition
  }
}

}  // namespace

UnpackCost Unpack(const TimingModel& model, uint32_t tiles, uint32_t bytes) {
  const double per_tile = bytes / model.unpack_rate / tiles + model.unpack_tile;
  // Two tiles are needed before math can start, unless there is only one.
  return {Round(model.unpack_call + per_tile * tiles),
          Round(model.unpack_call + per_tile * (tiles < 2 ? tiles : 2))};
}

UnpackCost UnpackTilized(const TimingModel& model, uint32_t bytes) {
  constexpr uint32_t kRows = 64;  // of 16 elements, in one tile
  const double copy = bytes / model.unpack_rate + model.unpack_tile;
  const uint32_t cycles =
      Round(model.unpack_call + std::max<double>(copy, kRows * model.unpack_tilize_row));
  return {cycles, cycles};
}

MathCost Matmul(const TimingModel& model, MathFidelity fidelity, uint32_t tiles) {
  const double tile = model.matmul_phase * Phases(fidelity) + model.matmul_tile;
  return {Round(model.matmul_call + tile * tiles), Round(tile)};
}

MathCost Fpu(const TimingModel& model, FpuOperation operation, MathFidelity fidelity) {
  uint32_t cycles = model.fpu_tile;
  if (operation == FpuOperation::kMultiply) cycles = model.fpu_tile * Phases(fidelity);
  if (operation == FpuOperation::kReduce) cycles = model.reduce_tile * Phases(fidelity);
  if (operation == FpuOperation::kTranspose) cycles = model.transpose_tile;
  return {cycles + model.fpu_call, cycles};
}

uint32_t Vector(const TimingModel& model, SfpuUnaryOp op, bool fp32_dest, VectorMode mode) {
  const uint32_t vectors = mode == VectorMode::RC ? model.sfpu_vectors : model.sfpu_vectors / 2;
  return Round(Slots(op, fp32_dest) * vectors);
}

uint32_t Vector(const TimingModel& model, SfpuBinaryOp op, bool fp32_dest) {
  using Op = SfpuBinaryOp;
  double slots = 7;  // two loads, a comparison or integer operation, a store
  if (op == Op::Add || op == Op::Sub || op == Op::Rsub) slots = 5;
  if (op == Op::Mul) slots = fp32_dest ? 5 : 11;  // rounds to bfloat16 by itself
  if (op == Op::Div || op == Op::Fmod) slots = 28;
  if (op == Op::Power) slots = 60;
  if (op == Op::MulInt32) slots = 24;
  return Round(slots * model.sfpu_vectors);
}

uint32_t Vector(const TimingModel& model, SfpuTernaryOp op) {
  double slots = 7;
  if (op == SfpuTernaryOp::Addcdiv) slots = 28;
  return Round(slots * model.sfpu_vectors);
}

uint32_t VectorTypecast(const TimingModel& model) { return 4 * model.sfpu_vectors; }
uint32_t VectorCumsum(const TimingModel& model) { return 6 * model.sfpu_vectors; }
uint32_t VectorCopy(const TimingModel& model) { return 2 * model.sfpu_vectors; }

uint32_t Pack(const TimingModel& model, uint32_t bytes, bool accumulate) {
  const uint32_t beats = accumulate ? (bytes + 15) / 16 * model.pack_accumulate : 0;
  return Round(bytes / model.pack_rate) + model.pack_call + beats;
}

uint32_t PackUntilize(const TimingModel& model, uint32_t rows, uint32_t columns, uint32_t bytes) {
  const double wide = bytes > 2048 ? 2 : 1;  // 32-bit data take twice the beats
  return Round(rows * (columns * model.pack_untilize_tile * wide + model.pack_untilize_row));
}

}  // namespace tt_simulator::timing
