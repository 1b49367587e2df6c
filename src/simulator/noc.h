#pragma once

#include <cstdint>

#include "risc.h"
#include "simulation.h"

namespace tt_simulator {

/// NoC address layout: 36 bits of local address, then x and y (6 bits each); a multicast address
/// holds the end corner there and the start corner above (wheel noc_parameters.h).
inline constexpr uint32_t kNocLocalBits = 36;
inline constexpr uint32_t kNocNodeBits = 6;

inline uint64_t MakeNocAddress(uint32_t x, uint32_t y, uint64_t local) {
  return uint64_t{y} << (kNocLocalBits + kNocNodeBits) | uint64_t{x} << kNocLocalBits | local;
}

/// Operations on the NoC by the current RISC. Reads and zero fills reach L1 at the barrier, writes
/// leave at the flush, the barrier, the next semaphore operation, or when the RISC blocks.
namespace noc {

uint64_t BankAddress(Risc& risc, bool is_dram, uint32_t bank, uint32_t offset);
uint64_t PageAddress(Risc& risc, bool is_dram, uint32_t base, uint32_t page_size, uint32_t page,
                     uint32_t offset);
void Read(Risc& risc, uint64_t source, uint32_t local, uint32_t size, uint32_t noc, uint32_t trid);
void Write(Risc& risc, uint32_t local, uint64_t destination, uint32_t size, uint32_t noc,
           uint32_t trid, uint32_t flags);
void WriteMulticast(Risc& risc, uint32_t local, uint64_t destination, uint32_t size,
                    uint32_t num_dests, uint32_t noc, uint32_t flags);
void WriteInline(Risc& risc, uint64_t destination, uint32_t value, uint32_t byte_enable,
                 uint32_t num_dests, uint32_t noc);
void WriteZeros(Risc& risc, uint32_t local, uint32_t size, uint32_t noc);
void Barrier(Risc& risc, uint32_t kind, uint32_t noc, uint32_t trid);
void SemaphoreIncrement(Risc& risc, uint64_t address, uint32_t value, uint32_t num_dests,
                        uint32_t noc, bool posted);
bool IsLocal(const Risc& risc, uint64_t address);

/// L1 offset of a kernel-visible local address; raises if [address, +size) is not in this core's
/// L1.
uint32_t LocalOffset(Risc& risc, const char* call, uint32_t address, uint32_t size);
/// Raises when an unfinished read of this RISC still writes into the range.
void RequireNoPendingRead(Risc& risc, const char* call, uint32_t offset, uint32_t size, int cb_id);
/// Raises when an issued write of this RISC may still read from the range.
void RequireNoPendingWrite(Risc& risc, const char* call, uint32_t offset, uint32_t size, int cb_id);

}  // namespace noc
}  // namespace tt_simulator
