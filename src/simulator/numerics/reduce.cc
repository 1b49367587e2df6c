#include <type_traits>

#include "dot_product.h"
#include "half_dest.h"
#include "matrix_unit.h"
#include "scalar_model.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simulator/numerics/reduce.cc"  // NOLINT
#include <hwy/foreach_target.h>                            // NOLINT
#include <hwy/highway.h>

#include "dot_product-inl.h"
#include "transpose-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tt_simulator {
namespace HWY_NAMESPACE {

// Each of the two functions for sums works on lanes: `data` is 32 rows of k by 32 lanes, in face
// order. 32 results are lanes of dst; `partial` has 16 of them.

#if HWY_TARGET == HWY_SCALAR

/*! \brief One step: 16 k of one face, two groups of 8. */
uint32_t SumStep(uint32_t acc, const uint32_t* face, int lane, const uint32_t* scaler, int phase,
                 bool data_is_srca, bool fp32_dest) {
  using scalar_model::DotGroup;
  const uint32_t* const x = face + lane;
  if (data_is_srca) {
    return scalar_model::Accumulate(acc, DotGroup(x, 16, scaler, 1, 8, phase),
                                    DotGroup(x + 128, 16, scaler + 8, 1, 8, phase), fp32_dest);
  }
  return scalar_model::Accumulate(acc, DotGroup(scaler, 1, x, 16, 8, phase),
                                  DotGroup(scaler + 8, 1, x + 128, 16, 8, phase), fp32_dest);
}

void SumLanes(const uint32_t* data, const uint32_t* scaler, bool data_is_srca, int phases,
              bool fp32_dest, int32_t* dst) {
  for (int lane = 0; lane < kTileDim; ++lane) {
    uint32_t acc = static_cast<uint32_t>(dst[lane]);
    const uint32_t* const faces = data + 256 * (lane >> 4);
    // Rows of data (SrcA): face, then phase. Columns (data is SrcB): phase, then face.
    for (int step = 0; step < 2 * phases; ++step) {
      const int face = data_is_srca ? step / phases : step % 2;
      const int phase = data_is_srca ? step % phases : step / 2;
      acc = SumStep(acc, faces + 512 * face, lane & 15, scaler, phase, data_is_srca, fp32_dest);
    }
    dst[lane] = static_cast<int32_t>(acc);
  }
}

void SumFaces(const uint32_t* data, const uint32_t* scaler, int phases, bool fp32_dest,
              int32_t* partial) {
  for (int lane = 0; lane < kFaceDim; ++lane) {
    uint32_t acc = 0;
    for (int face = 0; face < 4; ++face) {
      for (int phase = 0; phase < phases; ++phase) {
        acc = SumStep(acc, data + 256 * face, lane, scaler, phase, true, fp32_dest);
      }
    }
    partial[lane] = static_cast<int32_t>(acc);
  }
}

#else

/*! \brief The scaler as operand of one output row: its 16 numbers serve both faces of k. */
HWY_INLINE void SplitScaler(const uint32_t* scaler, bool srca, ScalarOperand& operand) {
  const D32 d;
  V32 smallest = hn::Set(d, kNoSmallest);
  V32 largest = hn::Set(d, kNoLargest);
  SplitScalarRun(scaler, srca, 0, operand, smallest, largest);
  SplitScalarRun(scaler, srca, 16, operand, smallest, largest);
}

template <int kPhases, bool kFp32Dest>
void SumLanesOf(const LaneOperand& lanes, const ScalarOperand& scaler, bool data_is_srca,
                int32_t* dst) {
  RowSums sums;
  GroupSums<kPhases, kFp32Dest, false>(lanes, scaler, 0, data_is_srca, sums);
  int32_t* const low[1] = {dst};
  int32_t* const high[1] = {dst + 16};
  if (data_is_srca) {
    AccumulateRows<kPhases, kFp32Dest, false, StepOrder::FaceThenPhase, 1>(&sums, low, high);
  } else {
    AccumulateRows<kPhases, kFp32Dest, false, StepOrder::PhaseThenFace, 1>(&sums, low, high);
  }
}

template <int kPhases, bool kFp32Dest>
void SumFacesOf(const LaneOperand& lanes, const ScalarOperand& scaler, int32_t* partial) {
  RowSums sums;
  GroupSums<kPhases, kFp32Dest, false>(lanes, scaler, 0, /*lanes_are_srca=*/true, sums);
  const D32 d;
  for (int word = 0; word < kFaceDim; word += static_cast<int>(hn::Lanes(d))) {
    V32 acc = hn::Zero(d);
    // Faces 0 and 2 are the low halves of the words, faces 1 and 3 the high ones.
    for (int face = 0; face < 4; ++face) {
      for (int phase = 0; phase < kPhases; ++phase) {
        acc = (face & 1) ? AddStep<kFp32Dest, false, true>(sums, word, phase, face >> 1, acc)
                         : AddStep<kFp32Dest, false, false>(sums, word, phase, face >> 1, acc);
      }
    }
    hn::StoreU(acc, d, partial + word);
  }
}

/*! \brief Calls `function` with the number of phases and the width of DST as types. */
template <typename Function>
HWY_INLINE void WithSettings(int phases, bool fp32_dest, Function&& function) {
  auto with_dest = [&](auto count) {
    fp32_dest ? function(count, std::true_type()) : function(count, std::false_type());
  };
  switch (phases) {
    case 1:
      return with_dest(std::integral_constant<int, 1>());
    case 2:
      return with_dest(std::integral_constant<int, 2>());
    case 3:
      return with_dest(std::integral_constant<int, 3>());
    default:
      return with_dest(std::integral_constant<int, 4>());
  }
}

void SumLanes(const uint32_t* data, const uint32_t* scaler, bool data_is_srca, int phases,
              bool fp32_dest, int32_t* dst) {
  LaneOperand lanes;
  ScalarOperand scalars;
  SplitLanes(data, data_is_srca, lanes);
  SplitScaler(scaler, !data_is_srca, scalars);
  CleanDest(reinterpret_cast<uint32_t*>(dst), kTileDim);
  WithSettings(phases, fp32_dest, [&](auto count, auto wide) {
    SumLanesOf<count(), wide()>(lanes, scalars, data_is_srca, dst);
  });
}

void SumFaces(const uint32_t* data, const uint32_t* scaler, int phases, bool fp32_dest,
              int32_t* partial) {
  LaneOperand lanes;
  ScalarOperand scalars;
  SplitLanes(data, /*srca=*/true, lanes);
  SplitScaler(scaler, /*srca=*/false, scalars);
  WithSettings(phases, fp32_dest, [&](auto count, auto wide) {
    SumFacesOf<count(), wide()>(lanes, scalars, partial);
  });
}

#endif  // HWY_TARGET == HWY_SCALAR

using DMax = hn::CappedTag<int32_t, 16>;

/*! \brief Order of sign and magnitude with zeros and denormals as +0; OrderedBits is the inverse.
 */
HWY_INLINE hn::VFromD<DMax> OrderOf(hn::VFromD<DMax> x) {
  const DMax d;
  const auto magnitude = hn::And(x, hn::Set(d, 0x7fffffff));
  const auto minus = hn::ShiftRight<31>(x);
  const auto key = hn::Sub(hn::Xor(magnitude, minus), minus);
  return hn::IfThenElseZero(hn::Gt(magnitude, hn::Set(d, 0x7fffff)), key);
}
HWY_INLINE hn::VFromD<DMax> OrderedBits(hn::VFromD<DMax> key) {
  const DMax d;
  const auto minus = hn::ShiftRight<31>(key);
  const auto magnitude = hn::Sub(hn::Xor(key, minus), minus);
  return hn::Or(magnitude, hn::And(minus, hn::Set(d, static_cast<int32_t>(0x80000000u))));
}

/*!
 * \brief Maximum down the columns of a tile in face order, one result per lane.
 * \param with_dst dst takes part in the maximum.
 */
void MaxLanes(const uint32_t* data, bool with_dst, int32_t* dst) {
  const DMax d;
  for (int lane = 0; lane < kTileDim; lane += static_cast<int>(hn::Lanes(d))) {
    const int32_t* const column = reinterpret_cast<const int32_t*>(data) + TileIndex(0, lane);
    auto largest = OrderOf(with_dst ? hn::LoadU(d, dst + lane) : hn::LoadU(d, column));
    for (int row = 0; row < kTileDim; ++row) {
      largest = hn::Max(largest, OrderOf(hn::LoadU(d, column + TileIndex(row, 0))));
    }
    hn::StoreU(OrderedBits(largest), d, dst + lane);
  }
}

void TransposeForReduce(const uint32_t* source, uint32_t* dst) { TransposeBits(source, dst); }

}  // namespace HWY_NAMESPACE
}  // namespace tt_simulator
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tt_simulator {

HWY_EXPORT(SumLanes);
HWY_EXPORT(SumFaces);
HWY_EXPORT(MaxLanes);
HWY_EXPORT(TransposeForReduce);

namespace {

/*! \brief The second stage of a scalar reduction: one result from 16 numbers. */
uint32_t SumOfPartials(uint32_t acc, const uint32_t* partial, const uint32_t* scaler, int phases,
                       bool fp32_dest) {
  using scalar_model::DotGroup;
  for (int phase = 0; phase < phases; ++phase) {
    acc = scalar_model::Accumulate(acc, DotGroup(partial, 1, scaler, 1, 8, phase),
                                   DotGroup(partial + 8, 1, scaler + 8, 1, 8, phase), fp32_dest);
  }
  return acc;
}

uint32_t MaximumOf(const uint32_t* values, int count) {
  uint32_t largest = values[0];
  for (int i = 0; i < count; ++i) largest = scalar_model::Maximum(largest, values[i]);
  return largest;
}

}  // namespace

void ReduceAccumulate(const ReduceConfig& config, const SourceTile& data, const SourceTile& scaler,
                      DestTile& dst) {
  const bool fp32_dest = config.math.fp32_dest;
  const int phases = scalar_model::PhaseCount(static_cast<int>(config.math.fidelity));
  const bool max = config.pool == PoolType::Max;
  if (config.math.half_dest && !max) {
    return ReduceSumHalf(config.dim, data, scaler, phases, dst);
  }
  // What a number keeps that is read back from DST as a source operand.
  const bool ten_bits = config.math.half_dest || (fp32_dest && config.float32_input);
  const uint32_t keep = ten_bits ? 0xffffe000u : 0xffff0000u;
  alignas(64) int32_t lanes[kTileDim];

  switch (config.dim) {
    case ReduceDim::Row: {
      SourceTile columns;
      HWY_DYNAMIC_DISPATCH(TransposeForReduce)(data.bits, columns.bits);
      for (int i = 0; i < kTileDim; ++i) {
        lanes[i] = static_cast<int32_t>(dst.bits[TileIndex(i, 0)]);
      }
      if (max) {
        HWY_DYNAMIC_DISPATCH(MaxLanes)(columns.bits, !config.dest_is_cleared, lanes);
      } else {
        HWY_DYNAMIC_DISPATCH(SumLanes)
        (columns.bits, scaler.bits, /*data_is_srca=*/false, phases, fp32_dest, lanes);
      }
      for (int i = 0; i < kTileDim; ++i) {
        const uint32_t bits = static_cast<uint32_t>(lanes[i]);
        // A row maximum passes through SrcB and an addition on its way into the column.
        dst.bits[TileIndex(i, 0)] = max ? scalar_model::Flush(bits & keep) : bits;
      }
      return;
    }
    case ReduceDim::Col:
      for (int i = 0; i < kTileDim; ++i) {
        lanes[i] = static_cast<int32_t>(dst.bits[TileIndex(0, i)]);
      }
      if (max) {
        HWY_DYNAMIC_DISPATCH(MaxLanes)(data.bits, !config.dest_is_cleared, lanes);
      } else {
        HWY_DYNAMIC_DISPATCH(SumLanes)
        (data.bits, scaler.bits, /*data_is_srca=*/true, phases, fp32_dest, lanes);
      }
      for (int i = 0; i < kTileDim; ++i) {
        dst.bits[TileIndex(0, i)] = static_cast<uint32_t>(lanes[i]);
      }
      return;
    case ReduceDim::Scalar: {
      // The four faces into one row of 16 numbers, then that row, read back as a source operand,
      // into one number. Only the second stage accumulates into dst.
      uint32_t partial[kTileDim];
      if (max) {
        HWY_DYNAMIC_DISPATCH(MaxLanes)(data.bits, /*with_dst=*/false, lanes);
        for (int i = 0; i < kTileDim; ++i) partial[i] = static_cast<uint32_t>(lanes[i]) & keep;
        const uint32_t largest = MaximumOf(partial, kTileDim);
        dst.bits[0] =
            config.dest_is_cleared ? largest : scalar_model::Maximum(dst.bits[0], largest);
        return;
      }
      HWY_DYNAMIC_DISPATCH(SumFaces)(data.bits, scaler.bits, phases, fp32_dest, lanes);
      for (int i = 0; i < kFaceDim; ++i) partial[i] = static_cast<uint32_t>(lanes[i]) & keep;
      dst.bits[0] = SumOfPartials(dst.bits[0], partial, scaler.bits, phases, fp32_dest);
      return;
    }
  }
}

}  // namespace tt_simulator
#endif  // HWY_ONCE
