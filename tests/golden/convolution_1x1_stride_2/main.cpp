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
    const CoreRangeSet cores = CoreRangeSet(std::vector<CoreRange>{CoreRange({0, 0}, {1, 0})});

    // Tensors: pages are tiles, or rows where it says so.
    auto image_buffer = make_buffer(device.get(), 256, 64);  // bfloat16 2 x 2 x 64 x 32, rows
    auto weights_buffer = make_buffer(device.get(), 1, 2048);  // bfloat16 32 x 32 (host: bfloat16 1 x 1 x 32 x 32, dimensions 0, 1)
    auto out_buffer = make_buffer(device.get(), 2, 2048);  // bfloat16 64 x 32 (host: bfloat16 2 x 1 x 32 x 32, dimensions 0, 1)

    // Circular buffers.
    make_circular_buffer(program, cores, 0, 4096, 2048, DataFormat::Float16_b);  // taps
    make_circular_buffer(program, cores, 1, 4096, 2048, DataFormat::Float16_b);  // pixels_rows
    make_circular_buffer(program, cores, 2, 4096, 2048, DataFormat::Float16_b);  // out_out
    make_circular_buffer(program, cores, 3, 4096, 4096, DataFormat::Float32);  // acc
    make_circular_buffer(program, cores, 4, 2048, 2048, DataFormat::Float16_b);  // pixels

    // Kernel reader.cpp on RISCV_1.
    std::vector<uint32_t> reader_args;
    TensorAccessorArgs(*image_buffer).append_to(reader_args);
    TensorAccessorArgs(*weights_buffer).append_to(reader_args);
    KernelHandle reader_kernel = CreateKernel(
        program, kernel_path("reader.cpp"), cores,
        DataMovementConfig{
            .processor = DataMovementProcessor::RISCV_1,
            .noc = NOC::NOC_0,
            .compile_args = reader_args,
            .named_compile_args = {{"cb_taps", 0}, {"cb_pixels_rows", 1}}});

    // Kernel compute.cpp on COMPUTE.
    using UnpackMode = tt::tt_metal::UnpackToDestMode;
    std::vector<UnpackMode> unpack_modes(NUM_CIRCULAR_BUFFERS, UnpackMode::Default);
    unpack_modes[3] = UnpackMode::UnpackToDestFp32;
    KernelHandle compute_kernel = CreateKernel(
        program, kernel_path("compute.cpp"), cores,
        ComputeConfig{
            .math_fidelity = tt::tt_metal::MathFidelity::HiFi4,
            .fp32_dest_acc_en = true,
            .dst_full_sync_en = false,
            .unpack_to_dest_mode = unpack_modes,
            .math_approx_mode = false,
            .named_compile_args = {{"cb_acc", 3}, {"cb_pixels", 4}, {"cb_taps", 0}, {"cb_pixels_rows", 1}, {"cb_out_out", 2}}});

    // Kernel writer.cpp on RISCV_0.
    std::vector<uint32_t> writer_args;
    TensorAccessorArgs(*out_buffer).append_to(writer_args);
    KernelHandle writer_kernel = CreateKernel(
        program, kernel_path("writer.cpp"), cores,
        DataMovementConfig{
            .processor = DataMovementProcessor::RISCV_0,
            .noc = NOC::NOC_1,
            .compile_args = writer_args,
            .named_compile_args = {{"cb_out_out", 2}}});

    // Runtime arguments: the work items of every core.
    struct CoreWork {
        CoreCoord core;
        uint32_t start_id, count;
    };
    const std::vector<CoreWork> work = {
        {{0, 0}, 0, 1},
        {{1, 0}, 1, 1},
    };
    constexpr uint32_t Mt = 2, Nt = 1;  // tiles of the output
    for (const auto& [core, start_id, count] : work) {
        SetRuntimeArgs(program, reader_kernel, core, {static_cast<uint32_t>(image_buffer->address()), static_cast<uint32_t>(weights_buffer->address()), start_id, count, Mt, Nt});
        SetRuntimeArgs(program, compute_kernel, core, {start_id, count, Mt, Nt});
        SetRuntimeArgs(program, writer_kernel, core, {static_cast<uint32_t>(out_buffer->address()), start_id, count, Mt, Nt});
    }

    // Inputs: row-major on the host, tiles on the device.
    auto image_in = tilize_nfaces(random_values<bfloat16>(256 * 32, 0), 256, 32);
    distributed::EnqueueWriteMeshBuffer(queue, image_buffer, image_in, false);
    auto weights_in = tilize_nfaces(random_values<bfloat16>(32 * 32, 1), 32, 32);
    distributed::EnqueueWriteMeshBuffer(queue, weights_buffer, weights_in, false);

    // Launch.
    distributed::MeshWorkload workload;
    workload.add_program(distributed::MeshCoordinateRange(device->shape()), std::move(program));
    distributed::EnqueueMeshWorkload(queue, workload, false);

    // Outputs: back to row-major.
    std::vector<bfloat16> out_tiles;
    distributed::EnqueueReadMeshBuffer(queue, out_tiles, out_buffer, true);
    auto out_out = untilize_nfaces(out_tiles, 64, 32);
    return device->close() ? 0 : 1;
}
