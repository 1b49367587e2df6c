"""The speed section's kernels in TT-Lang: a script for `tt-lang-sim`, run by simulator_speed.py.

Prints a JSON object: the milliseconds of each run, by the name of the row. Blocks of tiles go through
double-buffered dataflow buffers, and products are added up in another one, as in TT-Lang's tutorials.
"""

import json
import time

import torch
import ttl
import ttnn

REPEATS = 5


def _mine(rows, cols):
    """Blocks of the output that this core computes."""
    width, height = ttl.grid_size(dims=2)
    x, y = ttl.node(dims=2)
    return [(m, n) for m in range(y, rows, height) for n in range(x, cols, width)]


def _matmul(grid, block):
    def span(index):
        return slice(index * block, (index + 1) * block)

    @ttl.operation(grid=grid)
    def matmul(a: ttnn.Tensor, b: ttnn.Tensor, y: ttnn.Tensor) -> None:
        rows, cols, steps = (extent // 32 // block for extent in (*y.shape, a.shape[1]))
        a_dfb = ttl.make_dataflow_buffer_like(a, shape=(block, block), block_count=2)
        b_dfb = ttl.make_dataflow_buffer_like(b, shape=(block, block), block_count=2)
        sum_dfb = ttl.make_dataflow_buffer_like(y, shape=(block, block), block_count=2)
        y_dfb = ttl.make_dataflow_buffer_like(y, shape=(block, block), block_count=2)

        @ttl.datamovement()
        def read():
            for m, n in _mine(rows, cols):
                for k in range(steps):
                    with a_dfb.reserve() as a_blk, b_dfb.reserve() as b_blk:
                        first = ttl.copy(a[span(m), span(k)], a_blk)
                        second = ttl.copy(b[span(k), span(n)], b_blk)
                        first.wait()
                        second.wait()

        @ttl.compute()
        def compute():
            for _ in _mine(rows, cols):
                with sum_dfb.reserve() as total:
                    total.store(ttl.block.fill(0, shape=total.shape))
                for _ in range(steps):
                    with (
                        a_dfb.wait() as a_blk,
                        b_dfb.wait() as b_blk,
                        sum_dfb.wait() as before,
                        sum_dfb.reserve() as total,
                    ):
                        total.store(before + a_blk @ b_blk)
                with sum_dfb.wait() as total, y_dfb.reserve() as y_blk:
                    y_blk.store(total)

        @ttl.datamovement()
        def write():
            for m, n in _mine(rows, cols):
                with y_dfb.wait() as y_blk:
                    ttl.copy(y_blk, y[span(m), span(n)]).wait()

    return matmul


@ttl.operation(grid=(8, 8))
def _add(a: ttnn.Tensor, b: ttnn.Tensor, y: ttnn.Tensor) -> None:
    rows, cols = y.shape[0] // 32, y.shape[1] // 32
    a_dfb = ttl.make_dataflow_buffer_like(a, shape=(1, 1), block_count=2)
    b_dfb = ttl.make_dataflow_buffer_like(b, shape=(1, 1), block_count=2)
    y_dfb = ttl.make_dataflow_buffer_like(y, shape=(1, 1), block_count=2)

    @ttl.datamovement()
    def read():
        for m, n in _mine(rows, cols):
            with a_dfb.reserve() as a_blk, b_dfb.reserve() as b_blk:
                first = ttl.copy(a[m : m + 1, n : n + 1], a_blk)
                second = ttl.copy(b[m : m + 1, n : n + 1], b_blk)
                first.wait()
                second.wait()

    @ttl.compute()
    def compute():
        for _ in _mine(rows, cols):
            with a_dfb.wait() as a_blk, b_dfb.wait() as b_blk, y_dfb.reserve() as y_blk:
                y_blk.store(a_blk + b_blk)

    @ttl.datamovement()
    def write():
        for m, n in _mine(rows, cols):
            with y_dfb.wait() as y_blk:
                ttl.copy(y_blk, y[m : m + 1, n : n + 1]).wait()


ROWS = {
    "GEMM 256": (256, _matmul((1, 1), 1), torch.matmul),
    "GEMM 1024": (1024, _matmul((8, 8), 1), torch.matmul),
    "GEMM 2048": (2048, _matmul((8, 8), 4), torch.matmul),
    "add 2048": (2048, _add, torch.add),
}

device = ttnn.open_device(device_id=0)
times = {}
for name, (size, operation, reference) in ROWS.items():
    a, b = torch.randn(size, size).bfloat16(), torch.randn(size, size).bfloat16()
    inputs = [
        ttnn.from_torch(t, dtype=ttnn.bfloat16, layout=ttnn.TILE_LAYOUT, device=device)
        for t in (a, b, torch.zeros_like(a))
    ]
    times[name] = []
    for _ in range(REPEATS + 1):
        start = time.perf_counter()
        operation(*inputs)
        times[name].append((time.perf_counter() - start) * 1e3)
    times[name].pop(0)
    expected = reference(a.float(), b.float())
    error = (ttnn.to_torch(inputs[2]).float() - expected).abs().max() / expected.abs().max()
    if error > 0.1:
        raise SystemExit(f"{name}: off by {error:.2f} of the largest element")
print(json.dumps(times))
