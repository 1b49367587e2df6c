/*!
 * LayoutAwareWorkPartitionTT: placed -> placed.
 *
 * Distributes the work items of the kernel (one per T.Kernel block) over the core grid: which cores
 * are active, and which contiguous run of items each gets, balanced to within one item. A grid
 * smaller than the core grid uses fewer cores. All tensors are interleaved, so the partition is
 * global: any core can do any item. Where several items read the same block of a tensor, the blocks of
 * one or two axes are spread over a rectangle of cores instead, if they divide evenly and no core gets
 * more to do than otherwise: of all such rectangles the one in which the rows, columns or all of the
 * cores read the most bytes alike, and in step, for ShareReadsTT. Where the number of items depends on sizes, the
 * lists of cores stay empty: the host deals the items out at the launch. Reads the launch nest before
 * GridToCoreGrid consumes it.
 *
 *   before   for bx in T.thread_binding(4, "blockIdx.x"): for by in T.thread_binding(5, ...): ...
 *   after    same body, and func_attr {"tt.core_grid": [8, 8], "tt.core_ranges": [(0,0)-(3,4)],
 *            "tt.partition_mode": "global", "tt.grid_tiles": [Mt, Nt], "tt.core_axes": ["x", "y"],
 *            "tt.work_partition": [T.tt.CoreWork(x=0, y=0, start=0, count=1), ...]}
 */
#include <algorithm>

#include "analysis/launch_nest.h"
#include "analysis/tensor_reads.h"
#include "ir/accessors.h"
#include "ir/attrs.h"
#include "ir/errors.h"
#include "ir/grid_axes.h"
#include "ir/loops.h"
#include "ir/tiles.h"
#include "passes/pass_runner.h"
#include "target/target_options.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! A spread that lets cores share reads, with the bytes per work item that they need not read themselves. */
struct Candidate {
  CoreSpread spread;
  double saved = 0;
};

/*! Finds the spread of blocks over cores that saves the most reads. */
class SpreadFinder {
 public:
  SpreadFinder(const LaunchNest& nest, const LayoutMap& layouts, const TargetOptions& options)
      : nest_(nest), options_(options) {
    BlockIndices indices;
    for (size_t i = 0; i < nest.axes.size(); ++i) indices[nest.axes[i].var.get()] = 1u << i;
    reads_ = FindTensorReads(nest.body, indices, layouts);
  }

  Candidate Find() {
    const int axes = static_cast<int>(nest_.axes.size());
    for (int64_t columns = 1; columns <= options_.grid_x; ++columns) {
      for (int64_t rows = 1; rows <= options_.grid_y; ++rows) {
        if (!Balanced(columns * rows)) continue;
        // A coordinate of one core is given no axis (-1).
        for (int x = columns > 1 ? 0 : -1; x < (columns > 1 ? axes : 0); ++x) {
          for (int y = rows > 1 ? 0 : -1; y < (rows > 1 ? axes : 0); ++y) Try(columns, rows, x, y);
        }
      }
    }
    return best_;
  }

 private:
  /*! Whether so many cores have no more items each than they have dealt out in order. */
  bool Balanced(int64_t cores) const {
    const int64_t items = *as_const_int(nest_.NumWorkItems());
    const int64_t most = options_.grid_x * options_.grid_y;
    return items % cores == 0 && items / cores <= (items + most - 1) / most;
  }

  void Try(int64_t columns, int64_t rows, int x, int y) {
    std::vector<ffi::String> along(nest_.axes.size(), "");
    if (x >= 0) along[x] = "x";
    if (y >= 0) along[y] = std::string(along[y]) + "y";
    Candidate candidate{{columns, rows, {along.begin(), along.end()}}};
    for (size_t i = 0; i < nest_.axes.size(); ++i) {
      if (*as_const_int(nest_.axes[i].extent) % candidate.spread.CoresOf(i) != 0) return;
    }
    for (const TensorRead& read : reads_) {
      const double cores = candidate.spread.CoresIn(candidate.spread.LineThatShares(read.axes));
      candidate.saved += static_cast<double>(read.bytes) * (1 - 1 / cores);
    }
    if (candidate.saved > best_.saved) best_ = candidate;
  }

  const LaunchNest& nest_;
  const TargetOptions& options_;
  std::vector<TensorRead> reads_;
  Candidate best_;
};

/*! Equal runs of items for the cores of a rectangle. */
ffi::Array<CoreWork> SpreadPartition(int64_t items, const CoreSpread& spread) {
  const int64_t cores = spread.CoresIn(3), count = items / cores;
  ffi::Array<CoreWork> partition;
  for (int64_t core = 0; core < cores; ++core) {
    partition.push_back(
        CoreWork(core % spread.Columns(), core / spread.Columns(), core * count, count));
  }
  return partition;
}

/*! Tiles of the output, leading dimensions folded into rows. */
ffi::Array<Extent> GridTiles(const PrimFunc& func, const LaunchNest& nest) {
  auto write = FirstTensorWrite(nest.body);
  if (!write) {
    TT_USER_ERROR(nest.span) << "The kernel writes no tensor. Supported: kernels that T.copy at "
                                "least one block to a tensor.";
  }
  const auto layouts = func->GetAttr<LayoutMap>(Key(Attr::LayoutDesc)).value();
  const LayoutDesc layout = layouts.at(write->tensor->name);
  const size_t last = layout->shape.size() - 1;
  PrimExpr rows = Imm(1);
  for (size_t i = 0; i < last; ++i) rows = rows * PagesAlong(layout, i);
  return {ExtentOf(rows), ExtentOf(PagesAlong(layout, last))};
}

PrimFunc Rewrite(PrimFunc func) {
  TargetOptions options = TargetOptions::FromFunction(func);
  LaunchNest nest = FindLaunchNest(func);
  const ffi::Array<Extent> grid_tiles = GridTiles(func, nest);
  CoreSpread spread;
  ffi::Array<CoreWork> partition;
  ffi::Array<CoreRange> ranges;
  const PrimExpr number = nest.NumWorkItems();
  if (const int64_t* items = as_const_int(number)) {
    const auto layouts = func->GetAttr<LayoutMap>(Key(Attr::LayoutDesc)).value();
    if (options.multicast) spread = SpreadFinder(nest, layouts, options).Find().spread;
    partition = spread.Empty() ? DealOut(*items, options.grid_x, options.grid_y)
                               : SpreadPartition(*items, spread);
    ranges = FirstCores(partition.size(), options.grid_x);
  }
  if (!spread.Empty()) ranges = {CoreRange(0, 0, spread.Columns() - 1, spread.Rows() - 1)};
  return WithAttrs(std::move(func),
                   {{Key(Attr::CoreGrid), ffi::Array<int64_t>{options.grid_x, options.grid_y}},
                    {Key(Attr::CoreRanges), ranges},
                    {Key(Attr::PartitionMode), ffi::String("global")},
                    {Key(Attr::GridTiles), grid_tiles},
                    {Key(Attr::CoreAxes), spread.Axes()},
                    {Key(Attr::WorkPartition), partition}});
}

}  // namespace

namespace transform {
Pass LayoutAwareWorkPartitionTT() { return FunctionPass("LayoutAwareWorkPartitionTT", Rewrite); }
}  // namespace transform

}  // namespace tvm::tt
