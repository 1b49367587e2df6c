#pragma once
#include <tt-metalium/mesh_buffer.hpp>

namespace tt::tt_metal {

class TensorAccessorArgs {
   public:
    using Config = Flags<tensor_accessor::ArgConfig>;
    explicit TensorAccessorArgs(const Buffer& buffer, Config config = tensor_accessor::ArgConfig::None);
    explicit TensorAccessorArgs(
        const distributed::MeshBuffer& buffer, Config config = tensor_accessor::ArgConfig::None);
    explicit TensorAccessorArgs(
        const std::shared_ptr<distributed::MeshBuffer>& buffer, Config config = tensor_accessor::ArgConfig::None);
    void append_to(std::vector<std::uint32_t>& compile_time_args) const;
};

}  // namespace tt::tt_metal
