// Everything here is predefined for every kernel.
#pragma once

#include "simulator_abi/vendor_names.h"
