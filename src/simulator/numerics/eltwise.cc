#include "eltwise.h"

#include "broadcast.h"
#include "dot_product.h"
#include "half_dest.h"
#include "matrix_unit.h"
#include "scalar_model.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simulator/numerics/eltwise.cc"  // NOLINT
#include <hwy/foreach_target.h>                             // NOLINT
#include <hwy/highway.h>

#include "dot_product-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tt_simulator {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR

void EltwiseExact(BinaryOp op, Broadcast broadcast, const EltwiseArguments& arguments,
                  bool fp32_dest) {
  using scalar_model::Group;
  const int phases = op == BinaryOp::Mul ? arguments.phases : 1;
  for (int row = 0; row < kTileDim; ++row) {
    for (int col = 0; col < kTileDim; ++col) {
      const int index = TileIndex(row, col);
      const uint32_t x = arguments.a.bits[index];
      const uint32_t y =
          arguments.b.bits[BroadcastIndex(broadcast, row, col, arguments.broadcast_row)];
      uint32_t acc = arguments.accumulate ? arguments.dst.bits[index] : 0;
      for (int phase = 0; phase < phases; ++phase) {
        const Group group =
            op == BinaryOp::Mul
                ? scalar_model::Product(x, y, phase)
                : scalar_model::Sum(x, op == BinaryOp::Sub ? y ^ scalar_model::kSignBit : y);
        acc = scalar_model::Accumulate(acc, group, {}, fp32_dest);
      }
      arguments.dst.bits[index] = acc;
    }
  }
}

#else

using VF32 = hn::VFromD<DF32>;

/*! \brief Calls `body(index, second operand's patterns)` for each register's worth of a tile. */
template <Broadcast kBroadcast, typename Body>
HWY_INLINE void ForEachPair(const SourceTile& b, int broadcast_row, Body&& body) {
  const D32 d;
  const int step = static_cast<int>(hn::Lanes(d));
  const int32_t* const bits = reinterpret_cast<const int32_t*>(b.bits);
  for (int start = 0; start < kTileElements; start += kFaceDim) {
    // `start` is the first element of a row of a face.
    const int from =
        BroadcastIndex(kBroadcast, RowOfIndex(start), ColOfIndex(start), broadcast_row);
    for (int i = 0; i < kFaceDim; i += step) {
      V32 second;
      if constexpr (kBroadcast == Broadcast::None || kBroadcast == Broadcast::Row) {
        second = hn::Load(d, bits + from + i);
      } else {
        second = hn::Set(d, bits[from]);
      }
      body(start + i, second);
    }
  }
}

/*!
 * \brief Add, subtract and multiply without accumulation for exponents far from both ends, in
 * float32 arithmetic that is exact at every step.
 *
 * Everything is scaled by a power of two so that the grid of the rounding is 1; rounding is then
 * truncation after adding one half. Returns false, with dst undefined, if an exponent is outside
 * the range for which the scale factors and the result are normal numbers.
 */
template <BinaryOp kOp, Broadcast kBroadcast, int kPhases, bool kFp32Dest>
HWY_INLINE bool EltwiseCommon(const EltwiseArguments& arguments) {
  const D32 d;
  const DF32 df;
  const V32 exponent_mask = hn::Set(d, 0x7f800000);
  const VF32 half = hn::Set(df, 0.5f);
  const V32 zero = hn::Zero(d);
  // Biased exponents 40..210 (sums), product exponents 40..210: the low parts of a product lie up
  // to 12 below, the scale factors 10 to 23.
  const V32 low = hn::Set(d, 40 << 23);
  const V32 high = hn::Set(d, 210 << 23);
  auto outside = hn::Ne(zero, zero);
  auto check = [&](V32 exponent, V32 relevant) {
    const auto bad = hn::Or(hn::Lt(exponent, low), hn::Gt(exponent, high));
    outside = hn::Or(outside, hn::And(bad, hn::Ne(relevant, zero)));
  };
  auto as_float = [&](V32 x) { return hn::BitCast(df, x); };
  auto as_int = [&](VF32 x) { return hn::BitCast(d, x); };
  // 2^(10 - e) and 2^(e - 10) for a pattern 2^e without mantissa.
  auto inverse_grid = [&](V32 e) { return as_float(hn::Sub(hn::Set(d, (254 + 10) << 23), e)); };
  auto grid = [&](V32 e) { return as_float(hn::Sub(e, hn::Set(d, 10 << 23))); };
  auto to_bfloat16 = [&](VF32 x) {
    const V32 rounded = hn::Add(as_int(x), hn::Set(d, 0x8000));
    return as_float(hn::And(rounded, hn::Set(d, static_cast<int32_t>(0xffff0000u))));
  };

  ForEachPair<kBroadcast>(arguments.b, arguments.broadcast_row, [&](int index, V32 y) HWY_ATTR {
    const V32 x = hn::Load(d, reinterpret_cast<const int32_t*>(arguments.a.bits) + index);
    const V32 ex = hn::And(x, exponent_mask);
    const V32 ey = hn::And(y, exponent_mask);
    VF32 result;
    if constexpr (kOp != BinaryOp::Mul) {
      const V32 largest = hn::Max(ex, ey);
      check(largest, largest);
      const VF32 inverse = inverse_grid(largest);
      auto round = [&](V32 v) {
        return hn::Trunc(hn::MulAdd(as_float(v), inverse, hn::CopySign(half, as_float(v))));
      };
      const VF32 rx = round(x);
      const VF32 ry = round(y);
      VF32 sum = kOp == BinaryOp::Add ? hn::Add(rx, ry) : hn::Sub(rx, ry);
      if constexpr (!kFp32Dest) sum = to_bfloat16(sum);
      result = hn::Mul(sum, grid(largest));
    } else {
      // A zero factor: the exponent sum means nothing, the product is zero anyway.
      const auto nonzero = hn::And(hn::Ne(ex, zero), hn::Ne(ey, zero));
      const V32 p = hn::Sub(hn::Add(ex, ey), hn::Set(d, 127 << 23));
      check(p, hn::IfThenElseZero(nonzero, exponent_mask));
      const V32 xm = hn::IfThenElseZero(nonzero, x);
      const V32 x_cut = hn::And(xm, hn::Set(d, static_cast<int32_t>(0xffffc000u)));
      const V32 x_high = hn::And(xm, hn::Set(d, static_cast<int32_t>(0xfff80000u)));
      const V32 y_high = hn::And(y, hn::Set(d, static_cast<int32_t>(0xfffe0000u)));
      const VF32 x_low = hn::Sub(as_float(x_cut), as_float(x_high));
      const VF32 y_low = hn::Sub(as_float(y), as_float(y_high));
      if constexpr (kFp32Dest) {
        // No step rounds: the partial products are multiples of 2^(p - 22), below 2^(p + 2).
        const VF32 a_full = as_float(kPhases == 1 ? x_high : x_cut);
        result = hn::Mul(a_full, as_float(kPhases == 4 ? y : y_high));
        if constexpr (kPhases == 3) result = hn::MulAdd(as_float(x_high), y_low, result);
      } else {
        result = to_bfloat16(hn::Mul(as_float(x_high), as_float(y_high)));
        auto add = [&](VF32 product) {
          const V32 e = hn::And(as_int(result), exponent_mask);
          const VF32 inverse = inverse_grid(e);
          const VF32 rounded = hn::Floor(hn::MulAdd(product, inverse, half));
          result = hn::Mul(to_bfloat16(hn::MulAdd(result, inverse, rounded)), grid(e));
        };
        if constexpr (kPhases > 1) add(hn::Mul(x_low, as_float(y_high)));
        if constexpr (kPhases > 2) add(hn::Mul(as_float(x_high), y_low));
        if constexpr (kPhases > 3) {
          // Of bfloat16 operands the product of the low parts is below 7/16 of the grid and rounds
          // to nothing. A 16-bit DST has only such operands, but nothing here depends on it.
          const V32 beyond_bfloat16 = hn::And(hn::Or(x, y), hn::Set(d, 0xffff));
          outside = hn::Or(outside, hn::Ne(beyond_bfloat16, zero));
        }
      }
      result = hn::IfThenElseZero(hn::RebindMask(df, nonzero), result);
    }
    // Adding +0 turns -0 into +0 and leaves everything else alone.
    result = hn::Add(result, hn::Zero(df));
    hn::Store(as_int(result), d, reinterpret_cast<int32_t*>(arguments.dst.bits) + index);
  });
  return hn::AllFalse(d, outside);
}

/*! \brief Any exponents and accumulation: the definition, step by step. */
template <BinaryOp kOp, Broadcast kBroadcast, int kPhases, bool kFp32Dest>
HWY_INLINE void EltwiseGeneral(const EltwiseArguments& arguments) {
  const D32 d;
  const V32 zero = hn::Zero(d);
  const V32 one = hn::Set(d, 1);
  ForEachPair<kBroadcast>(arguments.b, arguments.broadcast_row, [&](int index, V32 y) HWY_ATTR {
    const V32 x = hn::Load(d, reinterpret_cast<const int32_t*>(arguments.a.bits) + index);
    const V32 fx = hn::And(hn::ShiftRight<23>(x), hn::Set(d, 255));
    const V32 fy = hn::And(hn::ShiftRight<23>(y), hn::Set(d, 255));
    const auto x_nonzero = hn::Ne(fx, zero);
    const auto y_nonzero = hn::Ne(fy, zero);
    int32_t* const target = reinterpret_cast<int32_t*>(arguments.dst.bits) + index;
    V32 acc = zero;
    if (arguments.accumulate) {
      acc = hn::Load(d, target);
      const V32 field = hn::And(hn::ShiftRight<23>(acc), hn::Set(d, 255));
      acc = hn::IfThenElseZero(hn::Ne(field, zero), acc);
    }
    const LaneGroup none = {zero, zero};
    auto apply_sign = [&](V32 magnitude, V32 sign_source) {
      const V32 minus = hn::ShiftRight<31>(sign_source);
      return hn::Sub(hn::Xor(magnitude, minus), minus);
    };
    if constexpr (kOp != BinaryOp::Mul) {
      const V32 largest = hn::Max(fx, fy);
      auto rounded = [&](V32 v, V32 field, auto nonzero) {
        V32 doubled = hn::Or(hn::And(hn::ShiftRight<12>(v), hn::Set(d, 0x7fe)), hn::Set(d, 0x800));
        doubled = hn::IfThenElseZero(nonzero, doubled);
        const V32 shifted = ShiftRightFilling(doubled, hn::Sub(largest, field));
        return apply_sign(hn::ShiftRight<1>(hn::Add(shifted, one)), v);
      };
      const V32 rx = rounded(x, fx, x_nonzero);
      const V32 ry = rounded(y, fy, y_nonzero);
      const V32 sum = kOp == BinaryOp::Add ? hn::Add(rx, ry) : hn::Sub(rx, ry);
      acc = AccumulateStep<kFp32Dest>(acc, {hn::ShiftLeft<16>(sum), largest}, none);
    } else {
      const auto nonzero = hn::And(x_nonzero, y_nonzero);
      const V32 p = hn::Sub(hn::Add(fx, fy), hn::Set(d, 127));
      const V32 x_high = hn::Or(hn::And(hn::ShiftRight<19>(x), hn::Set(d, 15)), hn::Set(d, 16));
      const V32 x_low = hn::And(hn::ShiftRight<14>(x), hn::Set(d, 31));
      const V32 y_high = hn::Or(hn::And(hn::ShiftRight<17>(y), hn::Set(d, 63)), hn::Set(d, 64));
      const V32 y_low = hn::And(hn::ShiftRight<10>(y), hn::Set(d, 120));
      for (int phase = 0; phase < kPhases; ++phase) {
        const V32 product = hn::Mul((phase & 1) ? x_low : x_high, (phase & 2) ? y_low : y_high);
        const LaneGroup group = {
            hn::ShiftLeft<16>(apply_sign(hn::IfThenElseZero(nonzero, product), hn::Xor(x, y))),
            hn::IfThenElseZero(nonzero, hn::Sub(p, hn::Set(d, kPhaseDrop[phase])))};
        acc = AccumulateStep<kFp32Dest>(acc, group, none);
      }
    }
    hn::Store(acc, d, target);
  });
}

template <BinaryOp kOp, Broadcast kBroadcast, int kPhases, bool kFp32Dest>
void EltwiseAll(const EltwiseArguments& arguments) {
  if (!arguments.accumulate && EltwiseCommon<kOp, kBroadcast, kPhases, kFp32Dest>(arguments)) {
    return;
  }
  EltwiseGeneral<kOp, kBroadcast, kPhases, kFp32Dest>(arguments);
}

template <BinaryOp kOp, Broadcast kBroadcast, int kPhases>
void EltwiseDest(const EltwiseArguments& arguments, bool fp32_dest) {
  fp32_dest ? EltwiseAll<kOp, kBroadcast, kPhases, true>(arguments)
            : EltwiseAll<kOp, kBroadcast, kPhases, false>(arguments);
}

template <Broadcast kBroadcast>
void EltwiseBroadcast(BinaryOp op, const EltwiseArguments& arguments, bool fp32_dest) {
  if (op == BinaryOp::Add) return EltwiseDest<BinaryOp::Add, kBroadcast, 1>(arguments, fp32_dest);
  if (op == BinaryOp::Sub) return EltwiseDest<BinaryOp::Sub, kBroadcast, 1>(arguments, fp32_dest);
  switch (arguments.phases) {
    case 1:
      return EltwiseDest<BinaryOp::Mul, kBroadcast, 1>(arguments, fp32_dest);
    case 2:
      return EltwiseDest<BinaryOp::Mul, kBroadcast, 2>(arguments, fp32_dest);
    case 3:
      return EltwiseDest<BinaryOp::Mul, kBroadcast, 3>(arguments, fp32_dest);
    default:
      return EltwiseDest<BinaryOp::Mul, kBroadcast, 4>(arguments, fp32_dest);
  }
}

void EltwiseExact(BinaryOp op, Broadcast broadcast, const EltwiseArguments& arguments,
                  bool fp32_dest) {
  switch (broadcast) {
    case Broadcast::None:
      return EltwiseBroadcast<Broadcast::None>(op, arguments, fp32_dest);
    case Broadcast::Row:
      return EltwiseBroadcast<Broadcast::Row>(op, arguments, fp32_dest);
    case Broadcast::Col:
      return EltwiseBroadcast<Broadcast::Col>(op, arguments, fp32_dest);
    case Broadcast::Scalar:
      return EltwiseBroadcast<Broadcast::Scalar>(op, arguments, fp32_dest);
  }
}

#endif  // HWY_TARGET == HWY_SCALAR

/*! \brief Numerics::Fast: one float32 operation, then the rounding of the store to DST. */
void EltwiseFast(BinaryOp op, Broadcast broadcast, const EltwiseArguments& arguments,
                 bool fp32_dest) {
  const hn::CappedTag<float, 16> df;
  const hn::RebindToSigned<decltype(df)> d;
  const int step = static_cast<int>(hn::Lanes(df));
  const float* const a = reinterpret_cast<const float*>(arguments.a.bits);
  const float* const b = reinterpret_cast<const float*>(arguments.b.bits);
  float* const dst = reinterpret_cast<float*>(arguments.dst.bits);
  const bool splat = broadcast == Broadcast::Col || broadcast == Broadcast::Scalar;
  for (int start = 0; start < kTileElements; start += kFaceDim) {
    const int from =
        BroadcastIndex(broadcast, RowOfIndex(start), ColOfIndex(start), arguments.broadcast_row);
    for (int i = 0; i < kFaceDim; i += step) {
      const auto x = hn::Load(df, a + start + i);
      const auto y = splat ? hn::Set(df, b[from]) : hn::Load(df, b + from + i);
      auto r = op == BinaryOp::Mul   ? hn::Mul(x, y)
               : op == BinaryOp::Add ? hn::Add(x, y)
                                     : hn::Sub(x, y);
      if (arguments.accumulate) r = hn::Add(hn::Load(df, dst + start + i), r);
      if (!fp32_dest) {
        const auto bits = hn::Add(hn::BitCast(d, r), hn::Set(d, 0x8000));
        r = hn::BitCast(df, hn::And(bits, hn::Set(d, static_cast<int32_t>(0xffff0000u))));
      }
      hn::Store(r, df, dst + start + i);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tt_simulator
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tt_simulator {

HWY_EXPORT(EltwiseExact);
HWY_EXPORT(EltwiseFast);

void EltwiseBinary(BinaryOp op, Broadcast broadcast, const SourceTile& a, const SourceTile& b,
                   const MathConfig& config, bool accumulate, DestTile& dst, int broadcast_row) {
  const int phases = scalar_model::PhaseCount(static_cast<int>(config.fidelity));
  if (config.half_dest) {
    return EltwiseHalf(op, broadcast, a, b, phases, accumulate, dst, broadcast_row);
  }
  const EltwiseArguments arguments = {a, b, phases, broadcast_row, accumulate, dst};
  if (config.numerics == Numerics::Fast) {
    HWY_DYNAMIC_DISPATCH(EltwiseFast)(op, broadcast, arguments, config.fp32_dest);
  } else {
    HWY_DYNAMIC_DISPATCH(EltwiseExact)(op, broadcast, arguments, config.fp32_dest);
  }
}

}  // namespace tt_simulator
#endif  // HWY_ONCE
