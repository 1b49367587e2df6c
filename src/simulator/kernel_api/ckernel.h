#pragma once

#include "simulator_abi/compute_types.h"
