/*!
 * The pass list: one factory a pass, in the order of the pipeline, and the table that says from
 * which level to which each goes and why it stands where it stands.
 */
#pragma once

#include <tvm/ir/module.h>
#include <tvm/ir/transform.h>

#include <string>
#include <vector>

#include "schema/schema.h"

namespace tvm::tt {

/*! One row of the pipeline. */
struct PassRow {
  const char* name;
  Level from;
  Level to;
  const char* why_here;
  tvm::transform::Pass (*factory)();
};

/*! All passes in pipeline order, VerifyTTIR last. */
const std::vector<PassRow>& Pipeline();
/*! The row of a pass; throws ValueError which lists the passes for an unknown name. */
const PassRow& FindPass(const std::string& name);

/*! The whole pipeline, or up to and with the pass `upto`, as one Sequential. */
tvm::transform::Pass LoweringPipeline(const std::string& upto = "VerifyTTIR");

/*! Whether a module obeys the legality table of the level it claims; fills `reason` if not. */
bool IsValidTTIR(const IRModule& module, std::string* reason = nullptr);
/*! Reads a module that was serialised to JSON. */
IRModule ParseTIR(const std::string& text);

namespace transform {

using tvm::transform::Pass;

Pass InferTTLayout();
Pass PropagateTTLayout();
Pass AttachTensorAccessorTT();
Pass LayoutAwareWorkPartitionTT();
Pass GridToCoreGrid();
Pass LowerSharedToCB();
Pass LowerTTTileIntrinsics();
Pass SumOverCoresTT();
Pass ShareReadsTT();
Pass BuildTileDFGTT();
Pass SplitDeviceKernel();
Pass ConfigureTensorAccessorTT();
Pass LowerCBIntrinsics();
Pass InsertComputeInitTT();
Pass InsertDSTManagementTT();
Pass FinalizePersistentSignatureTT();
Pass VerifyTTIR();

}  // namespace transform
}  // namespace tvm::tt
