"""The generated texts of some kernels, compared to the letter, and run.

`pytest tests/golden --update-golden` writes the files anew; read the difference before committing it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import tilelang_tenstorrent as tt

from kernels import kernel

_NAMES = [
    "gemm_64x64x32",
    "gemm_128x128x64",
    "gemm_tail",
    "gemm_any_sizes",
    "gemm_transpose_ab",
    "gemm_transpose_b_spilled",
    "gemm_fp32_fp32_fp32",
    "gemm_on_2x3_cores",
    "gemm_shared_in_rounds",
    "gemm_persistent_3",
    "gemm_batched",
    "gemm_bias_bf16",
    "gemm_two_outputs_spilled",
    "gemm_eager",
    "add_bf16",
    "chain_balanced_fp32",
    "tree_of_16_bf16",
    "temporaries_fp32",
    "carried_sum_fp32",
    "copy_bf16_bf16",
    "fill_bf16",
    "softmax_fp32",
    "rms_norm_bf16",
    "attention_2x128x64",
    "gelu_tanh",
    "mask_causal",
    "convolution_1x1_stride_2",
    "split_product_elements",
    "causal_attention_grouped",
    "packed_product",
    "running_sum_bf16_dim1",
    "selected_uint8",
    "product_of_chosen_blocks",
    "products_of_groups_bf16",
    "sum_of_every_other_block",
    "rows_gemm_tail",
    "decode_8_heads_2_groups_blocks_64x64",
    "stored_gemm_bfp8_by_bfp4",
    "stored_dense_layer",
    "int4_weights",
    "chosen_rows_8x64_fp32",
    "moving_sums",
    "cores_in_turn",
]


def _directory(name: str) -> Path:
    return Path(__file__).parent / name


@pytest.mark.parametrize("name", _NAMES)
def test_generated_files(name, update_golden, tmp_path):
    case = kernel(name)
    program = tt.build(case.make(), case.full_target, case.sizes)
    directory = _directory(name)
    if update_golden:
        program.save(directory)
    generated = {path.name: path.read_text() for path in program.save(tmp_path)}
    golden = {path.name: path.read_text() for path in directory.glob("*")} if directory.exists() else {}
    assert generated.keys() == golden.keys(), "run with --update-golden to write the golden files"
    for file, text in golden.items():
        assert generated[file] == text, f"{name}/{file}"


@pytest.mark.parametrize("name", _NAMES)
def test_golden_files_run(name):
    case = kernel(name)
    files = {path.name: path.read_text() for path in _directory(name).glob("*")}
    arguments = case.arguments(case.strictest)
    expected = case.expected(arguments)
    tt.Program(files)(*arguments.values())
    case.check_strictest(arguments, expected)


def test_no_golden_without_a_kernel():
    directories = {path.name for path in Path(__file__).parent.iterdir() if (path / "reader.cpp").exists()}
    assert directories == set(_NAMES)
