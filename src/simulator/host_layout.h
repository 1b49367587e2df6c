#pragma once

#include <cstddef>
#include <cstdint>

#include "simulator/numerics/formats.h"

namespace tt_simulator {

/// Row-major elements on the host: what a tensor of that tile format holds there.
enum class HostType : uint8_t { kFloat32, kBfloat16, kInt32, kUInt32, kUInt16, kUInt8 };

/// Bytes of one host element.
size_t HostTypeBytes(HostType type);

/// Converts a row-major [batch, rows, cols] array to tile pages in row-major tile order.
///
/// `rows` and `cols` must be multiples of 32 (std::invalid_argument). `pages` receives
/// batch * rows * cols / 1024 tiles of TileBytes(format). float32 and bfloat16 hosts convert to
/// Float32, Float16_b and the block formats with round to nearest even; integers keep their bits.
void Tilize(HostType host, DataFormat format, size_t batch, size_t rows, size_t cols,
            const void* row_major, uint8_t* pages);

/// Inverse of Tilize.
void Untilize(HostType host, DataFormat format, size_t batch, size_t rows, size_t cols,
              const uint8_t* pages, void* row_major);

}  // namespace tt_simulator
