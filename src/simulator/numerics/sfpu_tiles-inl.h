/*!
 * \file sfpu_tiles-inl.h
 * \brief DST tiles as registers of lanes: loads, stores and the loop over a tile.
 */
#if defined(TT_SIMULATOR_NUMERICS_SFPU_TILES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TT_SIMULATOR_NUMERICS_SFPU_TILES_INL_H_
#undef TT_SIMULATOR_NUMERICS_SFPU_TILES_INL_H_
#else
#define TT_SIMULATOR_NUMERICS_SFPU_TILES_INL_H_
#endif

#include "sfpu.h"
#include "sfpu_lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tt_simulator {
namespace HWY_NAMESPACE {
namespace lanes {

HWY_INLINE F LoadLanes(const DestTile& tile, int i) {
  const float* const from = reinterpret_cast<const float*>(tile.bits) + i;
  return EachF([&](int part) HWY_ATTR { return hn::Load(DF(), from + part * hn::Lanes(DF())); });
}
HWY_INLINE I LoadInts(const DestTile& tile, int i) {
  const int32_t* const from = reinterpret_cast<const int32_t*>(tile.bits) + i;
  return EachI([&](int part) HWY_ATTR { return hn::Load(DI(), from + part * hn::Lanes(DI())); });
}

HWY_INLINE void StoreInts(I x, DestTile& tile, int i) {
  int32_t* const to = reinterpret_cast<int32_t*>(tile.bits) + i;
  for (int part = 0; part < kParts; ++part) {
    hn::Store(x.v[part], DI(), to + part * hn::Lanes(DI()));
  }
}

/*! \brief A store of floats flushes denormals; to a 16-bit DST it truncates. */
template <bool kFp32Dest>
HWY_INLINE void StoreLanes(F x, DestTile& tile, int i) {
  if constexpr (!kFp32Dest) x = TruncateToBfloat16(x);
  x = Select(ExponentField(x) == Int(0), AsFloat(AsInt(x) & Int(kSign)), x);
  StoreInts(AsInt(x), tile, i);
}

/*! \brief Calls `body(i)` for each register's worth of elements that the vector mode covers. */
template <typename Body>
HWY_INLINE void ForEachRegister(VectorMode mode, Body&& body) {
  const int step = LaneCount();
  for (int face = 0; face < 4; ++face) {
    if (mode == VectorMode::None && face != 0) continue;
    if (mode == VectorMode::R && face > 1) continue;
    if (mode == VectorMode::C && (face & 1)) continue;
    for (int i = 256 * face; i < 256 * (face + 1); i += step) body(i);
  }
}

/*! \brief 1 where the condition holds, else 0. */
HWY_INLINE I OneIfInt(B c) { return Select(c, Int(1), Int(0)); }

}  // namespace lanes
}  // namespace HWY_NAMESPACE
}  // namespace tt_simulator
HWY_AFTER_NAMESPACE();

#endif  // TT_SIMULATOR_NUMERICS_SFPU_TILES_INL_H_
