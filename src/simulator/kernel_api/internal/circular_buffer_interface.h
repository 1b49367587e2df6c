#pragma once

#include "simulator_abi/circular_buffer_interface.h"
