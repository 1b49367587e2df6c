#pragma once

#include "simulator_abi/noc_constants.h"
