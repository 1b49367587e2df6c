"""tt.profile, do_bench, the trace file and the picture."""

import json
import xml.etree.ElementTree as ElementTree

import pytest
import tilelang
import tilelang_tenstorrent as tt
import torch

from kernels.gemm_sources import gemm


@pytest.fixture(scope="module")
def compiled():
    return tilelang.compile(gemm(128, 128, 128, 64, 64, 32), target="tenstorrent")


def tensors():
    return [
        torch.randn(128, 128).bfloat16(),
        torch.randn(128, 128).bfloat16(),
        torch.zeros(128, 128).bfloat16(),
    ]


def test_profile_computes_and_reports(compiled):
    a, b, c = tensors()
    report = tt.profile(compiled, a, b, c)
    assert torch.allclose(c.float(), a.float() @ b.float(), atol=0.5)
    assert report.cycles > 0
    assert report.seconds == report.cycles / report.clock_ghz * 1e-9
    assert report.counters["tile_matmuls"] == 64
    assert report.critical == max(report.busy(), key=lambda name: (report.busy()[name], name))
    assert all(0 <= share <= 1 for share in report.utilisation().values())
    assert max(report.busy().values()) <= report.cycles
    assert report.dram_bytes >= 3 * 128 * 128 * 2


def test_the_report_can_be_read(compiled):
    text = str(tt.profile(compiled, *tensors()))
    for part in ("cycles", "TFLOP/s", "critical", "DRAM", "NoC 0", "FPU", "wait for data", "longest waits"):
        assert part in text


def test_do_bench_is_simulated_milliseconds(compiled):
    profiler = compiled.get_profiler()
    latency = profiler.do_bench(warmup=1, rep=1)
    assert latency == profiler.do_bench() == tt.profile(compiled, *tensors()).latency_ms
    assert latency == profiler.do_bench(input_tensors=tensors())
    assert profiler.do_bench(quantiles=[0.2, 0.8]) == [latency, latency]
    with pytest.raises(ValueError, match="Leave func out"):
        profiler.do_bench(lambda *args: None)


def test_an_output_may_be_left_out():
    kernel = tilelang.compile(gemm(64, 64, 64, 64, 64, 32), out_idx=[2], target="tenstorrent")
    data = torch.randn(64, 64).bfloat16()
    assert tt.profile(kernel, data, data).cycles > 0
    assert kernel.get_profiler().do_bench() > 0


def test_trace_file(compiled, tmp_path):
    report = tt.profile(compiled, *tensors(), timeline=True)
    events = json.loads(report.save_trace(tmp_path / "trace.json").read_text())["traceEvents"]
    spans = [event for event in events if event["ph"] == "X"]
    names = {event["args"]["name"] for event in events if event["ph"] == "M"}
    assert {"core (0, 0)", "NCRISC", "TRISC1 (math)"} <= names
    assert {"unpack", "math", "pack", "wait: noc reads"} <= {span["name"] for span in spans}
    end = report.cycles / report.clock_ghz / 1e3
    assert all(span["ts"] >= 0 and span["ts"] + span["dur"] <= end * 1.01 for span in spans)
    fills = [event["args"]["pages"] for event in events if event["ph"] == "C"]
    assert fills and min(fills) == 0


def test_a_run_without_timeline_has_no_trace(compiled, tmp_path):
    with pytest.raises(ValueError, match="timeline=True"):
        tt.profile(compiled, *tensors()).save_trace(tmp_path / "trace.json")


def test_picture(compiled, tmp_path):
    report = tt.profile(compiled, *tensors())
    root = ElementTree.parse(report.save_picture(tmp_path / "noc.svg")).getroot()
    titles = [title.text for title in root.iter("{http://www.w3.org/2000/svg}title")]
    assert sum(title.startswith("core (") for title in titles) == report.cores
    assert sum(title.startswith("DRAM bank") for title in titles) == 12
    assert any(title.startswith("NoC 0 router") for title in titles)
