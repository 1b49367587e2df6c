// main: host program, generated from TileLang.
//
// Runs the kernels beside this file once, on random inputs, through TT-Metalium's mesh API.

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <tt-metalium/bfloat16.hpp>
#include <tt-metalium/distributed.hpp>
#include <tt-metalium/host_api.hpp>
#include <tt-metalium/mesh_buffer.hpp>
#include <tt-metalium/mesh_device.hpp>
#include <tt-metalium/mesh_workload.hpp>
#include <tt-metalium/tensor_accessor_args.hpp>
#include <tt-metalium/tilize_utils.hpp>

using namespace tt;
using namespace tt::tt_metal;

namespace {

// Folder of the kernel files; the current one unless KERNEL_DIR says otherwise.
std::string kernel_path(const std::string& file) {
    const char* directory = std::getenv("KERNEL_DIR");
    return (directory == nullptr ? std::string() : std::string(directory) + "/") + file;
}

// A DRAM buffer of `pages` tiles, interleaved over all banks.
std::shared_ptr<distributed::MeshBuffer> make_buffer(
    distributed::MeshDevice* device, uint32_t pages, uint32_t page_size) {
    distributed::DeviceLocalBufferConfig local{.page_size = page_size, .buffer_type = BufferType::DRAM};
    distributed::ReplicatedBufferConfig replicated{.size = static_cast<uint64_t>(pages) * page_size};
    return distributed::MeshBuffer::create(replicated, local, device);
}

// A circular buffer on `cores`.
void make_circular_buffer(
    Program& program, const CoreRangeSet& cores, uint32_t id, uint32_t total_size, uint32_t page_size, DataFormat format) {
    CreateCircularBuffer(
        program, cores, CircularBufferConfig(total_size, {{id, format}}).set_page_size(id, page_size));
}

// Random values in [-1, 1), row-major.
template <typename T>
std::vector<T> random_values(size_t count, uint32_t seed) {
    std::mt19937 generator(seed);
    std::uniform_real_distribution<float> distribution(-1.0f, 1.0f);
    std::vector<T> values(count);
    for (T& value : values) {
        value = T(distribution(generator));
    }
    return values;
}

}  // namespace

int main() {
    constexpr int device_id = 0;
    auto device = distributed::MeshDevice::create_unit_mesh(device_id);
    distributed::MeshCommandQueue& queue = device->mesh_command_queue();
    Program program = CreateProgram();
    const CoreRangeSet cores = CoreRangeSet(std::vector<CoreRange>{CoreRange({0, 0}, {1, 3})});

    // Tensors: pages are tiles.
    auto A_buffer = make_buffer(device.get(), 128, 2048);  // bfloat16 64 x 2048
    auto B_buffer = make_buffer(device.get(), 128, 2048);  // bfloat16 2048 x 64
    auto C_buffer = make_buffer(device.get(), 4, 4096);  // float32 64 x 64

    // Circular buffers.
    make_circular_buffer(program, cores, 0, 16384, 2048, DataFormat::Float16_b);  // a
    make_circular_buffer(program, cores, 1, 8192, 2048, DataFormat::Float16_b);  // b
    make_circular_buffer(program, cores, 2, 16384, 4096, DataFormat::Float32);  // C_sum
    make_circular_buffer(program, cores, 3, 16384, 4096, DataFormat::Float32);  // C_sum_1
    CreateSemaphore(program, cores, 0);  // id 0
    CreateSemaphore(program, cores, 0);  // id 1

    // Kernel reader.cpp on RISCV_1.
    std::vector<uint32_t> reader_args;
    TensorAccessorArgs(*A_buffer).append_to(reader_args);
    TensorAccessorArgs(*B_buffer).append_to(reader_args);
    TensorAccessorArgs(*C_buffer).append_to(reader_args);
    KernelHandle reader_kernel = CreateKernel(
        program, kernel_path("reader.cpp"), cores,
        DataMovementConfig{
            .processor = DataMovementProcessor::RISCV_1,
            .noc = NOC::NOC_0,
            .compile_args = reader_args,
            .named_compile_args = {{"cb_a", 0}, {"cb_b", 1}, {"cb_C_sum", 2}, {"sem_C_ready", 0}, {"sem_C_arrived", 1}}});

    // Kernel compute.cpp on COMPUTE.
    using UnpackMode = tt::tt_metal::UnpackToDestMode;
    std::vector<UnpackMode> unpack_modes(NUM_CIRCULAR_BUFFERS, UnpackMode::Default);
    unpack_modes[2] = UnpackMode::UnpackToDestFp32;
    KernelHandle compute_kernel = CreateKernel(
        program, kernel_path("compute.cpp"), cores,
        ComputeConfig{
            .math_fidelity = tt::tt_metal::MathFidelity::HiFi4,
            .fp32_dest_acc_en = true,
            .dst_full_sync_en = false,
            .unpack_to_dest_mode = unpack_modes,
            .math_approx_mode = false,
            .named_compile_args = {{"cb_a", 0}, {"cb_b", 1}, {"cb_C_sum", 2}, {"cb_C_sum_1", 3}}});

    // Kernel writer.cpp on RISCV_0.
    std::vector<uint32_t> writer_args;
    TensorAccessorArgs(*C_buffer).append_to(writer_args);
    KernelHandle writer_kernel = CreateKernel(
        program, kernel_path("writer.cpp"), cores,
        DataMovementConfig{
            .processor = DataMovementProcessor::RISCV_0,
            .noc = NOC::NOC_1,
            .compile_args = writer_args,
            .named_compile_args = {{"cb_C_sum", 2}, {"cb_C_sum_1", 3}, {"sem_C_ready", 0}, {"sem_C_arrived", 1}}});

    // Runtime arguments: the work items of every core.
    struct CoreWork {
        CoreCoord core;
        uint32_t start_id, count;
    };
    const std::vector<CoreWork> work = {
        {{0, 0}, 0, 1},
        {{1, 0}, 1, 1},
        {{0, 1}, 2, 1},
        {{1, 1}, 3, 1},
        {{0, 2}, 4, 1},
        {{1, 2}, 5, 1},
        {{0, 3}, 6, 1},
        {{1, 3}, 7, 1},
    };
    constexpr uint32_t Mt = 2, Nt = 2;  // tiles of the output
    // NoC coordinates of columns and rows of cores.
    const auto noc_x = [&](size_t x) {
        const CoreCoord core = device->worker_core_from_logical_core(CoreCoord(x, 0));
        return static_cast<uint32_t>(core.x);
    };
    const auto noc_y = [&](size_t y) {
        const CoreCoord core = device->worker_core_from_logical_core(CoreCoord(0, y));
        return static_cast<uint32_t>(core.y);
    };
    for (const auto& [core, start_id, count] : work) {
        SetRuntimeArgs(program, reader_kernel, core, {static_cast<uint32_t>(A_buffer->address()), static_cast<uint32_t>(B_buffer->address()), static_cast<uint32_t>(C_buffer->address()), start_id, count, Mt, Nt, noc_x(0), noc_x(1), noc_y(0), noc_y(1), noc_y(2), noc_y(3)});
        SetRuntimeArgs(program, compute_kernel, core, {start_id, count, Mt, Nt});
        SetRuntimeArgs(program, writer_kernel, core, {static_cast<uint32_t>(C_buffer->address()), start_id, count, Mt, Nt, noc_x(0), noc_x(1), noc_y(0), noc_y(1), noc_y(2), noc_y(3)});
    }

    // Inputs: row-major on the host, tiles on the device.
    auto A_in = tilize_nfaces(random_values<bfloat16>(64 * 2048, 0), 64, 2048);
    distributed::EnqueueWriteMeshBuffer(queue, A_buffer, A_in, false);
    auto B_in = tilize_nfaces(random_values<bfloat16>(2048 * 64, 1), 2048, 64);
    distributed::EnqueueWriteMeshBuffer(queue, B_buffer, B_in, false);
    auto C_in = tilize_nfaces(random_values<float>(64 * 64, 2), 64, 64);
    distributed::EnqueueWriteMeshBuffer(queue, C_buffer, C_in, false);

    // Launch.
    distributed::MeshWorkload workload;
    workload.add_program(distributed::MeshCoordinateRange(device->shape()), std::move(program));
    distributed::EnqueueMeshWorkload(queue, workload, false);

    // Outputs: back to row-major.
    std::vector<float> C_tiles;
    distributed::EnqueueReadMeshBuffer(queue, C_tiles, C_buffer, true);
    auto C_out = untilize_nfaces(C_tiles, 64, 64);
    return device->close() ? 0 : 1;
}
