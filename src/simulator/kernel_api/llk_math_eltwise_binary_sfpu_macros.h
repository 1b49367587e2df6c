#pragma once

#include "simulator_abi/lanes.h"
