#pragma once

#define WAYPOINT(name) \
  do {                 \
  } while (false)
