#include "l1_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <stdexcept>

namespace tt_simulator {
namespace {

constexpr uint64_t kLowestBase = 0x4000'0000;  // above non-PIE programs and their heap
constexpr uint64_t kHighestEnd = 0xffff'0000;

}  // namespace

L1Memory::L1Memory(uint32_t num_cores, uint32_t l1_bytes)
    : num_cores_(num_cores), l1_bytes_(l1_bytes), written_(num_cores) {
  const size_t bytes = size_t{num_cores} * kStride;
  for (uint64_t base = kLowestBase; base + bytes < kHighestEnd; base += 16 * kStride) {
    void* hint = reinterpret_cast<void*>(base);
    void* memory = mmap(hint, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (memory == hint) {
      base_ = static_cast<uint32_t>(base);
      return;
    }
    if (memory != MAP_FAILED) munmap(memory, bytes);
  }
  throw std::runtime_error("no room below 4 GiB for the L1 of another simulated device");
}

L1Memory::~L1Memory() { munmap(Core(0), size_t{num_cores_} * kStride); }

std::vector<uint64_t>& L1Memory::Written(uint32_t core) {
  std::vector<uint64_t>& bits = written_[core];
  if (bits.empty()) bits.resize(l1_bytes_ / kGranule / 64 + 1);
  return bits;
}

void L1Memory::MarkWritten(uint32_t core, uint32_t offset, uint32_t size) {
  if (size == 0) return;
  std::vector<uint64_t>& bits = Written(core);
  const uint32_t last = (offset + size - 1) / kGranule;
  for (uint32_t g = offset / kGranule; g <= last;) {
    if (g % 64 == 0 && g + 63 <= last) {
      bits[g / 64] = ~uint64_t{0};
      g += 64;
    } else {
      bits[g / 64] |= uint64_t{1} << (g % 64);
      ++g;
    }
  }
}

void L1Memory::MarkUnwritten(uint32_t core, uint32_t offset, uint32_t size) {
  if (size == 0) return;
  std::vector<uint64_t>& bits = Written(core);
  const uint32_t last = (offset + size - 1) / kGranule;
  for (uint32_t g = offset / kGranule; g <= last;) {
    if (g % 64 == 0 && g + 63 <= last) {
      bits[g / 64] = 0;
      g += 64;
    } else {
      bits[g / 64] &= ~(uint64_t{1} << (g % 64));
      ++g;
    }
  }
}

uint32_t L1Memory::FirstUnwritten(uint32_t core, uint32_t offset, uint32_t size) const {
  if (size == 0) return size;
  const std::vector<uint64_t>& bits = written_[core];
  if (bits.empty()) return 0;
  const uint32_t last = (offset + size - 1) / kGranule;
  for (uint32_t g = offset / kGranule; g <= last;) {
    if (g % 64 == 0 && bits[g / 64] == ~uint64_t{0}) {
      g += 64;
      continue;
    }
    if (!(bits[g / 64] >> (g % 64) & 1)) {
      return g * kGranule <= offset ? 0 : g * kGranule - offset;
    }
    ++g;
  }
  return size;
}

}  // namespace tt_simulator
