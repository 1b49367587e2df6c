#include "bfloat16_pairs.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <vector>

#define TT_BFLOAT16_PAIRS __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16")))

namespace tt_simulator {
namespace {

constexpr int kPairs = kTileDim / 2;
constexpr uint32_t kBelowBfloat16 = 0xffff;

/*! \brief A tile of bfloat16 numbers, two neighbours of a row or of a column in a word, the first one low. */
struct alignas(64) PairTile {
  uint32_t bits[kTileElements / 2];
};

/*! \brief pairs[row][k / 2]; true if all elements are bfloat16. */
TT_BFLOAT16_PAIRS bool PairRows(const SourceTile& tile, PairTile& pairs) {
  __m512i all = _mm512_setzero_si512();
  for (int row = 0; row < kTileDim; ++row) {
    for (int col = 0; col < kTileDim; col += kFaceDim) {
      const __m512i bits = _mm512_load_si512(tile.bits + TileIndex(row, col));
      all = _mm512_or_si512(all, bits);
      _mm256_store_si256(reinterpret_cast<__m256i*>(pairs.bits + row * kPairs + col / 2),
                         _mm512_cvtepi32_epi16(_mm512_srli_epi32(bits, 16)));
    }
  }
  return _mm512_test_epi32_mask(all, _mm512_set1_epi32(kBelowBfloat16)) == 0;
}

/*! \brief pairs[k / 2][column]; true if all elements are bfloat16. */
TT_BFLOAT16_PAIRS bool PairColumns(const SourceTile& tile, PairTile& pairs) {
  __m512i all = _mm512_setzero_si512();
  for (int row = 0; row < kTileDim; row += 2) {
    for (int col = 0; col < kTileDim; col += kFaceDim) {
      const __m512i first = _mm512_load_si512(tile.bits + TileIndex(row, col));
      const __m512i second = _mm512_load_si512(tile.bits + TileIndex(row + 1, col));
      all = _mm512_or_si512(all, _mm512_or_si512(first, second));
      _mm512_store_si512(pairs.bits + row / 2 * kTileDim + col,
                         _mm512_or_si512(_mm512_srli_epi32(first, 16), second));
    }
  }
  return _mm512_test_epi32_mask(all, _mm512_set1_epi32(kBelowBfloat16)) == 0;
}

TT_BFLOAT16_PAIRS inline __m512bh Pairs(__m512i bits) { return reinterpret_cast<__m512bh>(bits); }

/*! \brief A sum as DST holds it. */
TT_BFLOAT16_PAIRS inline __m512 Rounded(__m512 sum, bool fp32_dest) {
  if (fp32_dest) return sum;
  const __m512i bits = _mm512_add_epi32(_mm512_castps_si512(sum), _mm512_set1_epi32(0x8000));
  return _mm512_castsi512_ps(
      _mm512_and_si512(bits, _mm512_set1_epi32(static_cast<int>(~kBelowBfloat16))));
}

TT_BFLOAT16_PAIRS void MatmulTile(const PairTile& in0, const PairTile& in1, bool fp32_dest,
                                  DestTile& dst) {
  constexpr int kRows = 8;  // sums of eight rows, left and right, fill half of the registers
  for (int row = 0; row < kTileDim; row += kRows) {
    float* const left = reinterpret_cast<float*>(dst.bits) + TileIndex(row, 0);
    float* const right = reinterpret_cast<float*>(dst.bits) + TileIndex(row, kFaceDim);
    __m512 sums[kRows][2];
    for (int r = 0; r < kRows; ++r) {
      sums[r][0] = _mm512_load_ps(left + kFaceDim * r);
      sums[r][1] = _mm512_load_ps(right + kFaceDim * r);
    }
    for (int k = 0; k < kPairs; ++k) {
      const uint32_t* const b = in1.bits + k * kTileDim;
      const __m512bh y0 = Pairs(_mm512_load_si512(b));
      const __m512bh y1 = Pairs(_mm512_load_si512(b + kFaceDim));
      for (int r = 0; r < kRows; ++r) {
        const auto pair = static_cast<int>(in0.bits[(row + r) * kPairs + k]);
        const __m512bh x = Pairs(_mm512_set1_epi32(pair));
        sums[r][0] = _mm512_dpbf16_ps(sums[r][0], x, y0);
        sums[r][1] = _mm512_dpbf16_ps(sums[r][1], x, y1);
      }
    }
    for (int r = 0; r < kRows; ++r) {
      _mm512_store_ps(left + kFaceDim * r, Rounded(sums[r][0], fp32_dest));
      _mm512_store_ps(right + kFaceDim * r, Rounded(sums[r][1], fp32_dest));
    }
  }
}

}  // namespace

bool MatmulPairs(const SourceTile* in0, int rows, const SourceTile* in1, int columns,
                 bool fp32_dest, DestTile* dst) {
  static const bool has_pairs = __builtin_cpu_supports("avx512bf16") != 0;
  if (!has_pairs) return false;
  thread_local std::vector<PairTile> a, b;
  a.resize(rows);
  b.resize(columns);
  for (int r = 0; r < rows; ++r) {
    if (!PairRows(in0[r], a[r])) return false;
  }
  for (int c = 0; c < columns; ++c) {
    if (!PairColumns(in1[c], b[c])) return false;
  }
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c) MatmulTile(a[r], b[c], fp32_dest, dst[r * columns + c]);
  }
  return true;
}

}  // namespace tt_simulator

#else

namespace tt_simulator {
bool MatmulPairs(const SourceTile*, int, const SourceTile*, int, bool, DestTile*) { return false; }
}  // namespace tt_simulator

#endif  // defined(__x86_64__)
