// What the firmware includes before a data-movement kernel.
#pragma once
#include "internal/firmware_common.h"
#include "internal/risc_attribs.h"
#include "risc_common.h"
#include "noc_nonblocking_api.h"
