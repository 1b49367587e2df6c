#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <tt-metalium/tile.hpp>
#include <vector>

template <typename T>
std::vector<std::uint32_t> pack_as_bfp4_tiles(std::span<const T> values, bool row_major_input, bool is_exp_a,
                                           const std::optional<tt::tt_metal::Tile>& tile = std::nullopt);

std::vector<float> unpack_bfp4_tiles_into_float_vec(std::span<const std::uint32_t> tiles, bool row_major_output,
                                                    bool is_exp_a,
                                                    const std::optional<tt::tt_metal::Tile>& tile = std::nullopt);
