/*!
 * PropagateTTLayout: placed -> placed.
 *
 * Derives the circular-buffer geometry of every block buffer (shared memory or fragment): block in
 * tiles, page size from dtype and tile, and depth in blocks. A buffer that a pipelined loop fills
 * from a tensor is as deep as the loop has stages; all others are two deep. Buffers without a name of
 * their own get one, because descriptors are kept by name from here on. In front of that the body takes
 * the one form that later passes know: rounds of a persistent kernel become work items
 * (persistent_grid.cc), scalars of the control flow get lets (bind_scalars.cc), atomic
 * additions become sums of a core (sum_atomics.cc), copies
 * from tensor to tensor go through blocks (stage_tensor_copies.cc), running sums go
 * down the rows (forward_scans.cc),
 * T.Parallel nests one store each on blocks only (normalise_parallel.cc), blocks thinner than a tile that a grid
 * axis steps by grow to one (coarsen_grid.cc), other blocks to whole tiles (pad_blocks.cc), blocks too wide for L1 are
 * streamed (stream_wide_blocks.cc), vectors become rows or columns (orient_vectors.cc). Stands after
 * InferTTLayout and before any buffer is rewritten, because depth is read off the loops.
 *
 *   before   A_s = T.sblock_alloc_buffer((64, 32), "bfloat16", scope="shared.dyn")
 *   after    same body, and func_attr {"tt.cb_desc": {"A_s": T.tt.CBDesc(name="A_s", rows=2, cols=1,
 *            depth=2, page_size=2048, data_format="Float16_b", producer="", consumer="", id=-1, ...)}}
 */
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <unordered_map>

#include "analysis/block_access.h"
#include "ir/attrs.h"
#include "ir/errors.h"
#include "ir/tiles.h"
#include "passes/bind_scalars.h"
#include "passes/coarsen_grid.h"
#include "passes/forward_scans.h"
#include "passes/normalise_parallel.h"
#include "passes/orient_vectors.h"
#include "passes/pad_blocks.h"
#include "passes/pass_runner.h"
#include "passes/persistent_grid.h"
#include "passes/stage_tensor_copies.h"
#include "passes/stream_wide_blocks.h"
#include "passes/sum_atomics.h"
#include "passes/unique_block_names.h"
#include "target/target_options.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Blocks a buffer holds when the user says nothing: one in use, one on its way. */
constexpr int64_t kDefaultDepth = 2;

/*! Finds the block buffers and the pipeline depth each is filled at. */
class GeometryCollector : public StmtExprVisitor {
 public:
  CBDescMap descs;

 private:
  void VisitStmt_(const SBlockNode* op) final {
    for (const Buffer& buffer : op->alloc_buffers) Describe(buffer, op->span);
    StmtExprVisitor::VisitStmt_(op);
  }

  void Describe(const Buffer& buffer, const Span& block_span) {
    Span span = buffer->span.defined() ? buffer->span : block_span;
    if (IsGlobal(buffer)) {
      TT_USER_ERROR(span)
          << "'" << buffer->name
          << "' of T.alloc_global is a tensor between kernels. Supported: tt.build and "
             "tilelang.compile, which make a program of each kernel; tt.kernels(func) "
             "takes the function apart.";
    }
    if (!IsBlockBuffer(buffer)) {
      TT_USER_ERROR(span)
          << "Buffer '" << buffer->name << "' lives in scope '" << buffer.scope()
          << "'. Supported: T.alloc_shared and T.alloc_fragment, and single numbers of "
             "T.alloc_var.";
    }
    if (DataFormatOf(buffer->dtype).empty()) {
      TT_USER_ERROR(span) << "Buffer '" << buffer->name << "' is of dtype " << buffer->dtype
                          << ". Supported: " << SupportedDtypes() << ".";
    }
    BlockTiles tiles = TilesOf(buffer, span);
    names_[buffer->data.get()] = buffer->name;
    descs.Set(buffer->name,
              CBDesc(buffer->name, tiles.rows, tiles.cols, kDefaultDepth, TileBytes(buffer->dtype),
                     DataFormatOf(buffer->dtype), "", "", -1, false));
  }

  void VisitStmt_(const ForNode* op) final {
    int64_t outer = stages_;
    if (auto value = op->annotations.Get("num_stages")) {
      int64_t stages = Downcast<IntImm>(value.value())->value;
      if (stages > 0) stages_ = stages;
    }
    StmtExprVisitor::VisitStmt_(op);
    stages_ = outer;
  }

  void VisitStmt_(const EvaluateNode* op) final {
    if (stages_ == 0) return;
    if (!CopiesFromTensor(ffi::GetRef<Stmt>(op))) return;
    for (const BlockAccess& access : LeafAccesses(ffi::GetRef<Stmt>(op))) {
      if (access.kind != AccessKind::Write) continue;
      CBDesc desc = descs.at(names_.at(access.data));
      desc.CopyOnWrite()->depth = stages_;
      descs.Set(desc->name, desc);
    }
  }

  int64_t stages_ = 0;
  std::unordered_map<const VarNode*, std::string> names_;
};

PrimFunc Rewrite(PrimFunc func) {
  Stmt body = BindScalars(PersistentGrid(func->body));
  func.CopyOnWrite()->body = body;
  body = StageTensorCopies(SumAtomics(func));
  const TargetOptions options = TargetOptions::FromFunction(func);
  // bfloat16 has 8 bits; of one operand the matrix unit takes 7 in the first two phases.
  const bool exact = options.math_fidelity == "HiFi3" || options.math_fidelity == "HiFi4";
  body = PadBlocks(CoarsenGrid(NormaliseParallel(ForwardScans(body), exact)));
  const tt_target::HardwareModel& hardware = options.Hardware();
  body = StreamWideBlocks(body, hardware.l1_bytes - hardware.l1_usable_base);
  func.CopyOnWrite()->body = UniqueBlockNames(OrientVectors(body));
  GeometryCollector collector;
  collector(func->body);
  return WithAttr(std::move(func), Key(Attr::CBDesc), collector.descs);
}

}  // namespace

namespace transform {
Pass PropagateTTLayout() { return FunctionPass("PropagateTTLayout", Rewrite); }
}  // namespace transform

}  // namespace tvm::tt
