/*! First step of InferTTLayout: tensors and blocks as the device sees them. */
#pragma once

#include <tvm/tirx/function.h>

#include <unordered_map>
#include <vector>

namespace tvm::tt {

/*! How a parameter lies on the host, and how it becomes the device's tensor. */
struct HostTensor {
  DataType dtype;
  ffi::Array<PrimExpr> shape;
  /*! Dimension i of the device's tensor is dimension order[i] of the host's, seen in the kernel's shape. */
  std::vector<int64_t> order;
};
/*! By the name of the parameter. */
using HostTensors = std::unordered_map<std::string, HostTensor>;

/*! Rewrites the function to the device's tensors, and says what the host has to do to make them. */
tirx::PrimFunc ToDeviceTensors(tirx::PrimFunc func, DataType float16_as, HostTensors* host);

}  // namespace tvm::tt
