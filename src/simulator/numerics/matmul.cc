#include <algorithm>

#include "dot_product.h"
#include "half_dest.h"
#include "matrix_unit.h"
#include "scalar_model.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simulator/numerics/matmul.cc"  // NOLINT
#include <hwy/foreach_target.h>                            // NOLINT
#include <hwy/highway.h>

#include "dot_product-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tt_simulator {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR

void MatmulExact(const SourceTile& in0, const SourceTile& in1, int phases, bool fp32_dest,
                 DestTile& dst) {
  using scalar_model::DotGroup;
  for (int row = 0; row < kTileDim; ++row) {
    for (int col = 0; col < kTileDim; ++col) {
      uint32_t& acc = dst.bits[TileIndex(row, col)];
      for (int phase = 0; phase < phases; ++phase) {
        for (int face = 0; face < 2; ++face) {
          const uint32_t* a = in1.bits + TileIndex(16 * face, col);
          const uint32_t* b = in0.bits + TileIndex(row, 16 * face);
          acc = scalar_model::Accumulate(acc, DotGroup(a, 16, b, 1, 8, phase),
                                         DotGroup(a + 128, 16, b + 8, 1, 8, phase), fp32_dest);
        }
      }
    }
  }
}

#else

template <int kPhases, bool kFp32Dest, bool kCommonRange>
HWY_NOINLINE void MatmulRows(const LaneOperand& lanes, const ScalarOperand& scalars,
                             DestTile& dst) {
  constexpr int kRows = 2;
  RowSums sums[kRows];
  int32_t* const bits = reinterpret_cast<int32_t*>(dst.bits);
  for (int row = 0; row < kTileDim; row += kRows) {
    int32_t* low[kRows];
    int32_t* high[kRows];
    for (int i = 0; i < kRows; ++i) {
      GroupSums<kPhases, kFp32Dest, kCommonRange>(lanes, scalars, row + i, /*lanes_are_srca=*/true,
                                                  sums[i]);
      low[i] = bits + TileIndex(row + i, 0);
      high[i] = bits + TileIndex(row + i, 16);
    }
    AccumulateRows<kPhases, kFp32Dest, kCommonRange, StepOrder::PhaseThenFace, kRows>(sums, low,
                                                                                      high);
  }
}

template <int kPhases>
void MatmulPhases(const LaneOperand& lanes, const ScalarOperand& scalars, bool fp32_dest,
                  bool common, DestTile& dst) {
  if (fp32_dest) {
    (common ? MatmulRows<kPhases, true, true> : MatmulRows<kPhases, true, false>)(lanes, scalars,
                                                                                  dst);
  } else {
    (common ? MatmulRows<kPhases, false, true> : MatmulRows<kPhases, false, false>)(lanes, scalars,
                                                                                    dst);
  }
}

void MatmulExact(const SourceTile& in0, const SourceTile& in1, int phases, bool fp32_dest,
                 DestTile& dst) {
  LaneOperand lanes;
  ScalarOperand scalars;
  SplitLanes(in1.bits, /*srca=*/true, lanes);
  SplitScalars(in0.bits, /*srca=*/false, scalars);
  const ExponentRange dst_range = CleanDest(dst.bits, kTileElements);
  const bool common = InCommonRange(lanes.range, scalars.range, dst_range);
  switch (phases) {
    case 1:
      return MatmulPhases<1>(lanes, scalars, fp32_dest, common, dst);
    case 2:
      return MatmulPhases<2>(lanes, scalars, fp32_dest, common, dst);
    case 3:
      return MatmulPhases<3>(lanes, scalars, fp32_dest, common, dst);
    default:
      return MatmulPhases<4>(lanes, scalars, fp32_dest, common, dst);
  }
}

#endif  // HWY_TARGET == HWY_SCALAR

/*!
 * \brief Numerics::Fast: float32 dot products added to dst, rounded once to a 16-bit DST.
 *
 * Operands have at most 11 significant bits, so products are exact and it makes no difference
 * whether a target fuses multiply and add.
 */
void MatmulFast(const SourceTile& in0, const SourceTile& in1, bool fp32_dest, DestTile& dst) {
  const hn::CappedTag<float, 16> df;
  const hn::RebindToSigned<decltype(df)> d;
  using V = hn::VFromD<decltype(df)>;
  const int step = static_cast<int>(hn::Lanes(df));
  const float* const a = reinterpret_cast<const float*>(in0.bits);
  const float* const b = reinterpret_cast<const float*>(in1.bits);
  float* const out = reinterpret_cast<float*>(dst.bits);
  constexpr int kRows = 8;  // Independent sums enough to hide the latency of an addition.
  for (int row = 0; row < kTileDim; row += kRows) {
    for (int col = 0; col < kTileDim; col += step) {
      V acc[kRows];
      for (int r = 0; r < kRows; ++r) acc[r] = hn::LoadU(df, out + TileIndex(row + r, col));
      for (int k = 0; k < kTileDim; ++k) {
        const V y = hn::LoadU(df, b + TileIndex(k, col));
        for (int r = 0; r < kRows; ++r) {
          acc[r] = hn::MulAdd(hn::Set(df, a[TileIndex(row + r, k)]), y, acc[r]);
        }
      }
      for (int r = 0; r < kRows; ++r) {
        if (!fp32_dest) {
          const auto bits = hn::Add(hn::BitCast(d, acc[r]), hn::Set(d, 0x8000));
          acc[r] = hn::BitCast(df, hn::And(bits, hn::Set(d, static_cast<int32_t>(0xffff0000u))));
        }
        hn::StoreU(acc[r], df, out + TileIndex(row + r, col));
      }
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tt_simulator
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tt_simulator {

HWY_EXPORT(MatmulExact);
HWY_EXPORT(MatmulFast);

void MatmulAccumulate(const SourceTile& in0, const SourceTile& in1, const MathConfig& config,
                      DestTile& dst) {
  const int phases = scalar_model::PhaseCount(static_cast<int>(config.fidelity));
  if (config.half_dest) return MatmulHalf(in0, in1, phases, dst);
  if (config.numerics == Numerics::Fast) {
    return HWY_DYNAMIC_DISPATCH(MatmulFast)(in0, in1, config.fp32_dest, dst);
  }
  HWY_DYNAMIC_DISPATCH(MatmulExact)
  (in0, in1, phases, config.fp32_dest, dst);
}

}  // namespace tt_simulator
#endif  // HWY_ONCE
