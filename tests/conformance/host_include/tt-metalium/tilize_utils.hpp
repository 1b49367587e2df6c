#pragma once
#include <cstdint>
#include <vector>

template <typename T>
std::vector<T> tilize_nfaces(const std::vector<T>& input, std::uint32_t rows, std::uint32_t columns);

template <typename T>
std::vector<T> untilize_nfaces(const std::vector<T>& input, std::uint32_t rows, std::uint32_t columns);
