"""ttnn's matmul with two-dimensional multicast on 8x8 cores: the vendor's own kernels, from its wheel."""

from __future__ import annotations

from collections.abc import Iterator

from tilelang_tenstorrent import simulator as sim

import vendor_wheel
from vendor.matmul_cases import Multicast, multicast
from vendor.program import VendorProgram

from . import Case, read

FILES = ("gemm_n150.csv",)
LEFT_OUT = {
    "rows with in0 and out sharded in L1": "they run another reader, which sends shards from every core",
    "3328x2560x2560": "how its blocks are cut is not published",
    "4096 and more": "some millions of tile products: too long for a table that tests compare",
}


def _cycles(shape: Multicast, size: tuple[int, int, int]) -> float:
    # Times do not depend on the numbers.
    device = sim.Device(numerics="fast")
    m, k, n = size
    tensors = [sim.empty(s, shape.data_format, device) for s in ((m, k), (k, n), (m, n))]
    program = VendorProgram(vendor_wheel.package_folder(), device, shape.cores)
    multicast(program, shape, *tensors)
    return program.run()["time"]["cycles"]


def cases() -> Iterator[Case]:
    for row in read("gemm_n150.csv"):
        size = tuple(int(row[name]) for name in "mkn")
        shape = Multicast(
            tuple(extent // 32 for extent in size),
            cores=(8, 8),
            inner=int(row["in0_block_w"]),
            subblock=(int(row["subblock_h"]), int(row["subblock_w"])),
            accumulate=True,
            fidelity=row["fidelity"],
        )
        name = f"{'x'.join(map(str, size))} bfloat16 {row['fidelity']}, all in DRAM"
        yield Case("GEMM", name, "cycles", float(row["device_cycles"]), _cycles(shape, size))
