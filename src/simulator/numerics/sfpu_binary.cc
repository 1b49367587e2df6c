#include <array>
#include <stdexcept>
#include <string>

#include "flush_denormals.h"
#include "sfpu.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simulator/numerics/sfpu_binary.cc"  // NOLINT
#include <hwy/foreach_target.h>                                 // NOLINT
#include <hwy/highway.h>

#include "sfpu_exponential-inl.h"
#include "sfpu_tiles-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tt_simulator {
namespace HWY_NAMESPACE {
namespace lanes {

/*! \brief div_binary_tile with a 32-bit DST: quotient of the mantissas, one correction, exponents.
 */
HWY_INLINE F DivideAccurate(F a, F b) {
  const F ma = SetExponentField(a, Int(127));
  const F mb = SetExponentField(b, Int(127));
  const F minus = SetSign(mb);
  F y = Mad(Num(kSeed.k0), minus, Num(kSeed.k1));
  y = Mad(y, minus, Num(kSeed.k2));
  y = Mad(y, Mad(minus, y, Num(1.0f)), y);
  const F r = CopySign(y, mb);
  F q = ma * r;
  const F residual = Mad(q, -mb, ma);
  q = Mad(residual, r, q);
  const I ea = ExponentField(a);
  const I eb = Exponent(b);
  const I exponent = ea - eb + ExponentField(q);
  // The exponent sum may leave the field; half of it is applied by a multiplication that saturates.
  const I half = ShiftRight<1>(exponent);
  const F finite = SetExponentField(q, half) * SetExponentField(Num(1.0f), exponent - half);
  const B ordinary = (ea >= Int(1)) && (ea < Int(255)) && (eb >= Int(-126)) && (eb < Int(128));
  const F scale = AsFloat(AsInt(ClearMantissa(b)) ^ Int(0x7f800000));
  const F special = Select(IsNan(b), b, a * scale);
  return Select(ordinary, finite, special);
}

template <bool kFp32Dest>
HWY_INLINE F Divide(F a, F b) {
  if constexpr (kFp32Dest) return DivideAccurate(a, b);
  F r = a * Reciprocal<2>(b);
  const F of_zero = Select(IsPlusZero(a), Pattern(0x7fc00000u), CopySign(Num(kInf), a));
  r = Select(IsPlusZero(b), of_zero, r);
  return RoundToBfloat16Even(r);
}

template <bool kFp32Dest>
HWY_INLINE F Multiply(F a, F b) {
  const F r = a * b;
  if constexpr (kFp32Dest) return r;
  return Select(IsPlusZero(a) || IsPlusZero(b), Num(0.0f), RoundToBfloat16Even(r));
}

/*! \brief Remainder of the truncated quotient, corrected by one divisor; sign of a. */
template <bool kFp32Dest>
HWY_INLINE F Fmod(F a, F b) {
  const F b_abs = Abs(b);
  F r = a - Truncate(a * Reciprocal<2>(b)) * b;
  const F toward_zero = Select(IsNegative(r), r + b_abs, r - b_abs);
  r = Select(GreaterEqual(Abs(r), b_abs), toward_zero, r);
  const F raised = Select(IsNegative(r), r + b_abs, r);
  const F lowered = Select(!IsNegative(r) && !IsPlusZero(r), r - b_abs, r);
  r = Select(IsNegative(a), lowered, raised);
  r = Select(Equal(a, b), Num(0.0f), r);
  r = Select(IsPlusZero(b), Pattern(0x7fc00000u), r);
  return kFp32Dest ? r : RoundToBfloat16(r);
}

// Comparisons: false for NaN (`ne` true), all zeros and denormals equal.
HWY_INLINE B BothZero(F a, F b) {
  return (ExponentField(a) == Int(0)) && (ExponentField(b) == Int(0));
}
HWY_INLINE B Ordered(F a, F b) { return !IsNan(a) && !IsNan(b); }
HWY_INLINE B EqualFloats(F a, F b) {
  return BothZero(a, b) || (Ordered(a, b) && AsInt(a) == AsInt(b));
}
HWY_INLINE B LessFloats(F a, F b) {
  return Ordered(a, b) && !BothZero(a, b) && OrderKey(a) < OrderKey(b);
}
HWY_INLINE B LessEqualFloats(F a, F b) {
  return BothZero(a, b) || (Ordered(a, b) && OrderKey(a) <= OrderKey(b));
}

/*! \brief Shift counts outside 0..31 give 0. */
HWY_INLINE I ShiftOrZero(I value, I count, bool left, bool arithmetic) {
  const B in_range = (count >= Int(0)) && (count < Int(32));
  const I n = count & Int(31);
  I r;
  if (left) {
    r = ShiftBy(value, n);
  } else if (arithmetic) {
    r = ShiftRightArithmeticBy(value, n);
  } else {
    r = ShiftBy(value, Int(0) - n);
  }
  return Select(in_range, r, Int(0));
}

HWY_INLINE B LessUnsigned(I a, I b) { return (a ^ Int(kSign)) < (b ^ Int(kSign)); }

// One function of its own for each program, as in sfpu.cc.
template <bool kFp32Dest, typename Function>
HWY_NOINLINE void MapPairs(VectorMode mode, const DestTile& a, const DestTile& b, DestTile& out,
                           const Function& function) {
  ForEachRegister(mode, [&](int i) HWY_ATTR {
    StoreLanes<kFp32Dest>(function(LoadLanes(a, i), LoadLanes(b, i)), out, i);
  });
}
template <typename Function>
HWY_NOINLINE void MapIntPairs(VectorMode mode, const DestTile& a, const DestTile& b, DestTile& out,
                              const Function& function) {
  ForEachRegister(
      mode, [&](int i) HWY_ATTR { StoreInts(function(LoadInts(a, i), LoadInts(b, i)), out, i); });
}
template <bool kFp32Dest, typename Function>
HWY_NOINLINE void MapTriples(VectorMode mode, const DestTile& a, const DestTile& b,
                             const DestTile& c, DestTile& out, const Function& function) {
  ForEachRegister(mode, [&](int i) HWY_ATTR {
    StoreLanes<kFp32Dest>(function(LoadLanes(a, i), LoadLanes(b, i), LoadLanes(c, i)), out, i);
  });
}

template <bool kFp32Dest>
bool BinaryFloat(SfpuBinaryOp op, const SfpuConfig& config, const DestTile& a, const DestTile& b,
                 DestTile& out) {
  auto map = [&](auto&& function) HWY_ATTR {
    MapPairs<kFp32Dest>(config.mode, a, b, out, function);
    return true;
  };
  switch (op) {
    case SfpuBinaryOp::Add:
      return map([](F x, F y) HWY_ATTR { return x + y; });
    case SfpuBinaryOp::Sub:
      return map([](F x, F y) HWY_ATTR { return x - y; });
    case SfpuBinaryOp::Rsub:
      return map([](F x, F y) HWY_ATTR { return y - x; });
    case SfpuBinaryOp::Mul:
      return map([](F x, F y) HWY_ATTR { return Multiply<kFp32Dest>(x, y); });
    case SfpuBinaryOp::Div:
      return map([](F x, F y) HWY_ATTR { return Divide<kFp32Dest>(x, y); });
    case SfpuBinaryOp::Power:
      return map([](F x, F y) HWY_ATTR { return BinaryPower<kFp32Dest>(x, y); });
    case SfpuBinaryOp::Fmod:
      return map([](F x, F y) HWY_ATTR { return Fmod<kFp32Dest>(x, y); });
    case SfpuBinaryOp::Max:
      return map([](F x, F y) HWY_ATTR { return Max(x, y); });
    case SfpuBinaryOp::Min:
      return map([](F x, F y) HWY_ATTR { return Min(x, y); });
    case SfpuBinaryOp::Eq:
      return map([](F x, F y) HWY_ATTR { return OneIf(EqualFloats(x, y)); });
    case SfpuBinaryOp::Ne:
      return map([](F x, F y) HWY_ATTR { return OneIf(!EqualFloats(x, y)); });
    case SfpuBinaryOp::Lt:
      return map([](F x, F y) HWY_ATTR { return OneIf(LessFloats(x, y)); });
    case SfpuBinaryOp::Gt:
      return map([](F x, F y) HWY_ATTR { return OneIf(LessFloats(y, x)); });
    case SfpuBinaryOp::Le:
      return map([](F x, F y) HWY_ATTR { return OneIf(LessEqualFloats(x, y)); });
    case SfpuBinaryOp::Ge:
      return map([](F x, F y) HWY_ATTR { return OneIf(LessEqualFloats(y, x)); });
    case SfpuBinaryOp::Mask:
      return map([](F x, F m) HWY_ATTR { return Select(IsPlusZero(m), Num(0.0f), x); });
    case SfpuBinaryOp::MaskPosInf:
      return map([](F x, F m) HWY_ATTR { return Select(IsPlusZero(m), Num(kInf), x); });
    default:
      return false;
  }
}

bool BinaryInt(SfpuBinaryOp op, const SfpuConfig& config, const DestTile& a, const DestTile& b,
               DestTile& out) {
  auto map = [&](auto&& function) HWY_ATTR {
    MapIntPairs(config.mode, a, b, out, function);
    return true;
  };
  switch (op) {
    case SfpuBinaryOp::AddInt32:
      return map([](I x, I y) HWY_ATTR { return x + y; });
    case SfpuBinaryOp::SubInt32:
      return map([](I x, I y) HWY_ATTR { return x - y; });
    case SfpuBinaryOp::RsubInt32:
      return map([](I x, I y) HWY_ATTR { return y - x; });
    case SfpuBinaryOp::MulInt32:
      return map([](I x, I y) HWY_ATTR { return x * y; });
    case SfpuBinaryOp::MaxInt32:
      return map([](I x, I y) HWY_ATTR { return Select(x < y, y, x); });
    case SfpuBinaryOp::MinInt32:
      return map([](I x, I y) HWY_ATTR { return Select(y < x, y, x); });
    case SfpuBinaryOp::MaxUInt32:
      return map([](I x, I y) HWY_ATTR { return Select(LessUnsigned(x, y), y, x); });
    case SfpuBinaryOp::MinUInt32:
      return map([](I x, I y) HWY_ATTR { return Select(LessUnsigned(y, x), y, x); });
    case SfpuBinaryOp::EqInt32:
      return map([](I x, I y) HWY_ATTR { return OneIfInt(x == y); });
    case SfpuBinaryOp::NeInt32:
      return map([](I x, I y) HWY_ATTR { return OneIfInt(!(x == y)); });
    case SfpuBinaryOp::LtInt32:
      return map([](I x, I y) HWY_ATTR { return OneIfInt(x < y); });
    case SfpuBinaryOp::GtInt32:
      return map([](I x, I y) HWY_ATTR { return OneIfInt(x > y); });
    case SfpuBinaryOp::LeInt32:
      return map([](I x, I y) HWY_ATTR { return OneIfInt(x <= y); });
    case SfpuBinaryOp::GeInt32:
      return map([](I x, I y) HWY_ATTR { return OneIfInt(x >= y); });
    case SfpuBinaryOp::BitwiseAnd:
      return map([](I x, I y) HWY_ATTR { return x & y; });
    case SfpuBinaryOp::BitwiseOr:
      return map([](I x, I y) HWY_ATTR { return x | y; });
    case SfpuBinaryOp::BitwiseXor:
      return map([](I x, I y) HWY_ATTR { return x ^ y; });
    case SfpuBinaryOp::LeftShift:
      return map([](I x, I y) HWY_ATTR { return ShiftOrZero(x, y, true, false); });
    case SfpuBinaryOp::RightShift:
      return map([](I x, I y) HWY_ATTR { return ShiftOrZero(x, y, false, true); });
    case SfpuBinaryOp::LogicalRightShift:
      return map([](I x, I y) HWY_ATTR { return ShiftOrZero(x, y, false, false); });
    default:
      return false;
  }
}

template <bool kFp32Dest>
bool Ternary(SfpuTernaryOp op, const SfpuConfig& config, const DestTile& a, const DestTile& b,
             const DestTile& c, DestTile& out) {
  const F p0 = Pattern(config.params[0]);
  auto map = [&](auto&& function) HWY_ATTR {
    MapTriples<kFp32Dest>(config.mode, a, b, c, out, function);
    return true;
  };
  switch (op) {
    case SfpuTernaryOp::Where:
      // Selects patterns, so that integers pass unchanged too.
      ForEachRegister(config.mode, [&](int i) HWY_ATTR {
        const B no = LoadInts(a, i) == Int(0);
        StoreInts(Select(no, LoadInts(c, i), LoadInts(b, i)), out, i);
      });
      return true;
    case SfpuTernaryOp::Lerp:
      return map([](F x, F y, F z) HWY_ATTR {
        const F r = x + z * (y - x);
        return kFp32Dest ? r : RoundToBfloat16Even(r);
      });
    case SfpuTernaryOp::Addcmul:
      return map([p0](F x, F y, F z) HWY_ATTR {
        const F r = Mad(p0 * y, z, x);
        return kFp32Dest ? r : RoundToBfloat16(r);
      });
    case SfpuTernaryOp::Addcdiv:
      return map([p0](F x, F y, F z) HWY_ATTR {
        const F r = x + (y * p0) * Reciprocal<2>(z);
        return kFp32Dest ? r : RoundToBfloat16Even(r);
      });
    case SfpuTernaryOp::Mac:
      return map([](F x, F y, F z) HWY_ATTR {
        const F r = Mad(x, y, z);
        return kFp32Dest ? r : RoundToBfloat16(r);
      });
    default:
      return false;
  }
}

/*! \brief Running sums down the columns of a tile; the sums themselves stay in float32. */
template <bool kFp32Dest>
void Cumsum(float* carry, DestTile& tile) {
  for (int row = 0; row < kTileDim; ++row) {
    for (int col = 0; col < kTileDim; ++col) {
      float& sum = carry[col];
      uint32_t& bits = tile.bits[TileIndex(row, col)];
      sum += std::bit_cast<float>(bits);
      bits = std::bit_cast<uint32_t>(sum) & (kFp32Dest ? 0xffffffffu : 0xffff0000u);
    }
  }
}

}  // namespace lanes

bool SfpuBinaryOnTarget(SfpuBinaryOp op, const SfpuConfig& config, const DestTile& a,
                        const DestTile& b, DestTile& out) {
  return lanes::BinaryInt(op, config, a, b, out) ||
         (config.fp32_dest ? lanes::BinaryFloat<true>(op, config, a, b, out)
                           : lanes::BinaryFloat<false>(op, config, a, b, out));
}

bool SfpuTernaryOnTarget(SfpuTernaryOp op, const SfpuConfig& config, const DestTile& a,
                         const DestTile& b, const DestTile& c, DestTile& out) {
  return config.fp32_dest ? lanes::Ternary<true>(op, config, a, b, c, out)
                          : lanes::Ternary<false>(op, config, a, b, c, out);
}

void SfpuCumsumOnTarget(bool fp32_dest, float* carry, DestTile& tile) {
  fp32_dest ? lanes::Cumsum<true>(carry, tile) : lanes::Cumsum<false>(carry, tile);
}

}  // namespace HWY_NAMESPACE
}  // namespace tt_simulator
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tt_simulator {

HWY_EXPORT(SfpuBinaryOnTarget);
HWY_EXPORT(SfpuTernaryOnTarget);
HWY_EXPORT(SfpuCumsumOnTarget);

void SfpuBinary(SfpuBinaryOp op, const SfpuConfig& config, const DestTile& a, const DestTile& b,
                DestTile& out) {
  const FlushDenormals flush;
  if (!HWY_DYNAMIC_DISPATCH(SfpuBinaryOnTarget)(op, config, a, b, out)) {
    throw std::invalid_argument("SFPU: unknown binary operation " +
                                std::to_string(static_cast<int>(op)));
  }
}

void SfpuTernary(SfpuTernaryOp op, const SfpuConfig& config, const DestTile& a, const DestTile& b,
                 const DestTile& c, DestTile& out) {
  const FlushDenormals flush;
  if (!HWY_DYNAMIC_DISPATCH(SfpuTernaryOnTarget)(op, config, a, b, c, out)) {
    throw std::invalid_argument("SFPU: unknown ternary operation " +
                                std::to_string(static_cast<int>(op)));
  }
}

void SfpuCumsum(bool first, const SfpuConfig& config, std::array<float, kTileDim>& carry,
                DestTile& tile) {
  const FlushDenormals flush;
  if (first) carry.fill(0.0f);
  HWY_DYNAMIC_DISPATCH(SfpuCumsumOnTarget)(config.fp32_dest, carry.data(), tile);
}

}  // namespace tt_simulator
#endif  // HWY_ONCE
