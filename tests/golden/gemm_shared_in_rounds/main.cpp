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
    const CoreRangeSet cores = CoreRangeSet(std::vector<CoreRange>{CoreRange({0, 0}, {3, 3})});

    // Tensors: pages are tiles.
    auto A_buffer = make_buffer(device.get(), 24, 2048);  // bfloat16 256 x 96
    auto B_buffer = make_buffer(device.get(), 12, 2048);  // bfloat16 96 x 128
    auto C_buffer = make_buffer(device.get(), 32, 2048);  // bfloat16 256 x 128

    // Circular buffers.
    make_circular_buffer(program, cores, 0, 18432, 2048, DataFormat::Float16_b);  // A_s
    make_circular_buffer(program, cores, 1, 18432, 2048, DataFormat::Float16_b);  // B_s
    make_circular_buffer(program, cores, 2, 4096, 2048, DataFormat::Float16_b);  // C_out
    make_circular_buffer(program, cores, 3, 6144, 2048, DataFormat::Float16_b);  // A_s_ahead
    make_circular_buffer(program, cores, 4, 6144, 2048, DataFormat::Float16_b);  // B_s_ahead
    CreateSemaphore(program, cores, 1);  // id 0
    CreateSemaphore(program, cores, 0);  // id 1
    CreateSemaphore(program, cores, 0);  // id 2
    CreateSemaphore(program, cores, 0);  // id 3
    CreateSemaphore(program, cores, 0);  // id 4

    // Kernel reader.cpp on RISCV_1.
    std::vector<uint32_t> reader_args;
    TensorAccessorArgs(*B_buffer).append_to(reader_args);
    KernelHandle reader_kernel = CreateKernel(
        program, kernel_path("reader.cpp"), cores,
        DataMovementConfig{
            .processor = DataMovementProcessor::RISCV_1,
            .noc = NOC::NOC_0,
            .compile_args = reader_args,
            .named_compile_args = {{"cb_B_s", 1}, {"sem_arrival", 0}, {"cb_B_s_ahead", 4}, {"sem_B_s_ready", 3}, {"sem_B_s_arrived", 4}}});

    // Kernel compute.cpp on COMPUTE.
    KernelHandle compute_kernel = CreateKernel(
        program, kernel_path("compute.cpp"), cores,
        ComputeConfig{
            .math_fidelity = tt::tt_metal::MathFidelity::HiFi4,
            .fp32_dest_acc_en = true,
            .dst_full_sync_en = false,
            .math_approx_mode = false,
            .named_compile_args = {{"cb_A_s", 0}, {"cb_B_s", 1}, {"cb_C_out", 2}}});

    // Kernel writer.cpp on RISCV_0.
    std::vector<uint32_t> writer_args;
    TensorAccessorArgs(*A_buffer).append_to(writer_args);
    TensorAccessorArgs(*C_buffer).append_to(writer_args);
    KernelHandle writer_kernel = CreateKernel(
        program, kernel_path("writer.cpp"), cores,
        DataMovementConfig{
            .processor = DataMovementProcessor::RISCV_0,
            .noc = NOC::NOC_1,
            .compile_args = writer_args,
            .named_compile_args = {{"cb_A_s", 0}, {"cb_C_out", 2}, {"sem_arrival", 0}, {"cb_A_s_ahead", 3}, {"sem_A_s_ready", 1}, {"sem_A_s_arrived", 2}}});

    // Runtime arguments: the work items of every core.
    struct CoreWork {
        CoreCoord core;
        uint32_t start_id, count;
    };
    const std::vector<CoreWork> work = {
        {{0, 0}, 0, 2},
        {{1, 0}, 2, 2},
        {{2, 0}, 4, 2},
        {{3, 0}, 6, 2},
        {{0, 1}, 8, 2},
        {{1, 1}, 10, 2},
        {{2, 1}, 12, 2},
        {{3, 1}, 14, 2},
        {{0, 2}, 16, 2},
        {{1, 2}, 18, 2},
        {{2, 2}, 20, 2},
        {{3, 2}, 22, 2},
        {{0, 3}, 24, 2},
        {{1, 3}, 26, 2},
        {{2, 3}, 28, 2},
        {{3, 3}, 30, 2},
    };
    constexpr uint32_t Mt = 8, Nt = 4;  // tiles of the output
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
        SetRuntimeArgs(program, reader_kernel, core, {static_cast<uint32_t>(B_buffer->address()), start_id, count, Mt, Nt, static_cast<uint32_t>(core.x), static_cast<uint32_t>(core.y), noc_x(0), noc_x(1), noc_x(2), noc_x(3), noc_y(0), noc_y(1), noc_y(2), noc_y(3)});
        SetRuntimeArgs(program, compute_kernel, core, {start_id, count, Mt, Nt});
        SetRuntimeArgs(program, writer_kernel, core, {static_cast<uint32_t>(A_buffer->address()), static_cast<uint32_t>(C_buffer->address()), start_id, count, Mt, Nt, static_cast<uint32_t>(core.x), static_cast<uint32_t>(core.y), noc_x(0), noc_x(1), noc_x(2), noc_x(3), noc_y(0), noc_y(1), noc_y(2), noc_y(3)});
    }

    // Inputs: row-major on the host, tiles on the device.
    auto A_in = tilize_nfaces(random_values<bfloat16>(256 * 96, 0), 256, 96);
    distributed::EnqueueWriteMeshBuffer(queue, A_buffer, A_in, false);
    auto B_in = tilize_nfaces(random_values<bfloat16>(96 * 128, 1), 96, 128);
    distributed::EnqueueWriteMeshBuffer(queue, B_buffer, B_in, false);

    // Launch.
    distributed::MeshWorkload workload;
    workload.add_program(distributed::MeshCoordinateRange(device->shape()), std::move(program));
    distributed::EnqueueMeshWorkload(queue, workload, false);

    // Outputs: back to row-major.
    std::vector<bfloat16> C_tiles;
    distributed::EnqueueReadMeshBuffer(queue, C_tiles, C_buffer, true);
    auto C_out = untilize_nfaces(C_tiles, 256, 128);
    return device->close() ? 0 : 1;
}
