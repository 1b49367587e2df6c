#pragma once

namespace tt::tt_metal {
struct Tile {};
}  // namespace tt::tt_metal
