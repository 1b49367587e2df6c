// What the firmware includes before a compute kernel on one of its three processors.
#pragma once
#include <array>
#include <cstddef>
#include "compute_api.h"
#include "llk_defs.h"
#define APPROX false
#define MM_THROTTLE 0
#define DST_SYNC_MODE DstSync::SyncHalf
