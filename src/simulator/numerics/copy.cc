#include <cstring>

#include "broadcast.h"
#include "matrix_unit.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simulator/numerics/copy.cc"  // NOLINT
#include <hwy/foreach_target.h>                          // NOLINT
#include <hwy/highway.h>

#include "transpose-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tt_simulator {
namespace HWY_NAMESPACE {

using DCopy = hn::CappedTag<int32_t, 16>;

/*! \brief -0 and denormals to +0, NaN to an infinity of the same sign (scalar_model::Flush). */
HWY_INLINE hn::VFromD<DCopy> FlushLanes(hn::VFromD<DCopy> x) {
  const DCopy d;
  const auto infinity = hn::Set(d, 0x7f800000);
  const auto magnitude = hn::And(x, hn::Set(d, 0x7fffffff));
  const auto sign = hn::Xor(x, magnitude);
  const auto finite = hn::Or(hn::Min(magnitude, infinity), sign);
  return hn::IfThenElseZero(hn::Gt(magnitude, hn::Set(d, 0x007fffff)), finite);
}

void CopyTile(const uint32_t* source, bool flush, uint32_t* dst) {
  const DCopy d;
  const int32_t* const from = reinterpret_cast<const int32_t*>(source);
  int32_t* const to = reinterpret_cast<int32_t*>(dst);
  for (size_t i = 0; i < kTileElements; i += hn::Lanes(d)) {
    const auto x = hn::Load(d, from + i);
    hn::Store(flush ? FlushLanes(x) : x, d, to + i);
  }
}

void MaskTile(const uint32_t* source, uint32_t mask, uint32_t* dst) {
  const hn::CappedTag<uint32_t, 16> d;
  for (size_t i = 0; i < kTileElements; i += hn::Lanes(d)) {
    hn::Store(hn::And(hn::Load(d, source + i), hn::Set(d, mask)), d, dst + i);
  }
}

void TransposeTile(const uint32_t* source, uint32_t* dst) { TransposeBits(source, dst); }

}  // namespace HWY_NAMESPACE
}  // namespace tt_simulator
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tt_simulator {

HWY_EXPORT(CopyTile);
HWY_EXPORT(MaskTile);
HWY_EXPORT(TransposeTile);

void CopySourceToDest(DataFormat format, const SourceTile& source, bool fp32_dest, DestTile& dst) {
  const bool flush = fp32_dest && !IsIntegerFormat(format);
  HWY_DYNAMIC_DISPATCH(CopyTile)(source.bits, flush, dst.bits);
}

void BroadcastSourceToDest(DataFormat format, Broadcast broadcast, const SourceTile& source,
                           bool fp32_dest, DestTile& dst) {
  SourceTile repeated;
  for (int i = 0; i < kTileElements; ++i) {
    repeated.bits[i] =
        source.bits[BroadcastIndex(broadcast, RowOfIndex(i), ColOfIndex(i), /*broadcast_row=*/0)];
  }
  CopySourceToDest(format, repeated, fp32_dest, dst);
}

void DestToSource(const DestTile& dst, bool float32_source, SourceTile& source) {
  HWY_DYNAMIC_DISPATCH(MaskTile)
  (dst.bits, float32_source ? 0xffffe000u : 0xffff0000u, source.bits);
}

void TransposeDest(DestTile& dst) {
  const DestTile straight = dst;
  HWY_DYNAMIC_DISPATCH(TransposeTile)(straight.bits, dst.bits);
}

}  // namespace tt_simulator
#endif  // HWY_ONCE
