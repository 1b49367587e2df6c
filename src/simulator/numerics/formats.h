/*!
 * \file formats.h
 * \brief Storage formats of tiles in L1 and their sizes.
 */
#ifndef TT_SIMULATOR_NUMERICS_FORMATS_H_
#define TT_SIMULATOR_NUMERICS_FORMATS_H_

#include <cstddef>
#include <cstdint>

namespace tt_simulator {

/*!
 * \brief Storage formats, with the numbers the vendor's kernel headers give them
 *        (`tensix_types.h`, Wormhole and Blackhole), so that generated kernels can pass them
 * through.
 */
enum class DataFormat : uint8_t {
  Float32 = 0,
  Float16 = 1,
  Bfp8 = 2,
  Bfp4 = 3,
  Tf32 = 4,
  Float16_b = 5,
  Bfp8_b = 6,
  Bfp4_b = 7,
  Int32 = 8,
  UInt16 = 9,
  Lf8 = 10,
  Bfp2 = 11,
  Int8 = 14,
  Bfp2_b = 15,
  UInt32 = 24,
  Fp8_e4m3 = 26,
  UInt8 = 30,
  Invalid = 0xff,
};

/*! \brief Rows, columns and elements of a full tile. */
inline constexpr int kTileDim = 32;
inline constexpr int kFaceDim = 16;
inline constexpr int kTileElements = kTileDim * kTileDim;

/*!
 * \brief Bytes of one 32x32 tile in L1; 0 for Invalid.
 *
 * Block formats store one exponent byte per 16 data (64 bytes a tile) before the data:
 * 8/4/2 bits a datum give 1088, 576 and 320 bytes.
 */
constexpr size_t TileBytes(DataFormat format) {
  switch (format) {
    case DataFormat::Float32:
    case DataFormat::Tf32:
    case DataFormat::Int32:
    case DataFormat::UInt32:
      return 4096;
    case DataFormat::Float16:
    case DataFormat::Float16_b:
    case DataFormat::UInt16:
      return 2048;
    case DataFormat::Int8:
    case DataFormat::UInt8:
    case DataFormat::Lf8:
    case DataFormat::Fp8_e4m3:
      return 1024;
    case DataFormat::Bfp8:
    case DataFormat::Bfp8_b:
      return 1088;
    case DataFormat::Bfp4:
    case DataFormat::Bfp4_b:
      return 576;
    case DataFormat::Bfp2:
    case DataFormat::Bfp2_b:
      return 320;
    case DataFormat::Invalid:
      return 0;
  }
  return 0;
}

/*! \brief True for formats whose data are integers (DST then holds integers, not float patterns).
 */
constexpr bool IsIntegerFormat(DataFormat format) {
  return format == DataFormat::Int32 || format == DataFormat::UInt32 ||
         format == DataFormat::UInt16 || format == DataFormat::Int8 || format == DataFormat::UInt8;
}

/*! \brief True for formats with one exponent shared by 16 data. */
constexpr bool IsBlockFormat(DataFormat format) {
  return format == DataFormat::Bfp8 || format == DataFormat::Bfp8_b || format == DataFormat::Bfp4 ||
         format == DataFormat::Bfp4_b || format == DataFormat::Bfp2 || format == DataFormat::Bfp2_b;
}

/*! \brief True for formats of floats whose exponents have 8 bits; Float32 goes with any others. */
constexpr bool HasWideExponent(DataFormat format) {
  return format == DataFormat::Float16_b || format == DataFormat::Tf32 ||
         format == DataFormat::Bfp8_b || format == DataFormat::Bfp4_b ||
         format == DataFormat::Bfp2_b;
}

/*!
 * \brief True if unpacking and packing of the format is implemented.
 *
 * The other formats with a 5-bit exponent (Bfp8, Bfp4, Bfp2, Lf8, Fp8_e4m3) are not.
 */
constexpr bool IsSupportedFormat(DataFormat format) {
  switch (format) {
    case DataFormat::Float32:
    case DataFormat::Tf32:
    case DataFormat::Float16:
    case DataFormat::Float16_b:
    case DataFormat::Bfp8_b:
    case DataFormat::Bfp4_b:
    case DataFormat::Bfp2_b:
    case DataFormat::Int32:
    case DataFormat::UInt32:
    case DataFormat::UInt16:
    case DataFormat::Int8:
    case DataFormat::UInt8:
      return true;
    default:
      return false;
  }
}

}  // namespace tt_simulator

#endif  // TT_SIMULATOR_NUMERICS_FORMATS_H_
