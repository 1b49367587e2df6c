// The vector types of the vendor's compiler are built into it: texts that need them are checked only at
// the level of the public functions.
#pragma once
