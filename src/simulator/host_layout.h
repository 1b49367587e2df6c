#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "simulator/numerics/formats.h"

namespace tt_simulator {

/// Row-major elements on the host: what a tensor of that tile format holds there.
enum class HostType : uint8_t { kFloat32, kBfloat16, kFloat16, kInt32, kUInt32, kUInt16, kUInt8 };

using PageAddress = std::function<uint8_t*(size_t page)>;

/// Bytes of one host element.
size_t HostTypeBytes(HostType type);

/// Dense row-major [batch, rows, cols] on the host.
struct HostMatrices {
  HostType type;
  size_t batch, rows, cols;
};

/// Converts matrices to tile pages in row-major tile order.
///
/// Rows and columns are padded with zeros to whole tiles. `page(n)` says where tile n, of
/// TileBytes(format) bytes, lies. float32 and bfloat16 hosts convert to Float32, Float16_b and the
/// block formats with round to nearest even; integers keep their bits.
void Tilize(const HostMatrices& matrices, const void* data, DataFormat format,
            const PageAddress& page);

/// Inverse of Tilize.
void Untilize(DataFormat format, const PageAddress& page, const HostMatrices& matrices, void* data);

}  // namespace tt_simulator
