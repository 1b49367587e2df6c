#pragma once
#include <tt-metalium/mesh_device.hpp>

namespace tt::tt_metal::distributed {

class MeshWorkloadImpl;

class MeshWorkload {
   public:
    MeshWorkload();
    ~MeshWorkload();
    void add_program(const MeshCoordinateRange& devices, Program&& program);

   private:
    MeshWorkloadImpl* impl_;
};

}  // namespace tt::tt_metal::distributed
