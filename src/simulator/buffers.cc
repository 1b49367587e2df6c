#include "buffers.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <cstring>
#include <stdexcept>

#include "errors.h"

namespace tt_simulator {
namespace {

uint64_t AlignUp(uint64_t value, uint64_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

const Buffer* FindIn(const std::map<uint32_t, Buffer>& buffers, uint32_t offset) {
  auto it = buffers.upper_bound(offset);
  if (it == buffers.begin()) return nullptr;
  --it;
  return offset - it->first < it->second.BytesPerBank() ? &it->second : nullptr;
}

}  // namespace

BufferPool::BufferPool(const tt_target::HardwareModel& model, L1Memory* l1)
    : model_(model), l1_(l1), dram_(model.num_dram_banks) {
  for (uint8_t*& bank : dram_) {
    void* memory = mmap(nullptr, model.dram_bank_bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::runtime_error("cannot reserve address space for DRAM");
    bank = static_cast<uint8_t*>(memory);
  }
}

BufferPool::~BufferPool() {
  for (uint8_t* bank : dram_) munmap(bank, model_.dram_bank_bytes);
}

Buffer BufferPool::Allocate(MemoryKind memory, uint32_t num_pages, uint32_t page_size) {
  if (num_pages == 0 || page_size == 0) {
    throw DescriptorError("a buffer needs at least one page of at least one byte");
  }
  Buffer buffer{.num_pages = num_pages, .page_size = page_size, .memory = memory};
  if (memory == MemoryKind::kDram) {
    buffer.banks = model_.num_dram_banks;
    buffer.aligned_page = AlignUp(page_size, model_.dram_read_alignment);
    const uint64_t bytes =
        uint64_t{(num_pages + buffer.banks - 1) / buffer.banks} * buffer.aligned_page;
    uint64_t address = kDramBase;
    for (const auto& [start, other] : dram_buffers_) {
      if (address + bytes <= start) break;
      address = AlignUp(start + uint64_t{other.BytesPerBank()}, model_.dram_read_alignment);
    }
    if (address + bytes > model_.dram_bank_bytes) {
      throw DescriptorError(fmt::format("a buffer of {} pages of {} bytes does not fit into DRAM",
                                        num_pages, page_size));
    }
    buffer.address = static_cast<uint32_t>(address);
    dram_buffers_[buffer.address] = buffer;
    return buffer;
  }
  buffer.banks = l1_->num_cores();
  return PlaceInL1(std::move(buffer));
}

Buffer BufferPool::AllocateSharded(const Sharding& sharding, uint32_t page_size) {
  if (page_size == 0 || sharding.cores.empty() || sharding.tensor.empty() ||
      sharding.tensor.size() != sharding.shard.size()) {
    throw DescriptorError(
        "a sharded buffer needs a page size, cores, and as many extents of the shard as of the "
        "tensor");
  }
  Buffer buffer{.num_pages = 1, .page_size = page_size, .memory = MemoryKind::kL1};
  for (size_t i = 0; i < sharding.tensor.size(); ++i) {
    if (sharding.tensor[i] == 0 || sharding.shard[i] == 0) {
      throw DescriptorError("an extent of a sharded buffer is 0");
    }
    buffer.num_pages *= sharding.tensor[i];
  }
  for (uint32_t core : sharding.cores) {
    if (core >= l1_->num_cores()) {
      throw DescriptorError("a sharded buffer names a core outside of the worker grid");
    }
  }
  buffer.banks = sharding.cores.size();
  buffer.sharding = sharding;
  return PlaceInL1(std::move(buffer));
}

Buffer BufferPool::PlaceInL1(Buffer buffer) {
  buffer.aligned_page = AlignUp(buffer.page_size, model_.l1_alignment);
  const uint64_t bytes = buffer.BytesPerBank();
  uint64_t end = model_.l1_bytes;
  for (auto it = l1_buffers_.rbegin(); it != l1_buffers_.rend(); ++it) {
    if (it->first + uint64_t{it->second.BytesPerBank()} + bytes <= end) break;
    end = it->first;
  }
  if (end < model_.l1_usable_base + bytes) {
    throw DescriptorError(fmt::format(
        "a buffer of {} pages of {} bytes over {} cores does not fit into L1 ({} bytes left)",
        buffer.num_pages, buffer.page_size, buffer.banks, end - model_.l1_usable_base));
  }
  buffer.address = static_cast<uint32_t>((end - bytes) / 64 * 64);
  l1_buffers_[buffer.address] = buffer;
  return buffer;
}

uint32_t Sharding::ShardVolume() const {
  uint32_t volume = 1;
  for (uint32_t extent : shard) volume *= extent;
  return volume;
}

uint32_t Sharding::NumShards() const {
  uint32_t count = 1;
  for (size_t i = 0; i < tensor.size(); ++i) count *= (tensor[i] + shard[i] - 1) / shard[i];
  return count;
}

std::pair<uint32_t, uint32_t> Buffer::PlaceOf(uint32_t page) const {
  if (!sharding) return {page % banks, address + page / banks * aligned_page};
  uint32_t shard = 0, shards = 1, inside = 0, volume = 1;
  for (size_t i = sharding->tensor.size(); i-- > 0;) {
    const uint32_t extent = sharding->tensor[i], part = sharding->shard[i];
    const uint32_t coordinate = page % extent;
    page /= extent;
    shard += coordinate / part * shards;
    inside += coordinate % part * volume;
    shards *= (extent + part - 1) / part;
    volume *= part;
  }
  return {sharding->cores[shard % banks],
          address + (shard / banks * volume + inside) * aligned_page};
}

void BufferPool::Free(MemoryKind memory, uint32_t address) {
  (memory == MemoryKind::kDram ? dram_buffers_ : l1_buffers_).erase(address);
}

const Buffer* BufferPool::Find(MemoryKind memory, uint32_t offset) const {
  return FindIn(memory == MemoryKind::kDram ? dram_buffers_ : l1_buffers_, offset);
}

const Buffer* BufferPool::FindByAddress(MemoryKind memory, uint32_t address) const {
  const auto& buffers = memory == MemoryKind::kDram ? dram_buffers_ : l1_buffers_;
  auto it = buffers.find(address);
  return it == buffers.end() ? nullptr : &it->second;
}

uint32_t BufferPool::LowestL1Address() const {
  return l1_buffers_.empty() ? model_.l1_bytes : l1_buffers_.begin()->first;
}

uint8_t* BufferPool::Page(const Buffer& buffer, uint32_t page) const {
  const auto [bank, offset] = buffer.PlaceOf(page);
  return (buffer.memory == MemoryKind::kDram ? dram_[bank] : l1_->Core(bank)) + offset;
}

void BufferPool::Write(const Buffer& buffer, const uint8_t* data) {
  for (uint32_t page = 0; page < buffer.num_pages; ++page) {
    std::memcpy(Page(buffer, page), data + size_t{page} * buffer.page_size, buffer.page_size);
  }
  MarkWritten(buffer);
}

void BufferPool::Prepare(const Buffer& buffer) {
  constexpr uintptr_t kHostPage = 4096;
  constexpr uint32_t kLarge = 16 * kHostPage;
  if (buffer.memory != MemoryKind::kDram || buffer.BytesPerBank() < kLarge) return;
  for (uint8_t* bank : dram_) {
    const auto begin = reinterpret_cast<uintptr_t>(bank + buffer.address) & ~(kHostPage - 1);
    const auto end = reinterpret_cast<uintptr_t>(bank + buffer.address + buffer.BytesPerBank());
    // Advice only: without it pages are mapped one by one as they are touched.
    madvise(reinterpret_cast<void*>(begin), end - begin, MADV_POPULATE_WRITE);
  }
}

void BufferPool::MarkWritten(const Buffer& buffer) {
  if (buffer.memory != MemoryKind::kL1) return;
  for (uint32_t page = 0; page < buffer.num_pages; ++page) {
    const auto [bank, offset] = buffer.PlaceOf(page);
    l1_->MarkWritten(bank, offset, buffer.page_size);
  }
}

void BufferPool::Read(const Buffer& buffer, uint8_t* data) const {
  for (uint32_t page = 0; page < buffer.num_pages; ++page) {
    std::memcpy(data + size_t{page} * buffer.page_size, Page(buffer, page), buffer.page_size);
  }
}

BufferPool::Snapshot BufferPool::TakeSnapshot() const {
  Snapshot snapshot;
  for (const auto* buffers : {&dram_buffers_, &l1_buffers_}) {
    for (const auto& [address, buffer] : *buffers) {
      std::vector<uint8_t>& data = snapshot[{buffer.memory, address}];
      data.resize(size_t{buffer.num_pages} * buffer.page_size);
      Read(buffer, data.data());
    }
  }
  return snapshot;
}

void BufferPool::Restore(const Snapshot& snapshot) {
  for (const auto& [key, data] : snapshot) {
    if (const Buffer* buffer = FindByAddress(key.first, key.second)) Write(*buffer, data.data());
  }
}

}  // namespace tt_simulator
