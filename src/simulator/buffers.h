#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "l1_memory.h"
#include "target/hardware_model.h"

namespace tt_simulator {

/// Where tensors start in a DRAM bank: address 0 stays invalid, so that unset arguments are noticed.
inline constexpr uint32_t kDramBase = 64;

enum class MemoryKind : uint8_t { kDram, kL1 };

/// How a tensor in L1 is cut into shards. Extents are in pages; shards go round the cores in row-major
/// order, the ones of a core one after another.
struct Sharding {
  std::vector<uint32_t> tensor;
  std::vector<uint32_t> shard;  ///< Same rank as `tensor`.
  std::vector<uint32_t> cores;  ///< Worker indices.

  uint32_t ShardVolume() const;
  uint32_t NumShards() const;
};

/// An interleaved buffer: page p lies in bank p % banks at address + p / banks * aligned_page.
struct Buffer {
  uint32_t address = 0;  ///< Offset of the first page in every bank. Bytes.
  uint32_t num_pages = 0;
  uint32_t page_size = 0;     ///< Bytes of one page as the host sees it.
  uint32_t aligned_page = 0;  ///< Distance of two pages of one bank. Bytes.
  uint32_t banks = 0;
  MemoryKind memory = MemoryKind::kDram;
  std::optional<Sharding> sharding = std::nullopt;

  uint32_t BytesPerBank() const {
    return sharding ? (sharding->NumShards() + banks - 1) / banks * sharding->ShardVolume() *
                          aligned_page
                    : (num_pages + banks - 1) / banks * aligned_page;
  }
  /// Bank (DRAM bank or worker index) and offset in it of a page.
  std::pair<uint32_t, uint32_t> PlaceOf(uint32_t page) const;
};

/// DRAM banks and the allocator of interleaved buffers in DRAM and L1.
class BufferPool {
 public:
  BufferPool(const tt_target::HardwareModel& model, L1Memory* l1);
  ~BufferPool();

  /// First fit, lowest address in DRAM; from the top of L1 downwards. Throws DescriptorError.
  Buffer Allocate(MemoryKind memory, uint32_t num_pages, uint32_t page_size);
  /// A sharded buffer in L1, at one address on all cores. Throws DescriptorError.
  Buffer AllocateSharded(const Sharding& sharding, uint32_t page_size);
  /// Frees a buffer by the address and memory Allocate gave it.
  void Free(MemoryKind memory, uint32_t address);
  /// The buffer that owns `offset` in its banks, or nullptr.
  const Buffer* Find(MemoryKind memory, uint32_t offset) const;
  /// Buffer that starts at `address`, or nullptr.
  const Buffer* FindByAddress(MemoryKind memory, uint32_t address) const;
  /// Lowest L1 address used by a buffer; circular buffers must end below it.
  uint32_t LowestL1Address() const;

  uint8_t* DramBank(uint32_t bank) const { return dram_[bank]; }
  /// Host address of a page.
  uint8_t* Page(const Buffer& buffer, uint32_t page) const;
  /// Copies all pages densely from or to `data` (num_pages * page_size bytes).
  void Write(const Buffer& buffer, const uint8_t* data);
  /// All of a buffer will be written through Page: has its memory mapped at once, if it is large.
  void Prepare(const Buffer& buffer);
  /// All of a buffer has been written through Page.
  void MarkWritten(const Buffer& buffer);
  void Read(const Buffer& buffer, uint8_t* data) const;

  /// The data of all buffers, by memory and address.
  using Snapshot = std::map<std::pair<MemoryKind, uint32_t>, std::vector<uint8_t>>;
  Snapshot TakeSnapshot() const;
  void Restore(const Snapshot& snapshot);

 private:
  /// Finds room in L1 and enters the buffer.
  Buffer PlaceInL1(Buffer buffer);
  const tt_target::HardwareModel& model_;
  L1Memory* l1_;
  std::vector<uint8_t*> dram_;
  std::map<uint32_t, Buffer> dram_buffers_;
  std::map<uint32_t, Buffer> l1_buffers_;
};

}  // namespace tt_simulator
