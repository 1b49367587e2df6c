"""Vendor's scaled dot-product attention with a 32-bit DST, for which its host code takes the compute
kernel without streaming."""

from __future__ import annotations

import torch

from vendor.cases import Case, bits, case, compare, random

SDPA = "operations/transformer/sdpa/device/kernels"
HEADS, KV_HEADS, LENGTH, DEPTH = 2, 1, 128, 64
CHUNK = 2  # tiles of queries, and of keys, taken at a time

# Circular buffers; a kernel gets the index of `q` for those that a configuration does not have.
NAMES = ("q", "k", "v", "mask", "scale", "column", "out", "scores", "out_a", "out_b")
NAMES += ("max_a", "max_b", "sum_a", "sum_b", "factor")
CBS = {name: index for index, name in enumerate(NAMES)}
ABSENT = CBS["q"]
NO_TENSOR = (0, 0)


def _buffers(c: Case, causal: bool) -> None:
    depth, chunk = DEPTH // 32, CHUNK
    pages = {"q": 2 * chunk * depth, "k": 2 * chunk * depth, "v": 2 * chunk * depth}
    pages |= {"scale": 1, "column": 1, "scores": chunk * chunk}
    pages |= dict.fromkeys(("out", "out_a", "out_b"), chunk * depth)
    pages |= dict.fromkeys(("max_a", "max_b", "sum_a", "sum_b", "factor"), chunk)
    if causal:
        pages["mask"] = 2  # all hidden, and the diagonal
    for name, count in pages.items():
        c.cb(CBS[name], count, "float32" if name in ("scores", "sum_a", "sum_b") else "bfloat16")
    for number in range(4):
        c.semaphore(number)


def _attention(c: Case, causal: bool, approximate: bool) -> None:
    q, k, v = (
        random(1, heads, LENGTH, DEPTH, seed=seed) for seed, heads in enumerate((HEADS, KV_HEADS, KV_HEADS))
    )
    tensors = [c.tensor(t) for t in (q, k, v)]
    out = c.empty(q.shape)
    _buffers(c, causal)
    rows, depth = LENGTH // 32, DEPTH // 32
    chunks = rows // CHUNK
    scale = DEPTH**-0.5
    granularity = {"STATS": CHUNK, "SUB_EXP": CHUNK, "MUL_BCAST": 4, "DHT": depth, "REDUCE": CHUNK}
    defines = {f"{name}_GRANULARITY": str(count) for name, count in granularity.items()}
    defines["EXP_APPROX_MODE"] = str(int(approximate))
    count = HEADS * chunks  # all of them on one core

    words = [1, HEADS, KV_HEADS, KV_HEADS, rows, rows, rows, depth, depth]
    words += [CHUNK, chunks, CHUNK, chunks, 1, causal, *[0] * 10, CHUNK, 0, 0, 0, 1, 2, 0]
    words += [causal, 0, 0, 0, 2, 3]
    words += [word for tensor in tensors for word in tensor.accessor_words] + [*NO_TENSOR] * 7
    words += [CBS["q"], CBS["k"], CBS["v"], CBS["mask"] if causal else ABSENT, *[ABSENT] * 8]
    chain = [] if causal else [0] * 12
    c.reader(
        f"{SDPA}/dataflow/reader_interleaved.cpp",
        words=words,
        defines=defines,
        args=[*(t.address for t in tensors), 0, 0, 0, 0, 1, 0, 0, *chain, 0, count],
    )
    words = [1, HEADS, rows, LENGTH, depth, CHUNK, chunks, CHUNK, chunks, 0x3F803F80, 1]
    words += [causal, 0, 0, 0, 0, causal, 0, CHUNK, 0, causal, 0, 0, 0, 1, 2, 3, 0]
    words += [*out.accessor_words, *NO_TENSOR, *NO_TENSOR]
    words += [CBS["mask"] if causal else ABSENT, CBS["scale"], CBS["column"], ABSENT, CBS["out"]]
    c.writer(
        f"{SDPA}/dataflow/writer_interleaved.cpp",
        words=[*words, ABSENT, ABSENT, ABSENT],
        defines=defines,
        args=[out.address, 1, 0, 0, 0, 0, 0, 0, count, 0, 0],
    )
    words = [rows, depth, depth, CHUNK, chunks, CHUNK, chunks, depth, CHUNK, CHUNK, 1, 1]
    words += [CHUNK, depth, CHUNK, 1, 1, causal, 0, 0, 0, bits(scale), 0, 0, 0, rows, 0, causal, 0]
    words += [CBS["q"], CBS["k"], CBS["v"], CBS["mask"] if causal else ABSENT, ABSENT]
    words += [CBS["scale"], CBS["column"], ABSENT, ABSENT, CBS["out"]]
    words += [CBS[name] for name in NAMES[7:]] + [ABSENT]
    c.compute(
        f"{SDPA}/compute/sdpa.cpp",
        words=words,
        defines=defines,
        config={"fp32_dest_acc_en": True},
        args=[1, 0, 0, 0, 0, count],
    )
    c.run()
    expected = torch.nn.functional.scaled_dot_product_attention(
        q.float(), k.float().expand(-1, HEADS, -1, -1), v.float().expand(-1, HEADS, -1, -1), is_causal=causal
    )
    compare(out, expected, 3e-2 if approximate else 1.5e-2)


# Sums and outputs are updated in place: tiles are packed over the front of a full buffer, which is popped,
# pushed and at times reserved only then. Of the tile that sums rows only a column is written. Constants are
# never popped.
IN_PLACE = (
    "CbWritePastReserve",
    "CbPopWithoutWait",
    "CbPushWithoutReserve",
    "UninitialisedL1Read",
    "CbDirtyAtExit",
)


@case("sdpa", "2 heads that share keys and values, approximate exponential", ignoring=IN_PLACE)
def attention(c: Case) -> None:
    _attention(c, causal=False, approximate=True)


@case("sdpa", "causal, accurate exponential", ignoring=IN_PLACE)
def causal_attention(c: Case) -> None:
    _attention(c, causal=True, approximate=False)
