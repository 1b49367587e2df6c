/*!
 * \file flush_denormals.h
 * \brief Processor mode of the vector unit's arithmetic.
 */
#ifndef TT_SIMULATOR_NUMERICS_FLUSH_DENORMALS_H_
#define TT_SIMULATOR_NUMERICS_FLUSH_DENORMALS_H_

#include <cstdint>

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace tt_simulator {

/*!
 * \brief While an object lives, this thread rounds to nearest even and takes denormal operands and
 *        results for zero; the previous mode comes back afterwards.
 */
class FlushDenormals {
 public:
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

#if defined(__SSE__)
  FlushDenormals() : saved_(_mm_getcsr()) { _mm_setcsr(kMode); }
  ~FlushDenormals() { _mm_setcsr(saved_); }

 private:
  // MXCSR: exceptions masked, nearest even, flush to zero (bit 15), denormals are zero (bit 6).
  static constexpr unsigned kMode = 0x1f80u | 0x8000u | 0x0040u;
  unsigned saved_;
#elif defined(__aarch64__)
  FlushDenormals() {
    asm volatile("mrs %0, fpcr" : "=r"(saved_));
    asm volatile("msr fpcr, %0" : : "r"(kMode));
  }
  ~FlushDenormals() { asm volatile("msr fpcr, %0" : : "r"(saved_)); }

 private:
  // FPCR: FZ, which flushes operands and results.
  static constexpr uint64_t kMode = uint64_t{1} << 24;
  uint64_t saved_;
#else
#error "The vector unit's arithmetic needs a processor mode that flushes denormals"
#endif
};

}  // namespace tt_simulator

#endif  // TT_SIMULATOR_NUMERICS_FLUSH_DENORMALS_H_
