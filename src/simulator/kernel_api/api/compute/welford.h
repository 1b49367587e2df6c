#pragma once

#include "api/compute/common.h"
#include "simulator_abi/not_modelled.h"

namespace ckernel {

enum class WelfordInitMode : std::uint8_t { ClearStats, PreserveStats };
enum class TwoPassAccumulation : std::uint8_t { ShiftedSum, CentredM2 };
enum class TwoPassAnchor : std::uint8_t { Reuse, Initialise };

TT_NOT_MODELLED(welford_init)
TT_NOT_MODELLED(welford_reinit)
TT_NOT_MODELLED(welford_clear)
TT_NOT_MODELLED(welford_update)
TT_NOT_MODELLED(welford_update_rows)
TT_NOT_MODELLED(welford_save_state)
TT_NOT_MODELLED(welford_restore_state)
TT_NOT_MODELLED(welford_finalize_to_row)
TT_NOT_MODELLED(welford_finalize_to_face)
TT_NOT_MODELLED(two_pass_stats_init_shifted)
TT_NOT_MODELLED(two_pass_stats_update_rows)
TT_NOT_MODELLED(two_pass_stats_update_shifted_rows)
TT_NOT_MODELLED(two_pass_stats_finish_shifted_mean)
TT_NOT_MODELLED(two_pass_stats_clear)
TT_NOT_MODELLED(two_pass_stats_save_state)
TT_NOT_MODELLED(two_pass_stats_finalize_split_mean_to_row)
TT_NOT_MODELLED(two_pass_stats_save_anchor)
TT_NOT_MODELLED(two_pass_stats_restore_anchor)
TT_NOT_MODELLED(two_pass_stats_save_anchor_to_state)
TT_NOT_MODELLED(two_pass_stats_restore_anchor_from_state)
TT_NOT_MODELLED(two_pass_stats_combine_block)
TT_NOT_MODELLED(two_pass_stats_finalize_to_row)
TT_NOT_MODELLED(two_pass_stats_finalize_to_face)
TT_NOT_MODELLED(two_pass_stats_finalize_and_combine_to_face)
TT_NOT_MODELLED(two_pass_stats_switch_group)

}  // namespace ckernel
