"""A matrix product: TileLang in, TT-Metalium programs out, run on the simulated device.

Usage: python examples/gemm.py [M N K]
"""

import argparse
import time
from pathlib import Path

import tilelang.language as T
import tilelang_tenstorrent as tt
import torch
from tqdm import tqdm


def gemm(M, N, K, block_M=64, block_N=64, block_K=64):
    """C = A @ B in bfloat16, accumulated in float32; one block of C is one work item."""

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"),
        B: T.Tensor((K, N), "bfloat16"),
        C: T.Tensor((M, N), "bfloat16"),
    ):
        with T.Kernel(T.ceildiv(N, block_N), T.ceildiv(M, block_M), threads=128) as (bx, by):
            A_shared = T.alloc_shared((block_M, block_K), "bfloat16")
            B_shared = T.alloc_shared((block_K, block_N), "bfloat16")
            C_local = T.alloc_fragment((block_M, block_N), "float32")
            T.clear(C_local)
            for k in T.Pipelined(T.ceildiv(K, block_K), num_stages=2):
                T.copy(A[by * block_M, k * block_K], A_shared)
                T.copy(B[k * block_K, bx * block_N], B_shared)
                T.gemm(A_shared, B_shared, C_local)
            T.copy(C_local, C[by * block_M, bx * block_N])

    return main


def pcc(actual, expected):
    """Pearson correlation coefficient, the usual measure for block arithmetic."""
    return torch.corrcoef(torch.stack([actual.flatten().double(), expected.flatten().double()]))[0, 1].item()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, metavar="M N K", help="default: 512 512 512")
    parser.add_argument("--output", default="out/gemm", help="folder for the generated files")
    arguments = parser.parse_args()
    M, N, K = arguments.sizes or (512, 512, 512)

    seconds = {}
    steps = tqdm(total=4, bar_format="{l_bar}{bar:30}| {n}/{total} [{elapsed}]")

    def step(name, action):
        steps.set_description(f"{name:<36}")
        start = time.perf_counter()
        result = action()
        seconds[name] = time.perf_counter() - start
        steps.update()
        return result

    torch.manual_seed(0)
    A = torch.randn(M, K).bfloat16()
    B = torch.randn(K, N).bfloat16()
    C = torch.zeros(M, N, dtype=torch.bfloat16)

    program = step("TileLang to sources and plan", lambda: tt.build(gemm(M, N, K)))
    files = step("write the files", lambda: program.save(arguments.output))
    step("first run (compiles the kernels)", lambda: program(A, B, C))
    step("second run", lambda: program(A, B, C))
    steps.close()

    expected = A.float() @ B.float()
    ranges = program.plan["core_ranges"]
    cores = sum((r["x1"] - r["x0"] + 1) * (r["y1"] - r["y0"] + 1) for r in ranges)
    columns, rows = program.plan["core_grid"]
    print(f"\n{M}x{N}x{K} bfloat16 on {program.plan['arch']}: {cores} cores of the {columns}x{rows} grid")
    print(f"PCC against torch   {pcc(C, expected):.6f}")
    print(
        f"largest error       {(C.float() - expected).abs().max().item():.4f}"
        f" (values up to {expected.abs().max().item():.1f})"
    )
    for name, value in seconds.items():
        print(f"{name:<34}{value * 1000:8.1f} ms")
    print("files")
    for path in files:
        print(f"  {Path(path)}")


if __name__ == "__main__":
    main()
