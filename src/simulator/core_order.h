#pragma once

#include <cstdint>

#include "noc_queue.h"
#include "risc.h"
#include "simulation.h"

namespace tt_simulator::core_order {

/// Rules on what cores do to each other's memory: an order between them, as the race detector knows it. Nothing
/// is checked in programs of one core.

/// The rules that need that order.
inline constexpr Violation kRules[] = {Violation::kDramWriteRace,
                                       Violation::kDramReadRace,
                                       Violation::kRemoteWriteWithoutRoom,
                                       Violation::kRemoteDataUnordered,
                                       Violation::kRemoteDataNotAwaited,
                                       Violation::kSemaphoreRace,
                                       Violation::kAtomicBarrierMissingAtExit};

/// RISC and NoC as one number, for the race detector.
uint32_t QueueNumber(const Risc& risc, uint32_t noc);
/// A DRAM access must be ordered with those of other cores to the same bytes.
void RequireNoRace(Risc& risc, const char* call, const NocTarget& target, uint32_t size,
                   uint32_t noc, bool is_write);

/// The first `pages` free pages of a circular buffer are reserved, new ones from now on.
void NoteRoom(const Risc& risc, CircularBuffer& cb, uint32_t pages);
/// A write into a circular buffer of another core needs room there that this core knows of.
void RequireRoom(Risc& risc, const char* call, uint32_t core, uint32_t offset, uint32_t size);
/// Notes on the pages of another core who has written into them.
void NoteRemoteData(Risc& risc, uint32_t core, uint32_t offset, uint32_t size);
/// What other cores have written into pages that are pushed must be known to have arrived.
void RequireArrived(Risc& risc, const char* call, int id, CircularBuffer& cb, uint32_t pages);
/// The same at the end of the program, of pages that were not pushed.
void RequireAwaited(const Core& core, int id);

/// A semaphore that its own core writes must not be written by another that does not know of it.
void RequireNoLostStore(Risc& risc, const char* call, const NocTarget& target);
/// Notes a count at another core.
void NoteCount(const Risc& risc, NocQueue& queue, const NocTarget& target);
/// Counts that the other core has not answered need a barrier before the kernel ends.
void RequireAnswered(Risc& risc, NocQueue& queue);

}  // namespace tt_simulator::core_order
