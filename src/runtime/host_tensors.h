/*! Host tensors in the order and dtype of the device, before they are cut into tiles. */
#pragma once

#include <cstdint>
#include <vector>

#include "ir/program_plan.h"

namespace tt_runtime {

/*! The dense elements of the device's tensor, from the host's. Bytes of host tensor: all of its elements. */
std::vector<uint8_t> ToDeviceOrder(const tt_plan::Tensor& tensor, const void* host);
/*! Inverse of ToDeviceOrder. */
void ToHostOrder(const tt_plan::Tensor& tensor, const std::vector<uint8_t>& device, void* host);
/*! Whether host and device differ neither in dtype nor in order. */
bool SameOnHost(const tt_plan::Tensor& tensor);

/*! Values of float16 bits as float32, and back to the nearest, halves to even. */
float Float16ToFloat(uint16_t bits);
uint16_t FloatToFloat16(float value);

}  // namespace tt_runtime
