/*!
 * \file transpose-inl.h
 * \brief Transposition of a tile of 32-bit patterns in face order.
 */
#if defined(TT_SIMULATOR_NUMERICS_TRANSPOSE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TT_SIMULATOR_NUMERICS_TRANSPOSE_INL_H_
#undef TT_SIMULATOR_NUMERICS_TRANSPOSE_INL_H_
#else
#define TT_SIMULATOR_NUMERICS_TRANSPOSE_INL_H_
#endif

#include <hwy/highway.h>

#include "tiles.h"

HWY_BEFORE_NAMESPACE();
namespace tt_simulator {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/*! \brief dst = source transposed, 32x32; the two must not overlap. */
HWY_INLINE void TransposeBits(const uint32_t* HWY_RESTRICT source, uint32_t* HWY_RESTRICT dst) {
#if HWY_TARGET == HWY_SCALAR
  for (int row = 0; row < kTileDim; ++row) {
    for (int col = 0; col < kTileDim; ++col) {
      dst[TileIndex(col, row)] = source[TileIndex(row, col)];
    }
  }
#else
  const hn::FixedTag<uint32_t, 4> d;
  const hn::FixedTag<uint64_t, 2> d64;
  auto pair = [&](auto low_or_high) HWY_ATTR { return hn::BitCast(d64, low_or_high); };
  for (int row = 0; row < kTileDim; row += 4) {
    for (int col = 0; col < kTileDim; col += 4) {
      const uint32_t* const from = source + TileIndex(row, col);
      uint32_t* const to = dst + TileIndex(col, row);
      const auto r0 = hn::Load(d, from);
      const auto r1 = hn::Load(d, from + 16);
      const auto r2 = hn::Load(d, from + 32);
      const auto r3 = hn::Load(d, from + 48);
      const auto a = pair(hn::InterleaveLower(d, r0, r1));
      const auto b = pair(hn::InterleaveLower(d, r2, r3));
      const auto c = pair(hn::InterleaveUpper(d, r0, r1));
      const auto e = pair(hn::InterleaveUpper(d, r2, r3));
      hn::Store(hn::BitCast(d, hn::InterleaveLower(d64, a, b)), d, to);
      hn::Store(hn::BitCast(d, hn::InterleaveUpper(d64, a, b)), d, to + 16);
      hn::Store(hn::BitCast(d, hn::InterleaveLower(d64, c, e)), d, to + 32);
      hn::Store(hn::BitCast(d, hn::InterleaveUpper(d64, c, e)), d, to + 48);
    }
  }
#endif
}

}  // namespace HWY_NAMESPACE
}  // namespace tt_simulator
HWY_AFTER_NAMESPACE();

#endif  // TT_SIMULATOR_NUMERICS_TRANSPOSE_INL_H_
