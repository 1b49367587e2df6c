"""The example files of TileLang that the sweep runs, with sizes for a simulator."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """A file below `examples`, its arguments, and whether it is known to pass."""

    file: str
    arguments: tuple[str, ...] = ()
    passes: bool = False


def _example(file: str, arguments: str = "", passes: bool = False) -> Example:
    return Example(file, tuple(arguments.split()), passes)


_FLASH = "--batch 1 --heads 2 --dim 64"
_BACKWARD = "--batch 1 --h 2 --n_ctx 128 --d_head 64"
_VARLEN = "--batch 2 --heads 2 --seq_len 128 --dim 64"

EXAMPLES = [
    _example("gemm/example_gemm.py", passes=True),
    _example("gemm/example_gemm_autotune.py", "--m 256 --n 256 --k 256", passes=True),
    _example("gemm/example_gemm_persistent.py", "--M 512 --N 512 --K 512", passes=True),
    _example("gemm/example_gemm_intrinsics.py"),
    _example("quickstart.py", passes=True),
    _example("gemm_splitk/example_tilelang_gemm_splitk.py", passes=True),
    _example("gemm_splitk/example_tilelang_gemm_splitk_vectorize_atomicadd.py", passes=True),
    _example("gemm_streamk/example_tilelang_gemm_streamk.py", passes=True),
    _example("dynamic_shape/example_dynamic.py"),
    _example("gemv/example_gemv.py", "--n 256 --k 256"),
    _example("grouped_gemm/example_grouped_gemm_fwd.py", "--batch_sizes 64,128 --K 128 --M 128", passes=True),
    _example(
        "grouped_gemm/example_grouped_gemm_fwd.py",
        "--batch_sizes 63,77,111 --K 128 --M 128",
        passes=True,
    ),
    _example("elementwise/example_elementwise_add.py", "--m 256 --n 256", passes=True),
    _example("norm/rms_norm.py", passes=True),
    _example("norm/test_rms_norm.py", passes=True),
    _example("norm/layernorm.py"),
    _example("online_softmax/online_softmax.py", passes=True),
    _example("topk/example_topk.py", passes=True),
    _example("cast/example_per_token_cast_to_fp8.py"),
    _example("convolution/example_convolution.py", "--n 1 --c 64 --h 16 --w 16 --f 64", passes=True),
    _example("convolution/example_convolution_autotune.py", "--n 1 --c 64 --h 16 --w 16 --f 64", passes=True),
    _example("flash_attention/example_mha_fwd_bhsd.py", f"{_FLASH} --seq_q 256 --seq_kv 256", passes=True),
    _example(
        "flash_attention/example_mha_fwd_bhsd.py",
        f"{_FLASH} --seq_q 256 --seq_kv 256 --is_causal",
        passes=True,
    ),
    _example("flash_attention/example_mha_fwd_bshd.py", f"{_FLASH} --seq_len 256", passes=True),
    _example("flash_attention/example_mha_fwd_bshd.py", f"{_FLASH} --seq_len 256 --is_causal", passes=True),
    _example(
        "flash_attention/example_gqa_fwd_bshd.py",
        "--batch 1 --heads 4 --groups 2 --seq_len 256 --dim 64",
        passes=True,
    ),
    _example("flash_attention/example_mha_fwd_varlen.py", _VARLEN, passes=True),
    _example("flash_attention/example_mha_fwd_varlen.py", f"{_VARLEN} --is_causal", passes=True),
    _example(
        "flash_attention/example_gqa_fwd_varlen.py",
        "--batch 2 --heads 4 --groups 2 --q_seqlen 128 --k_seqlen 128 --dim 64",
        passes=True,
    ),
    _example("flash_attention/example_mha_bwd_bhsd.py", _BACKWARD, passes=True),
    _example("flash_attention/example_mha_bwd_bshd.py", _BACKWARD, passes=True),
    _example(
        "flash_attention/example_gqa_bwd.py",
        "--batch 1 --h 4 --n_ctx 128 --d_head_qk 64 --d_head_v 64 --groups 2",
        passes=True,
    ),
    _example(
        "attention_sink/example_mha_sink_bwd_bhsd.py",
        "--batch 1 --h 64 --n_ctx 64 --d_head 32",
        passes=True,
    ),
    _example(
        "attention_sink/example_gqa_sink_bwd_bhsd.py",
        "--batch 1 --h 64 --n_ctx 64 --d_head 32 --groups 16 --window_size 64",
        passes=True,
    ),
    _example("flash_decoding/example_mha_inference.py", passes=True),
    _example(
        "flash_decoding/example_gqa_decode.py",
        "--batch 1 --heads 8 --groups 2 --kv_seqlen 1024 --dim 128",
        passes=True,
    ),
    _example(
        "attention_sink/example_mha_sink_fwd_bhsd.py",
        "--batch 1 --heads 2 --seq_q 256 --seq_kv 256 --dim 64",
        passes=True,
    ),
    _example("linear_attention/example_linear_attn_fwd.py", "--B 1 --S 256 --H 2 --D 64"),
    _example(
        "linear_attention/example_retention_fwd.py",
        "--batch 1 --h 2 --n_ctx 256 --dim_qk 64 --dim_v 64",
        passes=True,
    ),
    _example(
        "linear_attention/example_mamba_chunk_state.py",
        "--batch 1 --heads 2 --groups 1 --seq_len 256",
        passes=True,
    ),
    _example(
        "linear_attention/example_mamba_chunk_scan.py",
        "--batch 1 --heads 2 --groups 1 --seq_len 256",
        passes=True,
    ),
    _example("blocksparse_gemm/example_blocksparse_gemm.py", "--m 256 --n 256 --k 256", passes=True),
    _example("blocksparse_attention/example_tilelang_block_sparse_attn.py", passes=True),
    _example("deepseek_mla/example_mla_decode.py", "--batch 1 --heads 64 --kv_ctx 256", passes=True),
    _example("seer_attention/block_sparse_attn_tilelang.py", passes=True),
    _example(
        "deepseek_mla/example_mla_decode_paged.py", "--batch 1 --h_q 64 --cache_seqlen 256", passes=True
    ),
    _example("grouped_gemm/example_grouped_gemm_bwd.py", passes=True),
    _example("gemm/example_gemm_advanced_autotune.py", "--m 256 --n 256 --k 256", passes=True),
    _example(
        "attention_sink/example_gqa_sink_fwd_varlen.py",
        "--batch 1 --heads 2 --groups 2 --q_seqlen 128 --k_seqlen 128 --dim 64",
        passes=True,
    ),
    _example("block_causal_attention/block_causal_attention.py", passes=True),
    _example("deepseek_nsa/example_tilelang_nsa_fwd.py", passes=True),
    _example("deepseek_nsa/example_tilelang_nsa_decode.py", passes=True),
    _example("gdn/example_cumsum.py"),
    _example("gdn/example_chunk_scaled_dot_kkt.py"),
    _example("gdn/example_wy_fast.py"),
    _example("gdn/example_chunk_o.py"),
    _example("hadamard_transform/example_hadamard.py"),
    _example("gemm_int4/example_tilelang_gemm_int4.py"),
    _example("dequantize_gemm/example_dequant_gemm_w4a8.py"),
    _example("minference/example_vertical_slash_sparse_attn.py"),
]
