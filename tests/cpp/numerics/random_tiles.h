/*!
 * \file random_tiles.h
 * \brief Random operands for comparing vector code with the scalar model.
 */
#ifndef TESTS_CPP_NUMERICS_RANDOM_TILES_H_
#define TESTS_CPP_NUMERICS_RANDOM_TILES_H_

#include <hwy/targets.h>

#include <bit>
#include <cstdint>
#include <functional>
#include <random>
#include <string>

#include "simulator/numerics/tiles.h"

namespace tt_simulator::testing {

/*! \brief Kinds of data; each stresses another part of the arithmetic. */
enum class Kind {
  Normal,       /*!< standard normal */
  Ties,         /*!< few mantissa bits and close exponents: many exact halves */
  WideExponent, /*!< exponents over the whole range, overflow and underflow included */
  LowExponent,  /*!< products around 2^-127, where groups are dropped */
  HighExponent, /*!< products around 2^128 */
  Sparse,       /*!< mostly zeros */
  AnyBits,      /*!< any pattern: denormals, infinities, NaN */
  Zero,
  Count,
};

inline uint32_t RandomBits(Kind kind, std::mt19937& generator) {
  auto with_exponent = [&](int low, int high) {
    const uint32_t field = std::uniform_int_distribution<uint32_t>(low, high)(generator);
    return (generator() & 0x807fffffu) | (field << 23);
  };
  switch (kind) {
    case Kind::Normal:
      return std::bit_cast<uint32_t>(std::normal_distribution<float>()(generator));
    case Kind::Ties:
      return with_exponent(120, 127) & 0xfff80000u;
    case Kind::WideExponent:
      return with_exponent(0, 255);
    case Kind::LowExponent:
      return with_exponent(50, 76);
    case Kind::HighExponent:
      return with_exponent(185, 197);
    case Kind::Sparse:
      return generator() % 5 == 0 ? with_exponent(100, 140) : (generator() & 0x80000000u);
    case Kind::AnyBits:
      return generator();
    default:
      return 0;
  }
}

/*! \brief A tile of one kind, or with `mixed` rows of random kinds. */
template <typename Tile>
Tile RandomTile(Kind kind, uint32_t keep_mask, std::mt19937& generator) {
  Tile tile;
  for (uint32_t& bits : tile.bits) bits = RandomBits(kind, generator) & keep_mask;
  return tile;
}

inline Kind RandomKind(std::mt19937& generator) {
  return static_cast<Kind>(generator() % static_cast<uint32_t>(Kind::Count));
}

/*! \brief Runs `body` once for each instruction set that this processor and this build have. */
inline void ForEachTarget(const std::function<void(const std::string&)>& body) {
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(target);
    body(hwy::TargetName(target));
    hwy::SetSupportedTargetsForTest(0);
  }
  hwy::GetChosenTarget().DeInit();
}

}  // namespace tt_simulator::testing

#endif  // TESTS_CPP_NUMERICS_RANDOM_TILES_H_
