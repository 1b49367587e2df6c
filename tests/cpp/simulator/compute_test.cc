// Compute calls beyond single-tile matmul: state, order and layout.
#include "test_program.h"

namespace tt_simulator {
namespace {

/// One core; input tensors in circular buffers 0, 1, ... whole, output from circular buffer 16.
class ComputeProgram : public SimulatorTest {
 protected:
  struct Input {
    std::vector<float> matrix;
    uint32_t rows, cols;
  };
  std::vector<float> RunCompute(const std::vector<Input>& inputs, uint32_t rows, uint32_t cols,
                                const std::string& body, ComputeConfigDescriptor config = {},
                                DataFormat format = DataFormat::Float16_b) {
    const char* name = FormatName(format);
    ProgramDescriptor program;
    std::string reader = "Noc noc;\n";
    std::vector<uint32_t> words, arguments;
    for (uint32_t i = 0; i < inputs.size(); ++i) {
      const Buffer buffer = Upload(inputs[i].matrix, inputs[i].rows, inputs[i].cols, format);
      reader += fmt::format(
          "{{\nconst auto in = TensorAccessor(TensorAccessorArgs<{}>(), "
          "get_arg_val<uint32_t>({}));\n"
          "CircularBuffer cb({});\ncb.reserve_back({});\nfor (uint32_t p = 0; p < {}; ++p) {{\n"
          "noc.async_read(in, cb, get_tile_size({}), {{.page_id = p}}, {{.offset_bytes = p * "
          "get_tile_size({})}});\n}}\nnoc.async_read_barrier();\ncb.push_back({});\n}}\n",
          words.size(), i, i, buffer.num_pages, buffer.num_pages, i, i, buffer.num_pages);
      Append(words, device.TensorAccessorArgs(buffer));
      arguments.push_back(buffer.address);
      program.cbs.push_back(Cb(i, buffer.num_pages, name));
    }
    const Buffer out = Allocate(rows, cols, format);
    program.cbs.push_back(Cb(16, out.num_pages, name));
    program.cbs.push_back(Cb(24, 2, name));  // intermediate
    program.kernels = {Reader(reader), Compute(body, config),
                       Writer(fmt::format(R"(
      const auto out = TensorAccessor(TensorAccessorArgs<0>(), get_arg_val<uint32_t>(0));
      CircularBuffer cb(16);
      Noc noc;
      cb.wait_front({0});
      for (uint32_t p = 0; p < {0}; ++p) {{
        noc.async_write(cb, out, get_tile_size(16), {{.offset_bytes = p * get_tile_size(16)}},
                        {{.page_id = p}});
      }}
      noc.async_write_barrier();
      cb.pop_front({0});
    )",
                                          out.num_pages))};
    program.kernels[0].compile_time_args = words;
    program.kernels[0].runtime_args[{0, 0}] = arguments;
    program.kernels[2].compile_time_args = device.TensorAccessorArgs(out);
    program.kernels[2].runtime_args[{0, 0}] = {out.address};
    device.Run(program);
    return Download(out, rows, cols, format);
  }
  static std::string Section(const std::string& math, const std::string& pack) {
    return "tile_regs_acquire();\n" + math + "\ntile_regs_commit();\ntile_regs_wait();\n" + pack +
           "\ntile_regs_release();\n";
  }
  static std::vector<float> Matmul(const Input& a, const Input& b) {
    std::vector<float> c(size_t{a.rows} * b.cols);
    for (uint32_t r = 0; r < a.rows; ++r) {
      for (uint32_t k = 0; k < a.cols; ++k) {
        for (uint32_t j = 0; j < b.cols; ++j) {
          c[r * b.cols + j] += a.matrix[r * a.cols + k] * b.matrix[k * b.cols + j];
        }
      }
    }
    return c;
  }
};

TEST_F(ComputeProgram, MatmulBlock) {
  const Input a{RandomMatrix(64 * 96, 1), 64, 96}, b{RandomMatrix(96 * 64, 2), 96, 64};
  const auto c = RunCompute({a, b}, 64, 64,
                            "cb_wait_front(0, 6);\ncb_wait_front(1, 6);\n"
                            "compute_kernel_hw_startup<SrcOrder::Reverse>(0, 1, 16);\n"
                            "matmul_block_init(0, 1, 0, 2, 2, 3);\ncb_reserve_back(16, 4);\n" +
                                Section("for (uint32_t k = 0; k < 3; ++k) {\n"
                                        "matmul_block(0, 1, k, k * 2, 0, 0, 2, 2, 3);\n}",
                                        "for (uint32_t i = 0; i < 4; ++i) pack_tile(i, 16);") +
                                "cb_push_back(16, 4);\ncb_pop_front(0, 6);\ncb_pop_front(1, 6);");
  EXPECT_EQ(c, Matmul(a, b));
}

TEST_F(ComputeProgram, MatmulWithTransposedSecondOperand) {
  const Input a{RandomMatrix(1024, 1), 32, 32}, b{RandomMatrix(1024, 2), 32, 32};
  Input transposed = b;
  for (int r = 0; r < 32; ++r) {
    for (int c = 0; c < 32; ++c) transposed.matrix[r * 32 + c] = b.matrix[c * 32 + r];
  }
  const auto c = RunCompute({a, b}, 32, 32,
                            "cb_wait_front(0, 1);\ncb_wait_front(1, 1);\n"
                            "compute_kernel_hw_startup<SrcOrder::Reverse>(0, 1, 16);\n"
                            "matmul_init(0, 1, 1);\ncb_reserve_back(16, 1);\n" +
                                Section("matmul_tiles(0, 1, 0, 0, 0);", "pack_tile(0, 16);") +
                                "cb_push_back(16, 1);\ncb_pop_front(0, 1);\ncb_pop_front(1, 1);");
  EXPECT_EQ(c, Matmul(a, transposed));
}

TEST_F(ComputeProgram, OutOfOrderPackAndL1Accumulation) {
  const Input a{RandomMatrix(2 * 1024, 5), 32, 64};
  const auto c =
      RunCompute({a}, 32, 64,
                 "cb_wait_front(0, 2);\ncompute_kernel_hw_startup(0, 0, 16);\ncopy_init(0);\n"
                 "cb_reserve_back(16, 2);\n"
                 "for (int round = 0; round < 3; ++round) {\npack_reconfig_l1_acc(round > 0);\n" +
                     Section("copy_tile(0, 0, 0);\ncopy_tile(0, 1, 1);",
                             "pack_tile<true>(1, 16, 0);\npack_tile<true>(0, 16, 1);") +
                     "}\ncb_push_back(16, 2);\ncb_pop_front(0, 2);");
  for (int r = 0; r < 32; ++r) {
    for (int j = 0; j < 64; ++j) {
      ASSERT_EQ(c[r * 64 + j], 3 * a.matrix[r * 64 + (j + 32) % 64]);
    }
  }
}

TEST_F(ComputeProgram, ReduceRowsPacksOnlyColumnZero) {
  Input a{RandomMatrix(1024, 6), 32, 32}, scaler{std::vector<float>(1024), 32, 32};
  for (int face : {0, 16}) {
    for (int j = 0; j < 32; ++j) scaler.matrix[face * 32 + j] = 1;
  }
  const auto c = RunCompute(
      {a, scaler}, 32, 32,
      "cb_wait_front(0, 1);\ncb_wait_front(1, 1);\ncompute_kernel_hw_startup(0, 1, 16);\n"
      "reduce_init<PoolType::SUM, ReduceDim::REDUCE_ROW>(0, 1, 16);\ncb_reserve_back(16, 1);\n" +
          Section("reduce_tile<PoolType::SUM, ReduceDim::REDUCE_ROW>(0, 1, 0, 0, 0);",
                  "pack_tile(0, 16);") +
          "reduce_uninit();\ncb_push_back(16, 1);\ncb_pop_front(0, 1);\ncb_pop_front(1, 1);");
  for (int r = 0; r < 32; ++r) {
    float sum = 0;
    for (int j = 0; j < 32; ++j) sum += a.matrix[r * 32 + j];
    EXPECT_EQ(c[r * 32], sum) << r;
    for (int j = 1; j < 32; ++j) ASSERT_EQ(c[r * 32 + j], 0);
  }
}

TEST_F(ComputeProgram, BroadcastRowsAndColumns) {
  const Input a{RandomMatrix(1024, 7), 32, 32}, b{RandomMatrix(1024, 8), 32, 32};
  const auto c = RunCompute(
      {a, b}, 32, 64,
      "cb_wait_front(0, 1);\ncb_wait_front(1, 1);\ncompute_kernel_hw_startup(0, 1, 16);\n"
      "cb_reserve_back(16, 2);\n" +
          Section("add_bcast_rows_init(0, 1);\nadd_tiles_bcast_rows(0, 1, 0, 0, 0);\n"
                  "mul_bcast_cols_init(0, 1);\nmul_tiles_bcast_cols(0, 1, 0, 0, 1);",
                  "pack_tile(0, 16);\npack_tile(1, 16);") +
          "cb_push_back(16, 2);\ncb_pop_front(0, 1);\ncb_pop_front(1, 1);");
  for (int r = 0; r < 32; ++r) {
    for (int j = 0; j < 32; ++j) {
      ASSERT_EQ(c[r * 64 + j], a.matrix[r * 32 + j] + b.matrix[j]);
      ASSERT_EQ(c[r * 64 + 32 + j], a.matrix[r * 32 + j] * b.matrix[r * 32]);
    }
  }
}

TEST_F(ComputeProgram, ReuseDestOrder) {
  const Input a{RandomMatrix(1024, 9), 32, 32}, b{RandomMatrix(1024, 10), 32, 32};
  const auto c = RunCompute(
      {a, b}, 32, 64,
      "cb_wait_front(0, 1);\ncb_wait_front(1, 1);\ncompute_kernel_hw_startup(0, 1, 16);\n"
      "cb_reserve_back(16, 2);\n" +
          Section("copy_init(0);\ncopy_tile(0, 0, 0);\ncopy_tile(0, 0, 1);\n"
                  "sub_reuse_dest_init<EltwiseBinaryReuseDestType::DEST_TO_SRCA>(1);\n"
                  "sub_reuse_dest_tiles<EltwiseBinaryReuseDestType::DEST_TO_SRCA>(1, 0, 0);\n"
                  "sub_reuse_dest_init<EltwiseBinaryReuseDestType::DEST_TO_SRCB>(1);\n"
                  "sub_reuse_dest_tiles<EltwiseBinaryReuseDestType::DEST_TO_SRCB>(1, 0, 1);",
                  "pack_tile(0, 16);\npack_tile(1, 16);") +
          "cb_push_back(16, 2);\ncb_pop_front(0, 1);\ncb_pop_front(1, 1);");
  for (int r = 0; r < 32; ++r) {
    for (int j = 0; j < 32; ++j) {
      ASSERT_EQ(c[r * 64 + j], a.matrix[r * 32 + j] - b.matrix[r * 32 + j]);
      ASSERT_EQ(c[r * 64 + 32 + j], b.matrix[r * 32 + j] - a.matrix[r * 32 + j]);
    }
  }
}

TEST_F(ComputeProgram, UntilizeThenTilizeIsTheIdentity) {
  const Input a{RandomMatrix(2 * 1024, 11), 32, 64};
  const auto c = RunCompute(
      {a}, 32, 64,
      "cb_wait_front(0, 2);\ncompute_kernel_hw_startup(0, 0, 24);\npack_untilize_init<2>(0, 24);\n"
      "cb_reserve_back(24, 2);\npack_untilize_block<2>(0, 1, 24);\ncb_push_back(24, 2);\n"
      "pack_untilize_uninit(24);\ncb_pop_front(0, 2);\ncb_wait_front(24, 2);\n"
      "tilize_init(24, 2, 16);\npack_reconfig_data_format(16);\ncb_reserve_back(16, 2);\n"
      "tilize_block(24, 2, 16);\ntilize_uninit(24, 16);\ncb_push_back(16, 2);\n"
      "cb_pop_front(24, 2);");
  EXPECT_EQ(c, a.matrix);
}

TEST_F(ComputeProgram, DstReadsAsZeroAfterEachAcquire) {
  const Input a{RandomMatrix(1024, 12), 32, 32}, b{RandomMatrix(1024, 13), 32, 32};
  const auto once = Matmul(a, b);
  const auto c =
      RunCompute({a, b}, 32, 128,
                 "cb_wait_front(0, 1);\ncb_wait_front(1, 1);\n"
                 "compute_kernel_hw_startup<SrcOrder::Reverse>(0, 1, 16);\n"
                 "matmul_init(0, 1);\ncb_reserve_back(16, 4);\n"
                 "for (int i = 0; i < 4; ++i) {\n" +
                     Section("matmul_tiles(0, 1, 0, 0, 0);", "pack_tile(0, 16);") +
                     "}\ncb_push_back(16, 4);\ncb_pop_front(0, 1);\ncb_pop_front(1, 1);");
  for (int r = 0; r < 32; ++r) {
    for (int j = 0; j < 128; ++j) ASSERT_EQ(c[r * 128 + j], once[r * 32 + j % 32]);
  }
}

TEST_F(ComputeProgram, FullSyncHoldsTwiceTheTiles) {
  ComputeConfigDescriptor config;
  config.dst_full_sync_en = true;
  const Input a{RandomMatrix(1024, 14), 32, 32};
  const auto c = RunCompute({a}, 32, 32,
                            "cb_wait_front(0, 1);\ncompute_kernel_hw_startup(0, 0, 16);\n"
                            "copy_init(0);\ncb_reserve_back(16, 1);\n" +
                                Section("copy_tile(0, 0, 15);", "pack_tile(15, 16);") +
                                "cb_push_back(16, 1);\ncb_pop_front(0, 1);",
                            config);
  EXPECT_EQ(c, a.matrix);
}

TEST_F(ComputeProgram, PackReluStays) {
  const Input a{RandomMatrix(1024, 15), 32, 32};
  const auto c = RunCompute({a}, 32, 32,
                            "cb_wait_front(0, 1);\ncompute_kernel_hw_startup(0, 0, 16);\n"
                            "copy_init(0);\ncb_reserve_back(16, 1);\n"
                            "pack_relu_config(ReluConfig::zero());\n" +
                                Section("copy_tile(0, 0, 0);", "pack_tile(0, 16);") +
                                "cb_push_back(16, 1);\ncb_pop_front(0, 1);");
  for (int i = 0; i < 1024; ++i) ASSERT_EQ(c[i], std::max(0.f, a.matrix[i]));
}

TEST_F(ComputeProgram, TileValuesReachAllThreads) {
  const Input a{RandomMatrix(1024, 16), 32, 32};
  const auto c = RunCompute({a}, 32, 32,
                            "cb_wait_front(0, 1);\ncompute_kernel_hw_startup(0, 0, 16);\n"
                            "copy_init(0);\ncb_reserve_back(16, 1);\n"
                            "const uint32_t first = read_tile_value(0, 0, 0);\n"
                            "UNPACK(ASSERT(first == read_tile_value(0, 0, 0)));\n"
                            "MATH(ASSERT(first == mailbox_read(0)));\n"
                            "PACK(ASSERT(first == mailbox_read(0)));\n" +
                                Section("copy_tile(0, 0, 0);", "pack_tile(0, 16);") +
                                "cb_push_back(16, 1);\ncb_pop_front(0, 1);");
  EXPECT_EQ(c, a.matrix);
}

}  // namespace
}  // namespace tt_simulator
