"""Rules between cores, the format behind the unpacker, and programs whose outcome depends on the schedule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch
from tilelang_tenstorrent import simulator as sim

TESTS = Path(__file__).parents[1]
VIOLATIONS = TESTS.parent / "src" / "simulator" / "violations.def"

HEAD = """
#include "api/core_local_mem.h"
#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/noc.h"
#include "api/semaphore.h"
#include "api/tensor/noc_traits.h"
void kernel_main() {
  const auto tensor = TensorAccessor(TensorAccessorArgs<0>(), get_arg_val<uint32_t>(0));
  const uint32_t core = get_arg_val<uint32_t>(1);
  CircularBuffer cb(0);
  Noc noc;
  Semaphore<> done(0);
#line 1
"""
PAIR = sim.CoreRangeSet(sim.CoreRange(sim.CoreCoord(0, 0), sim.CoreCoord(1, 0)))


def run_pair(body: str, check=False, **options):
    """A writer on cores (0, 0) and (1, 0) with one tensor of 2 tiles, a zeroed page and a semaphore."""
    device = sim.Device(**options)
    tensor = sim.from_torch(torch.zeros(32, 64, dtype=torch.bfloat16), device)
    first, other = (device.worker_core_from_logical_core(sim.CoreCoord(x, 0)) for x in (0, 1))
    args = sim.RuntimeArgs()
    for x in (0, 1):
        args[x][0] = [tensor.address, x, other.x, other.y, first.x, first.y]
    zeros = "cb.reserve_back(1); noc.async_write_zeros(cb, 2048); noc.write_zeros_l1_barrier();\n"
    zeros += "cb.push_back(1); cb.wait_front(1);\n#line 1\n"
    kernel = sim.KernelDescriptor(
        kernel_source=HEAD + zeros + body + "\ncb.pop_front(1); }",
        source_type=sim.SourceType.SOURCE_CODE,
        core_ranges=PAIR,
        config=sim.WriterConfigDescriptor(),
        compile_time_args=tensor.accessor_words,
        runtime_args=args,
    )
    program = sim.ProgramDescriptor(
        [kernel],
        [sim.SemaphoreDescriptor(0, PAIR, 0)],
        [sim.CBDescriptor(2048, PAIR, [sim.CBFormatDescriptor(0, "bfloat16", 2048)])],
    )
    return device.check_schedules(program) if check else device.run(program)


WRITE = "noc.async_write(cb, tensor, 2048, {{}}, {{.page_id = {}}});\nnoc.async_write_barrier();"


def test_two_cores_write_one_tile():
    with pytest.raises(sim.SimulationError) as error:
        run_pair(WRITE.format(0))
    assert error.value.violation == "DramWriteRace"
    assert error.value.detail.startswith("noc_async_write writes 2048 byte(s) at 0x")
    assert "which core (0, 0) writes without an order between the two (at writer.cpp:1)" in error.value.detail
    assert (error.value.core, error.value.line) == ((1, 0), 1)


def test_a_tile_is_read_while_another_core_writes_it():
    body = "if (core == 0) {\n" + WRITE.format(1)
    body += """
    } else {
      cb.reserve_back(0);
      noc.async_read(tensor, CoreLocalMem<uint32_t>(get_semaphore(0) + 0x10000), 2048, {.page_id = 1}, {});
      noc.async_read_barrier();
    }"""
    with pytest.raises(sim.SimulationError) as error:
        run_pair(body)
    assert error.value.violation == "DramReadRace"


SIGNAL = "done.up(noc, get_arg_val<uint32_t>(2), get_arg_val<uint32_t>(3), 1);\nnoc.async_atomic_barrier();\n"


def test_errors_have_the_simulated_time():
    with pytest.raises(sim.SimulationError) as error:
        run_pair("cb.pop_front(1); cb.pop_front(1);")
    assert 0 < error.value.at_cycle < 5000
    assert f"circular buffer 0, cycle {error.value.at_cycle}" in str(error.value)
    with pytest.raises(sim.DeadlockError) as error:
        run_pair("done.wait(1);")
    assert f"from cycle {error.value.at_cycle} on" in str(error.value)
    with pytest.raises(sim.SimulationError) as error:
        run_pair("cb.pop_front(2);", timing="off")
    assert error.value.at_cycle == -1
    assert ", cycle" not in str(error.value)


def test_a_semaphore_behind_the_barrier_orders_the_cores():
    write = WRITE.format(0)
    report = run_pair(f"if (core == 1) done.wait(1);\n{write}\nif (core == 0) {{ {SIGNAL} }}")
    assert report["counters"]["noc_write_bytes"] >= 4096
    assert not report["bounded_channels"]


def test_a_semaphore_before_the_barrier_does_not():
    write, barrier = WRITE.format(0).split("\n")
    body = f"if (core == 1) done.wait(1);\n{write}\nif (core == 0) {{ {SIGNAL} }}\n{barrier}"
    with pytest.raises(sim.SimulationError, match="DramWriteRace"):
        run_pair(body)


TO_OTHER = """
  noc.async_write(cb, UnicastEndpoint{}, 2048, {},
                  {.noc_x = get_arg_val<uint32_t>(2), .noc_y = get_arg_val<uint32_t>(3),
                   .addr = cb.get_read_ptr()});
"""
ANSWER = "done.up(noc, get_arg_val<uint32_t>(4), get_arg_val<uint32_t>(5), 1); noc.async_atomic_barrier();\n"
MAKE_ROOM = "cb.pop_front(1); cb.reserve_back(1);\n"


def test_a_count_at_another_core_is_waited_for():
    body = SIGNAL.split("\n")[0]
    with pytest.raises(
        sim.SimulationError, match=r"AtomicBarrierMissingAtExit: .* 1 count.* at writer.cpp:1"
    ):
        run_pair(f"if (core == 0) {{ {body} }} else {{ done.wait(1); }}")
    answered = f"if (core == 1) {{ done.wait(1); {ANSWER} }} else {{ {body} done.wait(1); }}"
    run_pair(answered)


def test_a_write_into_the_buffer_of_another_core_needs_room_there():
    written = "noc.async_write_barrier();\n"
    with pytest.raises(sim.SimulationError) as error:
        run_pair(f"if (core == 0) {{ {TO_OTHER} {written} }}")
    assert error.value.violation == "RemoteWriteWithoutRoom"
    assert "a circular buffer of core (1, 0) without knowing of a reserve_back there" in error.value.detail
    again = "cb.push_back(1); cb.wait_front(1);\n"
    order = "if (core == 1) {{ {} {} done.wait(1); {} }} else {{ {} {} {} {} }}"
    run_pair(order.format(MAKE_ROOM, ANSWER, again, "done.wait(1);", TO_OTHER, written, SIGNAL))
    with pytest.raises(sim.SimulationError, match="RemoteWriteWithoutRoom"):
        run_pair(
            order.format(MAKE_ROOM, ANSWER, again, "noc.async_full_barrier();", TO_OTHER, written, SIGNAL)
        )


def test_data_of_another_core_are_waited_for():
    written = "noc.async_write_barrier();\n"
    again = "cb.push_back(1); cb.wait_front(1);\n"
    too_early = SIGNAL.split("\n")[0]
    with pytest.raises(sim.SimulationError) as error:
        run_pair(
            f"if (core == 1) {{ {MAKE_ROOM} {ANSWER} done.wait(1); {again} }}"
            f"else {{ done.wait(1); {too_early} {TO_OTHER} {written} }}"
        )
    assert error.value.violation == "RemoteDataUnordered"
    assert "a page that core (0, 0) writes, without an order" in error.value.detail


def test_what_another_core_writes_is_waited_for_before_the_end():
    written = "noc.async_write_barrier();\n"
    with pytest.raises(sim.SimulationError) as error:
        run_pair(
            f"if (core == 1) {{ {MAKE_ROOM} {ANSWER} return; }} else {{ done.wait(1); {TO_OTHER} {written} }}"
        )
    assert error.value.violation == "RemoteDataNotAwaited"
    assert "nothing has waited for what core (0, 0) wrote" in error.value.detail


def test_a_semaphore_is_reset_before_others_hear_of_it():
    good = f"if (core == 1) {{ done.set(0); {ANSWER} done.wait(1); }} else {{ done.wait(1); {SIGNAL} }}"
    run_pair(good)
    late = f"if (core == 1) {{ {ANSWER} done.set(0); done.wait(1); }} else {{ done.wait(1); {SIGNAL} }}"
    with pytest.raises(sim.SimulationError, match="SemaphoreRace") as error:
        run_pair(late.replace("noc.async_atomic_barrier();", "", 1) + "\nnoc.async_atomic_barrier();")
    assert error.value.violation == "SemaphoreRace"
    assert "updates a semaphore of core (1, 0), which sets it itself" in error.value.detail


def test_races_can_be_ignored_by_name():
    run_pair(WRITE.format(0), ignored_violations=["DramWriteRace", "DramReadRace"])


def test_different_tiles_are_no_race():
    run_pair("noc.async_write(cb, tensor, 2048, {}, {.page_id = core});\nnoc.async_write_barrier();")


def test_outcome_that_depends_on_the_schedule_is_found():
    report = run_pair(
        WRITE.format("core") + "\nif (core == 0) {" + SIGNAL + "} else { done.wait(1); }", check=True
    )
    assert report == {"bounded_channels": False, "schedules": 5, "differing_seed": 0}
    # Who comes first writes its number; both cores count themselves in on core 1.
    body = """
      volatile uint32_t* word = (volatile uint32_t*)(uintptr_t)cb.get_read_ptr();
      *word = core + 1;
      noc.async_write(cb, tensor, 2048, {}, {.page_id = 0});
      noc.async_write_barrier();
      invalidate_l1_cache();
    """
    report = run_pair(body, check=True, ignored_violations=["DramWriteRace"])
    assert report["schedules"] == 5 and report["differing_seed"] > 0


def test_program_of_bounded_channels_needs_one_schedule():
    body = "noc.async_write(cb, tensor, 2048, {}, {.page_id = core});\nnoc.async_write_barrier();"
    assert run_pair(body, check=True) == {"bounded_channels": True, "schedules": 1, "differing_seed": 0}


COMPUTE = """
#include "api/compute/matmul.h"
#include "api/compute/tile_move_copy.h"
#include "api/dataflow/circular_buffer.h"
void kernel_main() {
  CircularBuffer a(0), b(1), out(2);
  compute_kernel_hw_startup<SrcOrder::Reverse>(0, 1, 2);
  copy_init(0);
  RECONFIGURE
  matmul_init(1, 1);
  a.wait_front(1);
  b.wait_front(1);
  tile_regs_acquire();
  matmul_tiles(1, 1, 0, 0, 0);
  tile_regs_commit();
  out.reserve_back(1);
  tile_regs_wait();
  pack_tile(0, 2);
  tile_regs_release();
  out.push_back(1);
  a.pop_front(1);
  b.pop_front(1);
}
"""
FEED = """
#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/noc.h"
void kernel_main() {
  Noc noc;
  for (uint32_t id = 0; id < 2; ++id) {
    CircularBuffer cb(id);
    cb.reserve_back(1);
    noc.async_write_zeros(cb, 4096);
    noc.write_zeros_l1_barrier();
    cb.push_back(1);
  }
}
"""
DRAIN = """
#include "api/dataflow/circular_buffer.h"
void kernel_main() {
  CircularBuffer cb(2);
  cb.wait_front(1);
  cb.pop_front(1);
}
"""


@pytest.mark.parametrize(
    "reconfigure", ["", "reconfig_data_format_srcb(1);", "reconfig_data_format_srcb(0, 1);"]
)
def test_operand_needs_the_format_behind_the_unpacker(reconfigure):
    """Buffers 0 and 1 are float32; 0 goes straight to DST, so SrcB must be set up anew for 1."""
    core = sim.CoreRangeSet(sim.CoreCoord(0, 0))
    text = sim.SourceType.SOURCE_CODE
    config = sim.ComputeConfigDescriptor(fp32_dest_acc_en=True, unpack_to_dest_fp32=[0])
    program = sim.ProgramDescriptor(
        [
            sim.KernelDescriptor(FEED, core, sim.ReaderConfigDescriptor(), text),
            sim.KernelDescriptor(COMPUTE.replace("RECONFIGURE", reconfigure), core, config, text),
            sim.KernelDescriptor(DRAIN, core, sim.WriterConfigDescriptor(), text),
        ],
        cbs=[sim.CBDescriptor(4096, core, [sim.CBFormatDescriptor(i, "float32", 4096)]) for i in range(3)],
    )
    if reconfigure:
        sim.Device().run(program)
        return
    with pytest.raises(sim.SimulationError) as error:
        sim.Device().run(program)
    assert error.value.violation == "UnpackDestinationMismatch"
    assert error.value.cb_id == 1
    assert "the unpacker of SrcB" in error.value.detail


def test_what_is_not_modelled_says_so_when_it_is_reached():
    text = """
      #include "api/compute/topk.h"
      void kernel_main() {
        compute_kernel_hw_startup(0, 0, 0);
#line 7
        topk_local_sort(0, 1, 2);
      }"""
    core = sim.CoreRangeSet(sim.CoreCoord(0, 0))
    kernel = sim.KernelDescriptor(text, core, sim.ComputeConfigDescriptor(), sim.SourceType.SOURCE_CODE)
    cbs = [sim.CBDescriptor(2048, core, [sim.CBFormatDescriptor(0, "bfloat16", 2048)])]
    with pytest.raises(sim.SimulationError) as error:
        sim.Device().run(sim.ProgramDescriptor([kernel], cbs=cbs))
    assert (error.value.violation, error.value.line) == ("UnsupportedOperation", 7)
    assert error.value.detail == "topk_local_sort: not modelled"


def test_every_rule_has_a_test():
    names = re.findall(r"^TT_VIOLATION\((?!InternalError)(\w+)", VIOLATIONS.read_text(), re.MULTILINE)
    assert len(names) > 45
    text = "\n".join(
        path.read_text()
        for folder in ("cpp", "simulator", "errors", "mutation")
        for path in (TESTS / folder).rglob("*.*")
        if path.suffix in (".cc", ".h", ".py")
    )
    untested = [name for name in names if not re.search(rf"\b{name}\b", text)]
    assert untested == [], "rules without a test"
