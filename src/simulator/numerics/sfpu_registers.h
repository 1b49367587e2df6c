/*!
 * \file sfpu_registers.h
 * \brief Registers and lanes of the vector unit, for the programs that move data between lanes.
 *
 * Element-wise programs do not depend on which elements share a register (sfpu_lanes-inl.h);
 * reductions and broadcasts do. Lane, register and instruction behaviour as in the vendor's ISA
 * documentation (SFPLOAD, SFPSTORE, SFPMAD, SFPSWAP, SFPSHFT2, SFPTRANSP of Wormhole). The caller
 * has switched the processor to flushing denormals (FlushDenormals).
 */
#ifndef TT_SIMULATOR_NUMERICS_SFPU_REGISTERS_H_
#define TT_SIMULATOR_NUMERICS_SFPU_REGISTERS_H_

#include <array>
#include <bit>
#include <cstdint>
#include <utility>

#include "sfpu.h"
#include "tiles.h"

namespace tt_simulator {

/*! \brief Rows of a tile in DST: four faces of 16 rows and 16 columns, one below the other. */
constexpr int kFaceRows = 16;
constexpr int kTileRows = 4 * kFaceRows;
/*! \brief A register holds 4 rows of the even or of the odd columns of a face. */
constexpr int kBandRows = 4;
constexpr int kBandLanes = 8;
constexpr int kRegisterLanes = kBandRows * kBandLanes;
/*! \brief What is added to the address of a row to name its odd columns. */
constexpr int kOddColumns = 2;

/*! \brief How registers are read from DST and written to it. */
enum class LaneFormat : uint8_t {
  Float32,  /*!< a 32-bit DST; denormals become zero in the store */
  Bfloat16, /*!< a 16-bit DST; the store truncates */
  Integer,  /*!< a 32-bit DST; all bits as they are */
};

/*! \brief Which of two values a compare-and-swap keeps in its first register. */
enum class Keep : uint8_t { Larger, Smaller };

/*! \brief The eight registers that programs compute in. */
class SfpuRegisters {
 public:
  using Lanes = std::array<uint32_t, kRegisterLanes>;

  explicit SfpuRegisters(LaneFormat format) : format_(format) {}

  Lanes& operator[](int index) { return registers_[index]; }

  /*! \brief Lane l is row `address` + l / 8, column 2 * (l % 8), plus 1 with kOddColumns. */
  void Load(int to, const DestTile& tile, int address) {
    for (int lane = 0; lane < kRegisterLanes; ++lane) {
      registers_[to][lane] = tile.bits[ElementOf(address, lane)];
    }
  }
  /*! \brief The inverse of Load. */
  void Store(int from, DestTile& tile, int address) const {
    for (int lane = 0; lane < kRegisterLanes; ++lane) {
      tile.bits[ElementOf(address, lane)] = Stored(registers_[from][lane]);
    }
  }

  /*! \brief to = a * b + c, product and sum rounded each; NaNs as the hardware makes them. */
  static void MultiplyAdd(Lanes& to, const Lanes& a, const Lanes& b, const Lanes& c) {
    for (int lane = 0; lane < kRegisterLanes; ++lane) {
      const float product = std::bit_cast<float>(a[lane]) * std::bit_cast<float>(b[lane]);
      // The second addition turns -0 into the +0 that the hardware gives.
      const float sum = product + std::bit_cast<float>(c[lane]) + 0.0f;
      const bool addend_is_nan = IsNan(c[lane]) && !IsNan(std::bit_cast<uint32_t>(product));
      const uint32_t sign = (addend_is_nan ? c[lane] : a[lane] ^ b[lane]) & 0x80000000u;
      const uint32_t bits = std::bit_cast<uint32_t>(sum);
      to[lane] = IsNan(bits) ? sign | 0x7f800001u : bits;
    }
  }
  /*! \brief to = to + from. */
  void Add(int to, int from) {
    MultiplyAdd(registers_[to], registers_[to], Constant(1.0f), registers_[from]);
  }
  void AddIntegers(int to, int from) {
    for (int lane = 0; lane < kRegisterLanes; ++lane)
      registers_[to][lane] += registers_[from][lane];
  }
  void Multiply(int to, const Lanes& by) {
    MultiplyAdd(registers_[to], registers_[to], by, Constant(0.0f));
  }

  /*! \brief Puts the larger or smaller of two values into `kept`, the other one into `other`. */
  void Swap(int kept, int other, Keep keep) {
    for (int lane = 0; lane < kRegisterLanes; ++lane) {
      uint32_t& a = registers_[kept][lane];
      uint32_t& b = registers_[other][lane];
      const bool swap = keep == Keep::Larger ? OrderOf(a) < OrderOf(b) : OrderOf(b) < OrderOf(a);
      if (swap) std::swap(a, b);
    }
  }

  /*! \brief Rotates each group of 8 lanes to the right. */
  void RotateRight(int to, int from, int count) {
    const Lanes source = registers_[from];
    for (int lane = 0; lane < kRegisterLanes; ++lane) {
      registers_[to][lane] = source[(lane & ~7) | ((lane - count) & 7)];
    }
  }

  /*!
   * \brief Within registers 0..3, and within 4..7: group j of 8 lanes of register i and group i of
   * register j change places.
   */
  void Transpose() {
    for (int half = 0; half < 8; half += 4) {
      for (int i = 0; i < 4; ++i) {
        for (int j = 0; j < i; ++j) {
          for (int lane = 0; lane < kBandLanes; ++lane) {
            std::swap(registers_[half + i][kBandLanes * j + lane],
                      registers_[half + j][kBandLanes * i + lane]);
          }
        }
      }
    }
  }

  static Lanes Constant(float value) {
    Lanes lanes;
    lanes.fill(std::bit_cast<uint32_t>(value));
    return lanes;
  }

 private:
  static constexpr int ElementOf(int address, int lane) {
    const int row = (address & ~(kBandRows - 1)) + lane / kBandLanes;
    return kFaceRows * row + 2 * (lane % kBandLanes) + ((address & kOddColumns) ? 1 : 0);
  }
  static constexpr bool IsNan(uint32_t bits) { return (bits & 0x7fffffffu) > 0x7f800000u; }

  /*! \brief Sign and magnitude for floats (NaN beyond infinity, -0 below +0). */
  int32_t OrderOf(uint32_t bits) const {
    const int32_t number = static_cast<int32_t>(bits);
    return format_ == LaneFormat::Integer ? number : number ^ ((number >> 31) & 0x7fffffff);
  }
  uint32_t Stored(uint32_t bits) const {
    if (format_ == LaneFormat::Integer) return bits;
    if ((bits & 0x7f800000u) == 0) bits &= 0x80000000u;
    return format_ == LaneFormat::Bfloat16 ? bits & 0xffff0000u : bits;
  }

  LaneFormat format_;
  std::array<Lanes, 8> registers_ = {};
};

/*! \brief SfpuRegisters::MultiplyAdd in the vector unit's processor mode; `to` may be an operand. */
void MultiplyAddLanes(SfpuRegisters::Lanes& to, const SfpuRegisters::Lanes& a,
                      const SfpuRegisters::Lanes& b, const SfpuRegisters::Lanes& c);

/*!
 * \brief One register through the element-wise program of a call, in place. With a 16-bit DST the
 *        result is what a store would leave there.
 */
void UnaryLanes(SfpuUnaryOp op, SfpuConfig config, SfpuRegisters::Lanes& lanes);

}  // namespace tt_simulator

#endif  // TT_SIMULATOR_NUMERICS_SFPU_REGISTERS_H_
