"""Bad descriptors and bad kernels raise one of the simulator's errors; they never hang or end the process."""

from __future__ import annotations

import json

import tvm_ffi
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tilelang_tenstorrent import simulator as sim

ERRORS = (sim.DescriptorError, sim.KernelCompileError, sim.SimulationError, sim.DeadlockError)

READER = """
#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/noc.h"
void kernel_main() {
  CircularBuffer cb(0);
  Noc noc;
  cb.reserve_back(1);
  noc.async_write_zeros(cb, 2048);
  noc.write_zeros_l1_barrier();
  cb.push_back(1);
}
"""
WRITER = """
#include "api/dataflow/circular_buffer.h"
void kernel_main() {
  CircularBuffer cb(0);
  cb.wait_front(1);
  cb.pop_front(1);
}
"""


def base_program() -> dict:
    core = sim.CoreRangeSet(sim.CoreCoord(0, 0))
    text = sim.SourceType.SOURCE_CODE
    args = sim.RuntimeArgs()
    args[0][0] = [1, 2]
    program = sim.ProgramDescriptor(
        [
            sim.KernelDescriptor(READER, core, sim.ReaderConfigDescriptor(), text, runtime_args=args),
            sim.KernelDescriptor(WRITER, core, sim.WriterConfigDescriptor(), text),
        ],
        [sim.SemaphoreDescriptor(0, core, 0)],
        [sim.CBDescriptor(4096, core, [sim.CBFormatDescriptor(0, "bfloat16", 2048)])],
    )
    return json.loads(program.to_json())


def run(device: sim.Device, program: dict) -> None:
    """Runs a program given as JSON; only the simulator's own errors are let pass."""
    run_json = tvm_ffi.get_global_func("tilelang_tenstorrent.simulator.run")
    try:
        sim._checked(run_json(device._handle, json.dumps(program)))
    except ERRORS as error:
        assert str(error)


def paths(value, prefix=()):
    """The way to every member of a JSON value."""
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, child in children:
        yield (*prefix, key)
        yield from paths(child, (*prefix, key))


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(
        [0, 1, 2, 3, 15, 16, 31, 32, 63, 64, 2047, 2048, 4096, 65535, 2**20, 2**31, 2**32 - 1, 2**32, -1]
    ),
    st.sampled_from(["", "bfloat16", "Bfp8_b", "nonsense", "reader", "compute"]),
    st.sampled_from([[], {}, [[0, 0]], [[[0, 0], [9, 9]]], [[[1, 1], [0, 0]]], 1.5]),
)
ROUTES = sorted(paths(base_program()), key=str)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(ROUTES), ODD), min_size=1, max_size=3))
def test_descriptors(changes):
    program = base_program()
    for route, value in changes:
        owner = program
        try:
            for key in route[:-1]:
                owner = owner[key]
            owner[route[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change removed the place
        if route[-1] == "kernel_source":
            return  # texts are another test's
    run(sim.Device(), program)


CALLS = (
    "cb.reserve_back({n});",
    "cb.push_back({n});",
    "cb.wait_front({n});",
    "cb.pop_front({n});",
    "noc.async_write_zeros(cb, {n} * 1024);",
    "noc.write_zeros_l1_barrier();",
    "noc_async_read(get_noc_addr({n}, {n}, {n} * 4096), get_write_ptr(0), {n} * 32);",
    "noc_async_write(get_read_ptr(0), get_noc_addr({n}, {n} * 65536), 32 * {n});",
    "noc_async_read_barrier();",
    "noc_async_write_barrier();",
    "noc_semaphore_wait((volatile uint32_t*)(uintptr_t)get_semaphore({n}), {n});",
    "noc_semaphore_set((volatile uint32_t*)(uintptr_t)get_semaphore(0), {n});",
    "*(volatile uint32_t*)(uintptr_t)({n} * 4096) = {n};",
    "sink = *(volatile uint32_t*)(uintptr_t)(get_write_ptr(0) + {n} * 4);",
    "sink = get_arg_val<uint32_t>({n});",
    "sink = 7 / (sink - {n});",
    "get_local_cb_interface(0).fifo_wr_ptr += {n} * 64;",
    "for (uint32_t i = 0; i < {n}u * 1000; ++i) sink += i;",
    "while (sink == {n}) {{}}",
    "ASSERT(sink == {n});",
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(CALLS), st.integers(0, 9)), min_size=1, max_size=8))
def test_kernel_texts(calls):
    """Sequences of calls in no sensible order, on the reader and, reversed, on the writer."""
    program = base_program()
    head = READER.split("  cb.reserve_back")[0] + "  volatile uint32_t sink = 0;\n"
    head = head.replace('noc.h"\n', 'noc.h"\n#include "api/debug/assert.h"\n')
    lines = [call.format(n=n) for call, n in calls]
    program["kernels"][0]["kernel_source"] = head + "\n".join(lines) + "\n}"
    program["kernels"][1]["kernel_source"] = head + "\n".join(reversed(lines)) + "\n}"
    run(sim.Device(), program)
