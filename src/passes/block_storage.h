/*! First step of InferTTLayout: the tensors that the user wants in a block format. */
#pragma once

#include <tvm/tirx/function.h>

#include <map>
#include <string>

namespace tvm::tt {

/*! Data formats by the name of the tensor, of those that have another than their dtype's. */
using StorageFormats = std::map<std::string, std::string>;

/*! Takes the annotations of tt.annotate_storage out of the function, and checks them. */
tirx::PrimFunc TakeStorageFormats(tirx::PrimFunc func, StorageFormats* formats);

}  // namespace tvm::tt
