#include "sfpu.h"

#include <bit>
#include <cmath>
#include <stdexcept>
#include <string>

#include "flush_denormals.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simulator/numerics/sfpu.cc"  // NOLINT
#include <hwy/foreach_target.h>                          // NOLINT
#include <hwy/highway.h>

#include "sfpu_activation-inl.h"
#include "sfpu_tiles-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tt_simulator {
namespace HWY_NAMESPACE {
namespace lanes {

// One function of its own for each program: all of them inlined into one switch would take the
// compiler gigabytes and minutes.
template <bool kFp32Dest, typename Function>
HWY_NOINLINE void Map(VectorMode mode, DestTile& tile, const Function& function) {
  ForEachRegister(
      mode, [&](int i) HWY_ATTR { StoreLanes<kFp32Dest>(function(LoadLanes(tile, i)), tile, i); });
}

/*! \brief Integers: stored as they are. */
template <typename Function>
HWY_NOINLINE void MapInt(VectorMode mode, DestTile& tile, const Function& function) {
  ForEachRegister(mode, [&](int i) HWY_ATTR { StoreInts(function(LoadInts(tile, i)), tile, i); });
}

HWY_INLINE F Floor(F x) {
  const F t = Truncate(x);
  const B below = IsNegative(x) && !(AsInt(t) == AsInt(x)) && !IsPlusZero(ClearSign(x));
  return Select(below, t + Num(-1.0f), t);
}

HWY_INLINE F Ceil(F x) {
  const F t = Truncate(x);
  const B above = !IsNegative(x) && !(AsInt(t) == AsInt(x));
  return Select(above, t + Num(1.0f), t);
}

/*! \brief Half to even, by adding and taking away 2^23. */
HWY_INLINE F RoundEven(F x) {
  const F r = (ClearSign(x) + Num(8388608.0f)) + Num(-8388608.0f);
  return Select(Exponent(x) < Int(23), CopySign(r, x), x);
}

/*! \brief 10^n in float32, 0 and infinity outside its range. */
inline float PowerOfTen(int n) {
  if (n > 38) return kInf;
  if (n < -45) return 0.0f;
  return static_cast<float>(std::pow(10.0, n));
}

template <bool kFp32Dest>
bool UnaryFloat(SfpuUnaryOp op, const SfpuConfig& config, DestTile& tile) {
  const F p0 = Pattern(config.params[0]);
  const F p1 = Pattern(config.params[1]);
  const F p2 = Pattern(config.params[2]);
  auto map = [&](auto&& function) HWY_ATTR { Map<kFp32Dest>(config.mode, tile, function); };
  auto library = [&](auto&& function) HWY_ATTR {
    map([&](F x) HWY_ATTR { return InDoublePrecision<kFp32Dest>(x, function); });
  };
  switch (op) {
    case SfpuUnaryOp::Exp:
      map([](F x) HWY_ATTR { return Exp<kFp32Dest>(x); });
      return true;
    case SfpuUnaryOp::ExpScaled:
      map([p0](F x) HWY_ATTR { return Exp<kFp32Dest>(x * p0); });
      return true;
    case SfpuUnaryOp::ExpApprox:
      map([line = ExpLineOf(1.0f)](F x) HWY_ATTR { return ExpApprox<true>(x, line); });
      return true;
    case SfpuUnaryOp::ExpApproxScaled:
      map([line = ExpLineOf(std::bit_cast<float>(config.params[0]))](F x)
              HWY_ATTR { return ExpApprox<true>(x, line); });
      return true;
    case SfpuUnaryOp::ExpApproxUnclamped:
      map([line = ExpLineOf(std::bit_cast<float>(config.params[0]))](F x)
              HWY_ATTR { return ExpApprox<false>(x, line); });
      return true;
    case SfpuUnaryOp::Exp2:
      map([](F x) HWY_ATTR { return Exp2<kFp32Dest>(x); });
      return true;
    case SfpuUnaryOp::Expm1:
      map([](F x) HWY_ATTR {
        const F r = Expm1<kFp32Dest>(x);
        return kFp32Dest ? r : RoundToBfloat16(r);
      });
      return true;
    case SfpuUnaryOp::Log:
      map([](F x) HWY_ATTR {
        const F r = Log<kFp32Dest, LogScale::None>(x, x);
        return kFp32Dest ? r : RoundToBfloat16(r);
      });
      return true;
    case SfpuUnaryOp::LogWithBase:
      map([p0](F x) HWY_ATTR {
        const F r = Log<kFp32Dest, LogScale::Factor>(x, p0);
        return kFp32Dest ? r : RoundToBfloat16(r);
      });
      return true;
    case SfpuUnaryOp::LogBaseTwo:
      map([p0](F x) HWY_ATTR {
        const F r = Log<kFp32Dest, LogScale::BaseTwo>(x, p0);
        return kFp32Dest ? r : RoundToBfloat16(r);
      });
      return true;
    case SfpuUnaryOp::Log1p:
      map([](F x) HWY_ATTR {
        const F r = Log1p<kFp32Dest>(x);
        return kFp32Dest ? r : RoundToBfloat16(r);
      });
      return true;
    case SfpuUnaryOp::Sqrt:
      map([](F x) HWY_ATTR {
        const F r = SquareRoot<false>(x);
        return kFp32Dest ? r : RoundToBfloat16(r);
      });
      return true;
    case SfpuUnaryOp::Rsqrt:
      map([](F x) HWY_ATTR {
        const F r = SquareRoot<true>(x);
        return kFp32Dest ? r : RoundToBfloat16(r);
      });
      return true;
    case SfpuUnaryOp::Recip:
      map([](F x) HWY_ATTR {
        return kFp32Dest ? Reciprocal<2>(x) : Reciprocal<1, true>(x, kBfloat16Seed);
      });
      return true;
    case SfpuUnaryOp::Cbrt:
      library([](double x) { return std::cbrt(x); });
      return true;
    case SfpuUnaryOp::Square:
      map([](F x) HWY_ATTR {
        const F r = x * x;
        return kFp32Dest ? r : RoundToBfloat16Even(r);
      });
      return true;
    case SfpuUnaryOp::Power: {
      const bool negative = std::bit_cast<float>(config.params[0]) < 0.0f;
      map([p0, negative](F x) HWY_ATTR { return UnaryPower<kFp32Dest>(x, p0, negative); });
      return true;
    }
    case SfpuUnaryOp::PowerIterative:
      map([n = config.params[0]](F x) HWY_ATTR { return IterativePower(x, n); });
      return true;
    case SfpuUnaryOp::Rpow:
      map([p0](F x) HWY_ATTR { return BinaryPower<kFp32Dest>(p0, x); });
      return true;
    case SfpuUnaryOp::Sin:
      map([](F x) HWY_ATTR { return Sine<kFp32Dest>(x); });
      return true;
    case SfpuUnaryOp::Cos:
      map([](F x) HWY_ATTR { return Cosine<kFp32Dest>(x); });
      return true;
    case SfpuUnaryOp::Tan:
      map([](F x) HWY_ATTR { return Tangent<kFp32Dest>(x); });
      return true;
    case SfpuUnaryOp::Asin:
      library([](double x) { return std::asin(x); });
      return true;
    case SfpuUnaryOp::Acos:
      library([](double x) { return std::acos(x); });
      return true;
    case SfpuUnaryOp::Atan:
      library([](double x) { return std::atan(x); });
      return true;
    case SfpuUnaryOp::Sinh:
      library([](double x) { return std::sinh(x); });
      return true;
    case SfpuUnaryOp::Cosh:
      library([](double x) { return std::cosh(x); });
      return true;
    case SfpuUnaryOp::Asinh:
      library([](double x) { return std::asinh(x); });
      return true;
    case SfpuUnaryOp::Acosh:
      library([](double x) { return std::acosh(x); });
      return true;
    case SfpuUnaryOp::Atanh:
      library([](double x) { return std::atanh(x); });
      return true;
    case SfpuUnaryOp::Tanh:
      map([](F x) HWY_ATTR { return Tanh<kFp32Dest>(x); });
      return true;
    case SfpuUnaryOp::TanhApprox:
      map([](F x) HWY_ATTR { return TanhApprox(x); });
      return true;
    case SfpuUnaryOp::Sigmoid:
      map([](F x) HWY_ATTR { return Sigmoid<kFp32Dest>(x); });
      return true;
    case SfpuUnaryOp::Silu:
      map([](F x) HWY_ATTR { return Silu<kFp32Dest>(x); });
      return true;
    case SfpuUnaryOp::Gelu:
      map([](F x) HWY_ATTR { return GeluTable(x); });
      return true;
    case SfpuUnaryOp::GeluAccurate:
      map([](F x) HWY_ATTR { return GeluAccurate<kFp32Dest>(x); });
      return true;
    case SfpuUnaryOp::GeluTanh:
      map([](F x) HWY_ATTR { return GeluTanh<kFp32Dest>(x); });
      return true;
    case SfpuUnaryOp::Mish:
      map([](F x) HWY_ATTR { return Mish<kFp32Dest>(x); });
      return true;
    case SfpuUnaryOp::Erf:
      map([](F x) HWY_ATTR { return Erf(x); });
      return true;
    case SfpuUnaryOp::Erfc:
      library([](double x) { return std::erfc(x); });
      return true;
    case SfpuUnaryOp::Relu:
      map([](F x) HWY_ATTR { return Max(x, Num(0.0f)); });
      return true;
    case SfpuUnaryOp::ReluMax:
      map([p0](F x) HWY_ATTR { return ReluMax(x, p0); });
      return true;
    case SfpuUnaryOp::ReluMin:
      map([p0](F x) HWY_ATTR { return Max(x, p0); });
      return true;
    case SfpuUnaryOp::LeakyRelu:
    case SfpuUnaryOp::Prelu:
      map([p0](F x) HWY_ATTR { return Select(IsNegative(x), x * p0, x); });
      return true;
    case SfpuUnaryOp::Elu:
      map([p0](F x) HWY_ATTR { return EluLike<kFp32Dest>(x, x, p0, x); });
      return true;
    case SfpuUnaryOp::Celu:
      map([p0, p1](F x) HWY_ATTR { return EluLike<kFp32Dest>(x, p1 * x, p0, x); });
      return true;
    case SfpuUnaryOp::Selu: {
      const float scale = std::bit_cast<float>(config.params[0]);
      const F scale_alpha = Num(scale * std::bit_cast<float>(config.params[1]));
      map([=](F x) HWY_ATTR { return EluLike<kFp32Dest>(x, x, scale_alpha, p0 * x); });
      return true;
    }
    case SfpuUnaryOp::Hardsigmoid:
      map([](F x)
              HWY_ATTR { return ReluMax(Mad(x, Num(0.1666666716337204f), Num(0.5f)), Num(1.0f)); });
      return true;
    case SfpuUnaryOp::Hardtanh:
    case SfpuUnaryOp::Clamp:
      map([p0, p1](F x) HWY_ATTR { return Clamp(x, p0, p1); });
      return true;
    case SfpuUnaryOp::Hardshrink:
      map([p0](F x) HWY_ATTR { return Select(GreaterEqual(p0, ClearSign(x)), Num(0.0f), x); });
      return true;
    case SfpuUnaryOp::Softshrink:
      map([p0](F x) HWY_ATTR { return x - Clamp(x, -p0, p0); });
      return true;
    case SfpuUnaryOp::Softplus:
      map([=](F x) HWY_ATTR { return Softplus<kFp32Dest>(x, p0, p1, p2); });
      return true;
    case SfpuUnaryOp::Softsign:
      map([](F x) HWY_ATTR { return x * Reciprocal<2>(Abs(x) + Num(1.0f)); });
      return true;
    case SfpuUnaryOp::Threshold:
      map([p0, p1](F x) HWY_ATTR { return Select(LessEqual(x, p0), p1, x); });
      return true;
    case SfpuUnaryOp::Abs:
      map([](F x) HWY_ATTR { return Abs(x); });
      return true;
    case SfpuUnaryOp::Neg:
      map([](F x) HWY_ATTR { return -x; });
      return true;
    case SfpuUnaryOp::Sign:
      map([](F x) HWY_ATTR {
        return Select(Magnitude(x) == Int(0), Num(0.0f), CopySign(Num(1.0f), x));
      });
      return true;
    case SfpuUnaryOp::Signbit:
      map([](F x) HWY_ATTR { return OneIf(IsNegative(x)); });
      return true;
    case SfpuUnaryOp::Heaviside:
      map([p0](F x) HWY_ATTR {
        return Select(Magnitude(x) == Int(0), p0, CopySign(Num(0.5f), x) + Num(0.5f));
      });
      return true;
    case SfpuUnaryOp::Identity:
      map([](F x) HWY_ATTR { return x; });
      return true;
    case SfpuUnaryOp::Floor:
      map([](F x) HWY_ATTR { return Floor(x); });
      return true;
    case SfpuUnaryOp::Ceil:
      map([](F x) HWY_ATTR { return Ceil(x); });
      return true;
    case SfpuUnaryOp::Trunc:
      map([](F x) HWY_ATTR { return Truncate(x); });
      return true;
    case SfpuUnaryOp::Frac:
      map([](F x) HWY_ATTR { return x - Truncate(x); });
      return true;
    case SfpuUnaryOp::Round: {
      const int decimals = static_cast<int>(config.params[0]);
      const F factor = Num(PowerOfTen(decimals));
      const F inverse = Num(PowerOfTen(-decimals));
      map([=](F x) HWY_ATTR { return inverse * RoundEven(x * factor); });
      return true;
    }
    case SfpuUnaryOp::UnaryMax:
      map([p0](F x) HWY_ATTR { return Max(x, p0); });
      return true;
    case SfpuUnaryOp::UnaryMin:
      map([p0](F x) HWY_ATTR { return Min(x, p0); });
      return true;
    case SfpuUnaryOp::Fill:
      map([p0](F) HWY_ATTR { return p0; });
      return true;
    case SfpuUnaryOp::Eqz:
      map([](F x) HWY_ATTR { return OneIf(Magnitude(x) == Int(0)); });
      return true;
    case SfpuUnaryOp::Nez:
      map([](F x) HWY_ATTR { return OneIf(!(Magnitude(x) == Int(0))); });
      return true;
    // Comparisons with zero are false for NaN.
    case SfpuUnaryOp::Ltz:
      map([](F x)
              HWY_ATTR { return OneIf(IsNegative(x) && !(Magnitude(x) == Int(0)) && !IsNan(x)); });
      return true;
    case SfpuUnaryOp::Gtz:
      map([](F x)
              HWY_ATTR { return OneIf(!IsNegative(x) && !(Magnitude(x) == Int(0)) && !IsNan(x)); });
      return true;
    case SfpuUnaryOp::Lez:
      map([](F x)
              HWY_ATTR { return OneIf((IsNegative(x) || Magnitude(x) == Int(0)) && !IsNan(x)); });
      return true;
    case SfpuUnaryOp::Gez:
      map([](F x)
              HWY_ATTR { return OneIf((!IsNegative(x) || Magnitude(x) == Int(0)) && !IsNan(x)); });
      return true;
    case SfpuUnaryOp::UnaryEq:
      map([p0](F x) HWY_ATTR { return OneIf(Equal(x, p0)); });
      return true;
    case SfpuUnaryOp::UnaryNe:
      map([p0](F x) HWY_ATTR { return OneIf(!Equal(x, p0)); });
      return true;
    case SfpuUnaryOp::UnaryLt:
      map([p0](F x) HWY_ATTR { return OneIf(Less(x, p0)); });
      return true;
    case SfpuUnaryOp::UnaryGt:
      map([p0](F x) HWY_ATTR { return OneIf(Greater(x, p0)); });
      return true;
    case SfpuUnaryOp::UnaryLe:
      map([p0](F x) HWY_ATTR { return OneIf(LessEqual(x, p0)); });
      return true;
    case SfpuUnaryOp::UnaryGe:
      map([p0](F x) HWY_ATTR { return OneIf(GreaterEqual(x, p0)); });
      return true;
    case SfpuUnaryOp::IsNan:
      map([](F x) HWY_ATTR { return OneIf(IsNan(x)); });
      return true;
    case SfpuUnaryOp::IsInf:
      map([](F x) HWY_ATTR { return OneIf(IsInfinite(x)); });
      return true;
    case SfpuUnaryOp::IsPosInf:
      map([](F x) HWY_ATTR { return OneIf(IsInfinite(x) && !IsNegative(x)); });
      return true;
    case SfpuUnaryOp::IsNegInf:
      map([](F x) HWY_ATTR { return OneIf(IsInfinite(x) && IsNegative(x)); });
      return true;
    case SfpuUnaryOp::IsFinite:
      map([](F x) HWY_ATTR { return OneIf(IsFinite(x)); });
      return true;
    case SfpuUnaryOp::LogicalNot:
      map([](F x) HWY_ATTR { return OneIf(IsPlusZero(x)); });
      return true;
    case SfpuUnaryOp::AddScalar:
      map([p0](F x) HWY_ATTR { return x + p0; });
      return true;
    case SfpuUnaryOp::SubScalar:
      map([p0](F x) HWY_ATTR { return x - p0; });
      return true;
    case SfpuUnaryOp::MulScalar:
    case SfpuUnaryOp::DivScalar:
      map([p0](F x) HWY_ATTR { return x * p0; });
      return true;
    case SfpuUnaryOp::RsubScalar:
      map([p0](F x) HWY_ATTR {
        const F r = p0 - x;
        return kFp32Dest ? r : RoundToBfloat16Even(r);
      });
      return true;
    case SfpuUnaryOp::Rdiv:
      map([p0](F x) HWY_ATTR {
        if constexpr (kFp32Dest) return Reciprocal<2>(x) * p0;
        return RoundToBfloat16(Reciprocal<1>(x)) * p0;
      });
      return true;
    default:
      return false;
  }
}

bool UnaryInt(SfpuUnaryOp op, const SfpuConfig& config, DestTile& tile) {
  const I p0 = Int(static_cast<int32_t>(config.params[0]));
  const I zero = Int(0);
  const int shift = static_cast<int>(config.params[0] & 31);
  auto map = [&](auto&& function) HWY_ATTR { MapInt(config.mode, tile, function); };
  switch (op) {
    case SfpuUnaryOp::FillInt:
      map([p0](I) HWY_ATTR { return p0; });
      return true;
    case SfpuUnaryOp::AbsInt32:
      map([zero](I x) HWY_ATTR { return Select(x < zero, zero - x, x); });
      return true;
    case SfpuUnaryOp::NegInt32:
      map([zero](I x) HWY_ATTR { return zero - x; });
      return true;
    case SfpuUnaryOp::AddScalarInt32:
      map([p0](I x) HWY_ATTR { return x + p0; });
      return true;
    case SfpuUnaryOp::SubScalarInt32:
      map([p0](I x) HWY_ATTR { return x - p0; });
      return true;
    case SfpuUnaryOp::RsubScalarInt32:
      map([p0](I x) HWY_ATTR { return p0 - x; });
      return true;
    case SfpuUnaryOp::BitwiseAnd:
      map([p0](I x) HWY_ATTR { return x & p0; });
      return true;
    case SfpuUnaryOp::BitwiseOr:
      map([p0](I x) HWY_ATTR { return x | p0; });
      return true;
    case SfpuUnaryOp::BitwiseXor:
      map([p0](I x) HWY_ATTR { return x ^ p0; });
      return true;
    case SfpuUnaryOp::BitwiseNot:
      map([](I x) HWY_ATTR { return ~x; });
      return true;
    case SfpuUnaryOp::LeftShift:
      map([shift](I x) HWY_ATTR { return ShiftLeftBy(x, Int(shift)); });
      return true;
    case SfpuUnaryOp::RightShift:
      map([shift](I x) HWY_ATTR { return ShiftRightArithmeticBy(x, Int(shift)); });
      return true;
    case SfpuUnaryOp::EqzInt32:
      map([zero](I x) HWY_ATTR { return OneIfInt(x == zero); });
      return true;
    case SfpuUnaryOp::NezInt32:
      map([zero](I x) HWY_ATTR { return OneIfInt(!(x == zero)); });
      return true;
    case SfpuUnaryOp::LtzInt32:
      map([zero](I x) HWY_ATTR { return OneIfInt(x < zero); });
      return true;
    case SfpuUnaryOp::GtzInt32:
      map([zero](I x) HWY_ATTR { return OneIfInt(x > zero); });
      return true;
    case SfpuUnaryOp::LezInt32:
      map([zero](I x) HWY_ATTR { return OneIfInt(x <= zero); });
      return true;
    case SfpuUnaryOp::GezInt32:
      map([zero](I x) HWY_ATTR { return OneIfInt(x >= zero); });
      return true;
    case SfpuUnaryOp::UnaryMaxInt32:
      map([p0](I x) HWY_ATTR { return Select(x < p0, p0, x); });
      return true;
    case SfpuUnaryOp::UnaryMinInt32:
      map([p0](I x) HWY_ATTR { return Select(x > p0, p0, x); });
      return true;
    case SfpuUnaryOp::UnaryEqInt32:
      map([p0](I x) HWY_ATTR { return OneIfInt(x == p0); });
      return true;
    case SfpuUnaryOp::UnaryNeInt32:
      map([p0](I x) HWY_ATTR { return OneIfInt(!(x == p0)); });
      return true;
    case SfpuUnaryOp::UnaryLtInt32:
      map([p0](I x) HWY_ATTR { return OneIfInt(x < p0); });
      return true;
    case SfpuUnaryOp::UnaryGtInt32:
      map([p0](I x) HWY_ATTR { return OneIfInt(x > p0); });
      return true;
    case SfpuUnaryOp::UnaryLeInt32:
      map([p0](I x) HWY_ATTR { return OneIfInt(x <= p0); });
      return true;
    case SfpuUnaryOp::UnaryGeInt32:
      map([p0](I x) HWY_ATTR { return OneIfInt(x >= p0); });
      return true;
    default:
      return false;
  }
}

}  // namespace lanes

bool SfpuUnaryOnTarget(SfpuUnaryOp op, const SfpuConfig& config, DestTile& tile) {
  return lanes::UnaryInt(op, config, tile) ||
         (config.fp32_dest ? lanes::UnaryFloat<true>(op, config, tile)
                           : lanes::UnaryFloat<false>(op, config, tile));
}

}  // namespace HWY_NAMESPACE
}  // namespace tt_simulator
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tt_simulator {

HWY_EXPORT(SfpuUnaryOnTarget);

void SfpuUnary(SfpuUnaryOp op, const SfpuConfig& config, DestTile& tile) {
  const FlushDenormals flush;
  if (!HWY_DYNAMIC_DISPATCH(SfpuUnaryOnTarget)(op, config, tile)) {
    throw std::invalid_argument("SFPU: unknown unary operation " +
                                std::to_string(static_cast<int>(op)));
  }
}

}  // namespace tt_simulator
#endif  // HWY_ONCE
