#pragma once
#include <tt-metalium/host_api.hpp>

namespace tt::tt_metal::distributed {

class MeshCommandQueue;

class MeshShape {
   public:
    MeshShape(std::uint32_t rows, std::uint32_t columns);
};

class MeshCoordinateRange {
   public:
    explicit MeshCoordinateRange(const MeshShape& shape);
};

class MeshDevice {
   public:
    static std::shared_ptr<MeshDevice> create_unit_mesh(
        int device_id, std::size_t l1_small_size = 0, std::size_t trace_region_size = 0,
        std::size_t num_command_queues = 1, const DispatchCoreConfig& dispatch_core_config = {},
        std::span<const std::uint32_t> l1_bank_remap = {}, std::size_t worker_l1_size = 0);
    MeshCommandQueue& mesh_command_queue(std::optional<std::uint8_t> queue_id = std::nullopt) const;
    const MeshShape& shape() const;
    CoreCoord worker_core_from_logical_core(const CoreCoord& logical_core) const;
    bool close();
};

}  // namespace tt::tt_metal::distributed
