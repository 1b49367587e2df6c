#pragma once
#include <tt-metalium/mesh_device.hpp>

namespace tt::tt_metal {

class BufferShardingArgs {};

namespace distributed {

struct DeviceLocalBufferConfig {
    DeviceAddr page_size = 0;
    BufferType buffer_type = BufferType::DRAM;
    BufferShardingArgs sharding_args = {};
    std::optional<bool> bottom_up = std::nullopt;
};
struct ReplicatedBufferConfig {
    DeviceAddr size = 0;
};
struct ShardedBufferConfig {
    DeviceAddr global_size = 0;
};

class MeshBuffer {
   public:
    static std::shared_ptr<MeshBuffer> create(
        const std::variant<ReplicatedBufferConfig, ShardedBufferConfig>& config,
        const DeviceLocalBufferConfig& device_local_config, MeshDevice* device,
        std::optional<DeviceAddr> address = std::nullopt);
    DeviceAddr size() const;
    DeviceAddr address() const { return address_; }

   private:
    DeviceAddr address_ = 0;
};

}  // namespace distributed
}  // namespace tt::tt_metal
