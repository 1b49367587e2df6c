#include <algorithm>
#include <vector>

#include "bfloat16_pairs.h"
#include "dot_product.h"
#include "flush_denormals.h"
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

void MatmulScalar(const SourceTile& in0, const SourceTile& in1, int phases, bool fp32_dest,
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

void MatmulExact(const SourceTile* in0, int rows, const SourceTile* in1, int columns, int phases,
                 bool fp32_dest, DestTile* dst) {
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c) {
      MatmulScalar(in0[r], in1[c], phases, fp32_dest, dst[r * columns + c]);
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

void MatmulSplit(const LaneOperand& lanes, const ScalarOperand& scalars, int phases, bool fp32_dest,
                 DestTile& dst) {
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

void MatmulExact(const SourceTile* in0, int rows, const SourceTile* in1, int columns, int phases,
                 bool fp32_dest, DestTile* dst) {
  thread_local std::vector<ScalarOperand> scalars;
  if (scalars.size() < static_cast<size_t>(rows)) scalars.resize(rows);
  for (int r = 0; r < rows; ++r) SplitScalars(in0[r].bits, /*srca=*/false, scalars[r]);
  for (int c = 0; c < columns; ++c) {
    LaneOperand lanes;
    SplitLanes(in1[c].bits, /*srca=*/true, lanes);
    for (int r = 0; r < rows; ++r) {
      MatmulSplit(lanes, scalars[r], phases, fp32_dest, dst[r * columns + c]);
    }
  }
}

#endif  // HWY_TARGET == HWY_SCALAR

/*!
 * \brief Numerics::Fast: float32 dot products added to dst, rounded once to a 16-bit DST.
 *
 * Operands have at most 11 significant bits, so products are exact and it makes no difference
 * whether a target fuses multiply and add. Of two neighbours the second is added first, as
 * MatmulPairs does it.
 */
HWY_INLINE void MatmulTileFast(const SourceTile& in0, const SourceTile& in1, bool fp32_dest,
                               DestTile& dst) {
  const hn::CappedTag<float, 16> df;
  const hn::RebindToSigned<decltype(df)> d;
  using V = hn::VFromD<decltype(df)>;
  const int step = static_cast<int>(hn::Lanes(df));
  // As many sums as fit into the registers beside the operands.
  constexpr int kRows = HWY_TARGET == HWY_AVX3 ? 8 : 4;
  for (int row = 0; row < kTileDim; row += kRows) {
    for (int col = 0; col < kTileDim; col += 2 * step) {
      float* const left = reinterpret_cast<float*>(dst.bits) + TileIndex(row, col);
      float* const right = reinterpret_cast<float*>(dst.bits) + TileIndex(row, col + step);
      V sums[kRows][2];
      for (int r = 0; r < kRows; ++r) {
        sums[r][0] = hn::LoadU(df, left + kFaceDim * r);
        sums[r][1] = hn::LoadU(df, right + kFaceDim * r);
      }
      for (int face = 0; face < kTileDim; face += kFaceDim) {
        const float* const a = reinterpret_cast<const float*>(in0.bits) + TileIndex(row, face);
        const float* const b = reinterpret_cast<const float*>(in1.bits);
        const float* const b_left = b + TileIndex(face, col);
        const float* const b_right = b + TileIndex(face, col + step);
        for (int step_k = 0; step_k < kFaceDim; ++step_k) {
          const int k = step_k ^ 1;
          const V y0 = hn::LoadU(df, b_left + kFaceDim * k);
          const V y1 = hn::LoadU(df, b_right + kFaceDim * k);
          for (int r = 0; r < kRows; ++r) {
            const V x = hn::Set(df, a[kFaceDim * r + k]);
            sums[r][0] = hn::MulAdd(x, y0, sums[r][0]);
            sums[r][1] = hn::MulAdd(x, y1, sums[r][1]);
          }
        }
      }
      auto rounded = [&](V sum) HWY_ATTR {
        if (fp32_dest) return sum;
        const auto bits = hn::Add(hn::BitCast(d, sum), hn::Set(d, 0x8000));
        return hn::BitCast(df, hn::And(bits, hn::Set(d, static_cast<int32_t>(0xffff0000u))));
      };
      for (int r = 0; r < kRows; ++r) {
        hn::StoreU(rounded(sums[r][0]), df, left + kFaceDim * r);
        hn::StoreU(rounded(sums[r][1]), df, right + kFaceDim * r);
      }
    }
  }
}

void MatmulFast(const SourceTile* in0, int rows, const SourceTile* in1, int columns, bool fp32_dest,
                DestTile* dst) {
#if HWY_TARGET == HWY_AVX3
  if (MatmulPairs(in0, rows, in1, columns, fp32_dest, dst)) return;
#endif
  const FlushDenormals flush;
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c) {
      MatmulTileFast(in0[r], in1[c], fp32_dest, dst[r * columns + c]);
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

void MatmulBlock(const SourceTile* in0, int rows, const SourceTile* in1, int columns,
                 const MathConfig& config, DestTile* dst) {
  const int phases = scalar_model::PhaseCount(static_cast<int>(config.fidelity));
  if (config.half_dest) {
    for (int i = 0; i < rows * columns; ++i) {
      MatmulHalf(in0[i / columns], in1[i % columns], phases, dst[i]);
    }
  } else if (config.numerics == Numerics::Fast) {
    HWY_DYNAMIC_DISPATCH(MatmulFast)(in0, rows, in1, columns, config.fp32_dest, dst);
  } else {
    HWY_DYNAMIC_DISPATCH(MatmulExact)(in0, rows, in1, columns, phases, config.fp32_dest, dst);
  }
}

void MatmulAccumulate(const SourceTile& in0, const SourceTile& in1, const MathConfig& config,
                      DestTile& dst) {
  MatmulBlock(&in0, 1, &in1, 1, config, &dst);
}

}  // namespace tt_simulator
#endif  // HWY_ONCE
