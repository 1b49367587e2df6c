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

// Matrices of rows x cols with zeros up to whole tiles.
template <typename T>
std::vector<T> pad_to_tiles(const std::vector<T>& values, size_t rows, size_t cols) {
    const size_t padded_rows = (rows + 31) / 32 * 32, padded_cols = (cols + 31) / 32 * 32;
    const size_t matrices = values.size() / (rows * cols);
    std::vector<T> padded(matrices * padded_rows * padded_cols, T(0.0f));
    for (size_t i = 0; i < values.size(); ++i) {
        const size_t matrix = i / (rows * cols), row = i / cols % rows, col = i % cols;
        padded[(matrix * padded_rows + row) * padded_cols + col] = values[i];
    }
    return padded;
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
    const CoreRangeSet cores = CoreRangeSet(std::vector<CoreRange>{CoreRange({0, 0}, {0, 0})});

    // Tensors: pages are tiles.
    auto A_buffer = make_buffer(device.get(), 2, 4096);  // float32 8 x 64
    auto C_buffer = make_buffer(device.get(), 2, 4096);  // float32 64

    // Circular buffers.
    make_circular_buffer(program, cores, 0, 16384, 4096, DataFormat::Float32);  // a
    make_circular_buffer(program, cores, 1, 16384, 4096, DataFormat::Float32);  // C_out
    make_circular_buffer(program, cores, 2, 2048, 2048, DataFormat::Float16_b);  // index
    make_circular_buffer(program, cores, 3, 8192, 4096, DataFormat::Float32);  // a_1
    make_circular_buffer(program, cores, 4, 8192, 4096, DataFormat::Float32);  // largest
    make_circular_buffer(program, cores, 5, 16384, 4096, DataFormat::Float32);  // c
    make_circular_buffer(program, cores, 6, 8192, 4096, DataFormat::Float32);  // a_chosen
    make_circular_buffer(program, cores, 7, 8192, 4096, DataFormat::Float32);  // a_chosen_1
    make_circular_buffer(program, cores, 8, 8192, 4096, DataFormat::Float32);  // a_chosen_1_2

    // Kernel reader.cpp on RISCV_1.
    std::vector<uint32_t> reader_args;
    TensorAccessorArgs(*A_buffer).append_to(reader_args);
    KernelHandle reader_kernel = CreateKernel(
        program, kernel_path("reader.cpp"), cores,
        DataMovementConfig{
            .processor = DataMovementProcessor::RISCV_1,
            .noc = NOC::NOC_0,
            .compile_args = reader_args,
            .named_compile_args = {{"cb_a", 0}}});

    // Kernel compute.cpp on COMPUTE.
    using UnpackMode = tt::tt_metal::UnpackToDestMode;
    std::vector<UnpackMode> unpack_modes(NUM_CIRCULAR_BUFFERS, UnpackMode::Default);
    unpack_modes[0] = UnpackMode::UnpackToDestFp32;
    unpack_modes[3] = UnpackMode::UnpackToDestFp32;
    unpack_modes[4] = UnpackMode::UnpackToDestFp32;
    unpack_modes[5] = UnpackMode::UnpackToDestFp32;
    unpack_modes[6] = UnpackMode::UnpackToDestFp32;
    unpack_modes[7] = UnpackMode::UnpackToDestFp32;
    unpack_modes[8] = UnpackMode::UnpackToDestFp32;
    KernelHandle compute_kernel = CreateKernel(
        program, kernel_path("compute.cpp"), cores,
        ComputeConfig{
            .math_fidelity = tt::tt_metal::MathFidelity::HiFi4,
            .fp32_dest_acc_en = true,
            .dst_full_sync_en = false,
            .unpack_to_dest_mode = unpack_modes,
            .math_approx_mode = false,
            .named_compile_args = {{"cb_index", 2}, {"cb_a", 0}, {"cb_a_1", 3}, {"cb_largest", 4}, {"cb_c", 5}, {"cb_a_chosen", 6}, {"cb_a_chosen_1", 7}, {"cb_a_chosen_1_2", 8}, {"cb_C_out", 1}}});

    // Kernel writer.cpp on RISCV_0.
    std::vector<uint32_t> writer_args;
    TensorAccessorArgs(*C_buffer).append_to(writer_args);
    KernelHandle writer_kernel = CreateKernel(
        program, kernel_path("writer.cpp"), cores,
        DataMovementConfig{
            .processor = DataMovementProcessor::RISCV_0,
            .noc = NOC::NOC_1,
            .compile_args = writer_args,
            .named_compile_args = {{"cb_C_out", 1}}});

    // Runtime arguments: the work items of every core.
    struct CoreWork {
        CoreCoord core;
        uint32_t start_id, count;
    };
    const std::vector<CoreWork> work = {
        {{0, 0}, 0, 1},
    };
    constexpr uint32_t Mt = 1, Nt = 2;  // tiles of the output
    for (const auto& [core, start_id, count] : work) {
        SetRuntimeArgs(program, reader_kernel, core, {static_cast<uint32_t>(A_buffer->address()), start_id, count, Mt, Nt});
        SetRuntimeArgs(program, compute_kernel, core, {start_id, count, Mt, Nt});
        SetRuntimeArgs(program, writer_kernel, core, {static_cast<uint32_t>(C_buffer->address()), start_id, count, Mt, Nt});
    }

    // Inputs: row-major on the host, tiles on the device.
    auto A_in = tilize_nfaces(pad_to_tiles(random_values<float>(8 * 64, 0), 8, 64), 32, 64);
    distributed::EnqueueWriteMeshBuffer(queue, A_buffer, A_in, false);

    // Launch.
    distributed::MeshWorkload workload;
    workload.add_program(distributed::MeshCoordinateRange(device->shape()), std::move(program));
    distributed::EnqueueMeshWorkload(queue, workload, false);

    // Outputs: back to row-major.
    std::vector<float> C_tiles;
    distributed::EnqueueReadMeshBuffer(queue, C_tiles, C_buffer, true);
    auto C_out = untilize_nfaces(C_tiles, 32, 64);  // with padding
    return device->close() ? 0 : 1;
}
