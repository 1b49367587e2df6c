/*!
 * LayoutAwareWorkPartitionTT: placed -> placed.
 *
 * Distributes the work items of the kernel (one per T.Kernel block) over the core grid: which cores
 * are active, and which contiguous run of items each gets, balanced to within one item. A grid
 * smaller than the core grid uses fewer cores. All tensors are interleaved, so the partition is
 * global: any core can do any item. Reads the launch nest before GridToCoreGrid consumes it.
 *
 *   before   for bx in T.thread_binding(4, "blockIdx.x"): for by in T.thread_binding(5, ...): ...
 *   after    same body, and func_attr {"tt.core_grid": [8, 8], "tt.core_ranges": [(0,0)-(7,1),
 *            (0,2)-(3,2)], "tt.partition_mode": "global", "tt.grid_tiles": [Mt, Nt],
 *            "tt.work_partition": [T.tt.CoreWork(x=0, y=0, start=0, count=1), ...]}
 */
#include <algorithm>

#include "analysis/launch_nest.h"
#include "ir/attrs.h"
#include "ir/errors.h"
#include "ir/tiles.h"
#include "passes/pass_runner.h"
#include "target/target_options.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Contiguous runs of items, row by row over the grid; the first cores get one item more. */
ffi::Array<CoreWork> Partition(int64_t items, const TargetOptions& options) {
  const int64_t cores = std::min(items, options.grid_x * options.grid_y);
  ffi::Array<CoreWork> partition;
  int64_t start = 0;
  for (int64_t core = 0; core < cores; ++core) {
    int64_t count = items / cores + (core < items % cores ? 1 : 0);
    partition.push_back(CoreWork(core % options.grid_x, core / options.grid_x, start, count));
    start += count;
  }
  return partition;
}

/*! The first `cores` cores, row by row, as at most two rectangles. */
ffi::Array<CoreRange> Ranges(int64_t cores, const TargetOptions& options) {
  ffi::Array<CoreRange> ranges;
  const int64_t full_rows = cores / options.grid_x;
  const int64_t rest = cores % options.grid_x;
  if (full_rows > 0) ranges.push_back(CoreRange(0, 0, options.grid_x - 1, full_rows - 1));
  if (rest > 0) ranges.push_back(CoreRange(0, full_rows, rest - 1, full_rows));
  return ranges;
}

/*! Tiles of the output, leading dimensions folded into rows. */
ffi::Array<int64_t> GridTiles(const PrimFunc& func, const LaunchNest& nest) {
  auto write = FirstTensorWrite(nest.body);
  if (!write) {
    TT_USER_ERROR(nest.span) << "The kernel writes no tensor. Supported: kernels that T.copy at "
                                "least one block to a tensor.";
  }
  auto accessors = func->GetAttr<AccessorMap>(Key(Attr::TensorAccessor)).value();
  auto accessor = accessors.at(write->tensor->name);
  const size_t rank = accessor->tile_strides.size();
  const int64_t cols = rank > 1 ? accessor->tile_strides[rank - 2] : accessor->num_pages;
  return {accessor->num_pages / cols, cols};
}

PrimFunc Rewrite(PrimFunc func) {
  TargetOptions options = TargetOptions::FromFunction(func);
  LaunchNest nest = FindLaunchNest(func);
  ffi::Array<CoreWork> partition = Partition(nest.NumWorkItems(), options);
  ffi::Array<int64_t> grid_tiles = GridTiles(func, nest);
  return WithAttrs(std::move(func),
                   {{Key(Attr::CoreGrid), ffi::Array<int64_t>{options.grid_x, options.grid_y}},
                    {Key(Attr::CoreRanges), Ranges(partition.size(), options)},
                    {Key(Attr::PartitionMode), ffi::String("global")},
                    {Key(Attr::GridTiles), grid_tiles},
                    {Key(Attr::WorkPartition), partition}});
}

}  // namespace

namespace transform {
Pass LayoutAwareWorkPartitionTT() { return FunctionPass("LayoutAwareWorkPartitionTT", Rewrite); }
}  // namespace transform

}  // namespace tvm::tt
