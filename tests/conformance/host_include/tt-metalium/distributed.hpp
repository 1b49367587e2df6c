#pragma once
#include <tt-metalium/mesh_buffer.hpp>
#include <tt-metalium/mesh_workload.hpp>

namespace tt::tt_metal::distributed {

class MeshCommandQueue {
   public:
    virtual void enqueue_write_mesh_buffer(
        const std::shared_ptr<MeshBuffer>& buffer, const void* source, bool blocking) = 0;
    virtual void enqueue_read_mesh_buffer(
        void* target, const std::shared_ptr<MeshBuffer>& buffer, bool blocking) = 0;
};

template <typename T>
void EnqueueWriteMeshBuffer(
    MeshCommandQueue& queue, std::shared_ptr<MeshBuffer>& buffer, const std::vector<T>& source,
    bool blocking = false) {
    queue.enqueue_write_mesh_buffer(buffer, source.data(), blocking);
}

template <typename T>
void EnqueueReadMeshBuffer(
    MeshCommandQueue& queue, std::vector<T>& target, std::shared_ptr<MeshBuffer>& buffer, bool blocking = true) {
    target.resize(buffer->size() / sizeof(T));
    queue.enqueue_read_mesh_buffer(target.data(), buffer, blocking);
}

void EnqueueMeshWorkload(MeshCommandQueue& queue, MeshWorkload& workload, bool blocking);

}  // namespace tt::tt_metal::distributed
