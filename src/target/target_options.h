/*!
 * The options of the `tenstorrent` target, read once from the TVM target and validated.
 */
#pragma once

#include <tvm/target/target.h>
#include <tvm/tirx/function.h>

#include <cstdint>
#include <optional>
#include <string>

#include "target/hardware_model.h"

namespace tvm::tt {

/*! Validated options of a `tenstorrent` target. */
struct TargetOptions {
  std::string arch;                     /*!< wormhole_b0 or blackhole */
  std::string math_fidelity;            /*!< LoFi, HiFi2, HiFi3 or HiFi4 */
  std::optional<bool> fp32_dest_acc_en; /*!< unset: as wide as the kernel's accumulators */
  DataType float16_as;                  /*!< what float16 is carried as */
  std::string device;                   /*!< simulator */
  int64_t grid_x;                       /*!< columns of the core grid to use */
  int64_t grid_y;                       /*!< rows of the core grid to use */
  bool multicast = true;                /*!< cores share what they all read */
  bool any_sizes = true;                /*!< symbolic sizes are arguments of the kernels */
  bool device_tilize =
      false; /*!< tensors are row-major in DRAM, tiles are made of them on the device */

  /*! Reads a target; throws ValueError that names the option and its legal values. */
  static TargetOptions FromTarget(const Target& target);
  /*! Reads the target bound to a function; throws ValueError if none is. */
  static TargetOptions FromFunction(const tirx::PrimFunc& func);

  const tt_target::HardwareModel& Hardware() const;
};

}  // namespace tvm::tt
