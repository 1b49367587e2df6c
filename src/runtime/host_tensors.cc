/*! Conversion and permutation of host tensors. */
#include "runtime/host_tensors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <numeric>
#include <stdexcept>

namespace tt_runtime {

namespace {

size_t ElementBytes(const std::string& dtype) {
  if (dtype == "float32" || dtype == "int32" || dtype == "uint32") return 4;
  if (dtype == "bfloat16" || dtype == "float16" || dtype == "uint16") return 2;
  if (dtype == "uint8" || dtype == "int8" || dtype == "bool") return 1;
  throw std::invalid_argument("unknown dtype " + dtype);
}

size_t Elements(const tt_plan::Tensor& tensor) {
  return std::accumulate(tensor.shape.begin(), tensor.shape.end(), size_t{1}, std::multiplies<>());
}

/*! An element of a dtype that the device carries as another. */
float Load(const std::string& dtype, const uint8_t* element) {
  if (dtype == "bool") return *element != 0;
  if (dtype == "float32") {
    float value;
    std::memcpy(&value, element, sizeof(value));
    return value;
  }
  uint16_t bits;
  std::memcpy(&bits, element, sizeof(bits));
  return dtype == "float16" ? Float16ToFloat(bits) : std::bit_cast<float>(uint32_t{bits} << 16);
}

void Store(const std::string& dtype, float value, uint8_t* element) {
  if (dtype == "bool") {
    *element = value != 0;
    return;
  }
  if (dtype == "float32") {
    std::memcpy(element, &value, sizeof(value));
    return;
  }
  uint32_t wide = std::bit_cast<uint32_t>(value);
  uint16_t bits = static_cast<uint16_t>((wide + 0x7fff + (wide >> 16 & 1)) >> 16);
  if (std::isnan(value)) bits = static_cast<uint16_t>(wide >> 16 | 0x40);
  if (dtype == "float16") bits = FloatToFloat16(value);
  std::memcpy(element, &bits, sizeof(bits));
}

/*! Converts dense elements from one dtype to another. */
std::vector<uint8_t> Convert(const std::string& from, const std::string& to, size_t count,
                             const uint8_t* data) {
  const size_t from_bytes = ElementBytes(from), to_bytes = ElementBytes(to);
  std::vector<uint8_t> result(count * to_bytes);
  if (from == to) {
    std::memcpy(result.data(), data, result.size());
    return result;
  }
  for (size_t i = 0; i < count; ++i) {
    Store(to, Load(from, data + i * from_bytes), result.data() + i * to_bytes);
  }
  return result;
}

/*! Calls move(device element, host element, count) for every run of elements contiguous in both. */
template <typename Move>
void ForEachRun(const tt_plan::Tensor& tensor, Move move) {
  const size_t rank = tensor.shape.size();
  std::vector<size_t> viewed(rank), viewed_strides(rank), strides(rank), index(rank, 0);
  for (size_t i = 0; i < rank; ++i) viewed[tensor.order[i]] = tensor.shape[i];
  for (size_t i = rank, stride = 1; i-- > 0; stride *= viewed[i]) viewed_strides[i] = stride;
  for (size_t i = 0; i < rank; ++i) strides[i] = viewed_strides[tensor.order[i]];
  const size_t run = strides[rank - 1] == 1 ? tensor.shape[rank - 1] : 1;
  const size_t count = Elements(tensor);
  for (size_t done = 0; done < count; done += run) {
    size_t host = 0;
    for (size_t i = 0; i < rank; ++i) host += index[i] * strides[i];
    move(done, host, run);
    index[rank - 1] += run;
    for (size_t i = rank; i-- > 0 && index[i] == static_cast<size_t>(tensor.shape[i]);) {
      index[i] = 0;
      if (i > 0) ++index[i - 1];
    }
  }
}

bool InOrder(const tt_plan::Tensor& tensor) {
  return std::is_sorted(tensor.order.begin(), tensor.order.end());
}

}  // namespace

float Float16ToFloat(uint16_t bits) {
  const int exponent = bits >> 10 & 31, mantissa = bits & 0x3ff;
  const float sign = bits & 0x8000 ? -1.0f : 1.0f;
  if (exponent == 0) return sign * std::ldexp(static_cast<float>(mantissa), -24);
  if (exponent < 31) return sign * std::ldexp(static_cast<float>(mantissa | 0x400), exponent - 25);
  return mantissa ? std::bit_cast<float>(uint32_t{bits} << 16 | 0x7fc00000u) : sign * INFINITY;
}

uint16_t FloatToFloat16(float value) {
  const uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  if (std::isnan(value)) return sign | 0x7e00;
  const float magnitude = std::fabs(value);
  if (magnitude >= 65520.0f) return sign | 0x7c00;  // halfway above the greatest, 65504
  if (magnitude < 0x1p-14f) {  // subnormal: a multiple of 2^-24; nearbyint rounds halves to even
    return sign | static_cast<uint16_t>(std::nearbyint(std::ldexp(magnitude, 24)));
  }
  const uint32_t wide = std::bit_cast<uint32_t>(magnitude);
  const uint32_t rounded = wide + 0xfff + (wide >> 13 & 1);
  return sign | static_cast<uint16_t>((rounded >> 13) - (112u << 10));
}

bool SameOnHost(const tt_plan::Tensor& tensor) {
  return tensor.dtype == tensor.host_dtype && InOrder(tensor);
}

std::vector<uint8_t> ToDeviceOrder(const tt_plan::Tensor& tensor, const void* host) {
  const size_t bytes = ElementBytes(tensor.dtype);
  std::vector<uint8_t> converted =
      Convert(tensor.host_dtype, tensor.dtype, Elements(tensor), static_cast<const uint8_t*>(host));
  if (InOrder(tensor)) return converted;
  std::vector<uint8_t> result(converted.size());
  ForEachRun(tensor, [&](size_t device, size_t host_index, size_t run) {
    std::memcpy(&result[device * bytes], &converted[host_index * bytes], run * bytes);
  });
  return result;
}

void ToHostOrder(const tt_plan::Tensor& tensor, const std::vector<uint8_t>& device, void* host) {
  const size_t bytes = ElementBytes(tensor.host_dtype);
  std::vector<uint8_t> converted =
      Convert(tensor.dtype, tensor.host_dtype, Elements(tensor), device.data());
  auto* to = static_cast<uint8_t*>(host);
  ForEachRun(tensor, [&](size_t device_index, size_t host_index, size_t run) {
    std::memcpy(to + host_index * bytes, &converted[device_index * bytes], run * bytes);
  });
}

}  // namespace tt_runtime
