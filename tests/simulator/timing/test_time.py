"""What takes how long: order of magnitude and direction, by hand-written kernels."""

import pytest
import torch
from tilelang_tenstorrent import simulator as sim

from simulator.programs import compute_text, elementwise_program

TRANSFERS = """
#include "api/dataflow/dataflow_api.h"
void kernel_main() {
  const uint32_t n = get_arg_val<uint32_t>(0), bank = get_arg_val<uint32_t>(1);
  const uint64_t address = get_noc_addr_from_bank_id<true>(bank, get_arg_val<uint32_t>(2));
  {
    DeviceZoneScopedN("reads");
    for (uint32_t i = 0; i < n; ++i) noc_async_read(address, get_arg_val<uint32_t>(3), 2048);
    noc_async_read_barrier();
  }
}
"""


def dataflow(text, cores, arguments, reader=True, noc=None):
    config = sim.ReaderConfigDescriptor() if reader else sim.WriterConfigDescriptor()
    if noc is not None:
        config.noc = noc
    return sim.KernelDescriptor(
        kernel_source=text,
        source_type=sim.KernelDescriptor.SourceType.SOURCE_CODE,
        core_ranges=sim.CoreRangeSet(cores),
        config=config,
        runtime_args=arguments,
    )


def read_banks(device, banks, n=32):
    """Cycles until every core of the first row has read n pages of 2 KiB from its bank."""
    pages = sim.from_torch(torch.zeros(24, 1024, dtype=torch.bfloat16), device, layout="row_major")
    landed = sim.empty((64, 1024), "bfloat16", device, memory="l1", layout="row_major")
    arguments, cores = sim.RuntimeArgs(), []
    for x, bank in enumerate(banks):
        cores.append(sim.CoreCoord(x, 0))
        arguments[x][0] = [n, bank, pages.buffer_address(), landed.buffer_address()]
    time = device.run(sim.ProgramDescriptor([dataflow(TRANSFERS, cores, arguments)]))["time"]
    return max(zone["end"] for zone in time["zones"])


def add(device, pages=2, grid=(1, 1), size=128):
    tensors = [sim.from_torch(torch.ones(size, size).bfloat16(), device) for _ in range(2)]
    output = sim.empty((size, size), "bfloat16", device)
    compute = compute_text(2, "add_init(0, 1);", "add_tiles(0, 1, 0, 0, 0);")
    report = device.run(elementwise_program(tensors, output, compute, grid, pages=pages))
    return report["time"], sim.to_torch(output)


def test_runs_of_the_same_program_take_the_same_time(device):
    first, _ = add(device, grid=(8, 8))
    second, _ = add(device, grid=(8, 8))
    assert first == second


def test_time_does_not_change_results():
    reports = {timing: add(sim.Device(timing=timing), grid=(4, 2)) for timing in ("on", "off", "timeline")}
    assert reports["off"][0] is None
    assert reports["on"][0]["cycles"] == reports["timeline"][0]["cycles"]
    for _, result in reports.values():
        assert torch.equal(result, reports["off"][1])


def test_cores_that_share_a_bank_wait_for_each_other(device):
    alone = read_banks(device, [4])
    apart = read_banks(device, [4, 8])
    together = read_banks(device, [4, 4])
    assert alone <= apart < together
    # 32 pages of 2 KiB each at 22.4 bytes a cycle.
    assert together - alone == pytest.approx(32 * 2048 / 22.4, rel=0.1)


def test_more_pages_in_a_buffer_hide_latency(device):
    """With one page, reading, computing and writing a tile follow each other."""
    single, double = (add(device, pages=pages)[0]["cycles"] for pages in (1, 2))
    assert double < 0.9 * single


def test_work_on_more_cores_takes_less_time(device):
    one, many = (add(device, grid=grid)[0]["cycles"] for grid in ((1, 1), (4, 4)))
    assert many < one / 4


def test_waits_and_work_fit_into_the_time_of_a_thread(device):
    time, _ = add(device, grid=(2, 2))
    assert {tuple(thread["core"]) for thread in time["threads"]} == {(0, 0), (1, 0), (0, 1), (1, 1)}
    for thread in time["threads"]:
        assert 0 < sum(thread["waits"].values()) + thread["engine_busy"] <= thread["end"] - thread["start"]
        assert thread["end"] <= time["cycles"] + thread["start"]


FIDELITY = """
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/matmul.h"
#include "api/dataflow/circular_buffer.h"
void kernel_main() {
  compute_kernel_hw_startup<SrcOrder::Reverse>(0, 0, 16);
  matmul_init(0, 0);
  tile_regs_acquire();
  for (uint32_t i = 0; i < 64; ++i) matmul_tiles(0, 0, 0, 0, 0);
  tile_regs_commit();
  tile_regs_wait();
  tile_regs_release();
}
"""


@pytest.mark.parametrize(("fidelity", "phases"), [("LoFi", 1), ("HiFi2", 2), ("HiFi3", 3), ("HiFi4", 4)])
def test_a_phase_of_a_tile_product_is_sixteen_cycles(fidelity, phases):
    device = sim.Device(ignored_violations=["CbReadPastFront", "UninitialisedL1Read"])
    core = sim.CoreRangeSet(sim.CoreCoord(0, 0))
    kernel = sim.KernelDescriptor(
        kernel_source=FIDELITY,
        source_type=sim.KernelDescriptor.SourceType.SOURCE_CODE,
        core_ranges=core,
        config=sim.ComputeConfigDescriptor(math_fidelity=fidelity),
    )
    cbs = [sim.CBDescriptor(2048, core, [sim.CBFormatDescriptor(cb, "bfloat16", 2048)]) for cb in (0, 16)]
    threads = device.run(sim.ProgramDescriptor([kernel], cbs=cbs))["time"]["threads"]
    math = next(thread for thread in threads if thread["risc"] == "TRISC1 (math)")
    assert 16 * phases * 64 <= math["engine_busy"] <= (16 * phases + 12) * 64


SIGNAL = """
#include "api/dataflow/dataflow_api.h"
void kernel_main() {
  const uint32_t semaphore = get_semaphore(0);
  volatile tt_l1_ptr uint32_t* word = reinterpret_cast<volatile tt_l1_ptr uint32_t*>(semaphore);
  if (get_arg_val<uint32_t>(0)) {
    DeviceZoneScopedN("work");
    const uint32_t start = semaphore & ~0x1fffffu;  // of this L1
    volatile uint32_t* zeros = reinterpret_cast<volatile uint32_t*>(start + MEM_ZEROS_BASE);
    for (uint32_t i = 0; i < 500; ++i) *zeros;
    noc_semaphore_inc(get_noc_addr(get_arg_val<uint32_t>(1), get_arg_val<uint32_t>(2), semaphore), 1);
    noc_async_atomic_barrier();
  } else {
    DeviceZoneScopedN("wait");
    noc_semaphore_wait(word, 1);
  }
}
"""


def test_a_semaphore_wait_ends_after_the_increment(device):
    far = device.worker_core_from_logical_core(sim.CoreCoord(5, 3))
    arguments = sim.RuntimeArgs()
    arguments[0][0] = [1, far.x, far.y]
    arguments[5][3] = [0, 0, 0]
    cores = [sim.CoreCoord(0, 0), sim.CoreCoord(5, 3)]
    program = sim.ProgramDescriptor(
        [dataflow(SIGNAL, cores, arguments)], [sim.SemaphoreDescriptor(0, sim.CoreRangeSet(cores))]
    )
    zones = {zone["name"]: zone for zone in device.run(program)["time"]["zones"]}
    work = 500 * 8  # loads from L1
    assert zones["work"]["start"] + work < zones["wait"]["end"] < zones["work"]["end"]


def test_errors_say_when(device):
    text = TRANSFERS.replace("noc_async_read_barrier();", "")
    pages = sim.from_torch(torch.zeros(12, 1024, dtype=torch.bfloat16), device, layout="row_major")
    landed = sim.empty((64, 1024), "bfloat16", device, memory="l1", layout="row_major")
    arguments = sim.RuntimeArgs()
    arguments[0][0] = [10, 0, pages.buffer_address(), landed.buffer_address()]
    program = sim.ProgramDescriptor([dataflow(text, [sim.CoreCoord(0, 0)], arguments)])
    with pytest.raises(sim.SimulationError) as caught:
        device.run(program)
    assert caught.value.violation == "ReadBarrierMissingAtExit"
    assert 10 * 20 < caught.value.at_cycle < 10 * 60
    assert f"cycle {caught.value.at_cycle}" in str(caught.value)


def test_a_deadlock_says_since_when(device):
    text = """
#include "api/dataflow/dataflow_api.h"
void kernel_main() { cb_wait_front(0, 1); }
"""
    core = sim.CoreRangeSet(sim.CoreCoord(0, 0))
    kernel = dataflow(text, [sim.CoreCoord(0, 0)], sim.RuntimeArgs())
    cb = sim.CBDescriptor(2048, core, [sim.CBFormatDescriptor(0, "bfloat16", 2048)])
    with pytest.raises(sim.DeadlockError) as caught:
        device.run(sim.ProgramDescriptor([kernel], cbs=[cb]))
    (wait,) = caught.value.waits
    assert 0 < wait["since_cycle"] < 100
