#pragma once

#include <cstdint>
#include <vector>

namespace tt_simulator {

/// L1 of every core of one device, in one window of the low 4 GiB of the host's address space.
///
/// Kernels hold L1 addresses in `uint32_t` and cast them to pointers. So that the same text works
/// on a 64-bit host, each core's L1 is mapped at an address below 4 GiB, and the addresses that the
/// kernel API hands out are these. Core i starts at `base() + i * kStride`; the low bits are the
/// machine's L1 offset, so a NoC address may carry either form. Untouched cores cost no memory.
class L1Memory {
 public:
  static constexpr uint32_t kStride = 2u << 20;  ///< Power of two above the largest L1.

  /// Reserves windows for `num_cores` cores of `l1_bytes` each. Throws std::runtime_error.
  L1Memory(uint32_t num_cores, uint32_t l1_bytes);
  ~L1Memory();
  L1Memory(const L1Memory&) = delete;
  L1Memory& operator=(const L1Memory&) = delete;

  uint32_t base() const { return base_; }
  uint32_t l1_bytes() const { return l1_bytes_; }
  uint32_t num_cores() const { return num_cores_; }
  /// Kernel-visible address of byte 0 of a core's L1.
  uint32_t WindowOf(uint32_t core) const { return base_ + core * kStride; }
  uint8_t* Core(uint32_t core) const {
    return reinterpret_cast<uint8_t*>(static_cast<uintptr_t>(WindowOf(core)));
  }

  /// Marks bytes as written, forgets that they were, or finds the first unwritten byte
  /// (returns `size` if all were written). Tracked in granules of 16 bytes.
  void MarkWritten(uint32_t core, uint32_t offset, uint32_t size);
  void MarkUnwritten(uint32_t core, uint32_t offset, uint32_t size);
  uint32_t FirstUnwritten(uint32_t core, uint32_t offset, uint32_t size) const;

 private:
  static constexpr uint32_t kGranule = 16;
  std::vector<uint64_t>& Written(uint32_t core);

  uint32_t base_ = 0;
  uint32_t num_cores_;
  uint32_t l1_bytes_;
  std::vector<std::vector<uint64_t>> written_;
};

}  // namespace tt_simulator
