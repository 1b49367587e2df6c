#pragma once

#include "risc.h"
#include "simulator/kernel_api/simulator_abi/table.h"

/// What the ABI calls of kernels do: `role` .. `semaphore_increment` of TT_SIMULATOR_ABI.
namespace tt_simulator::abi {

using tt_simulator_abi::CircularBufferView;
using tt_simulator_abi::Instruction;

uint32_t role(Risc& risc);
uint32_t argument(Risc& risc, uint32_t common, uint32_t index, Site site);
uint32_t argument_address(Risc& risc, uint32_t common, uint32_t index, Site site);
/// kind: 0/1 logical x/y, 2/3 x/y relative to the kernel's first core, 4..7 NoC x/y on NoC 0, 1.
uint32_t coordinate(Risc& risc, uint32_t kind);
uint32_t semaphore_address(Risc& risc, uint32_t id, Site site);

void check_access(Risc& risc, uint64_t address, uint64_t size, uint32_t is_write, Instruction);
/// Only records the call site, for helpers that make several calls.
void note(Risc& risc, Site site);
/// Begin or end of a profiler zone; only for the time report.
void zone(Risc& risc, const char* name, uint32_t begins);
uint32_t out_of_fuel(Risc& risc, Instruction);
void poll(Risc& risc, Site site);
void assertion_failed(Risc& risc, const char* text, Site site);
void division_by_zero(Risc& risc, Site site);
void stack_overflow(Risc& risc, Instruction);
/// A call whose header exists so that kernels compile, but which is not modelled.
void unsupported(Risc& risc, const char* call, Site site);
uint32_t local_address(Risc& risc, uint32_t address);

void cb_reserve_back(Risc& risc, uint32_t cb, uint32_t pages, Site site);
void cb_push_back(Risc& risc, uint32_t cb, uint32_t pages, Site site);
void cb_wait_front(Risc& risc, uint32_t cb, uint32_t pages, Site site);
void cb_pop_front(Risc& risc, uint32_t cb, uint32_t pages, Site site);
uint32_t cb_can_reserve(Risc& risc, uint32_t cb, uint32_t pages, Site site);
uint32_t cb_can_wait(Risc& risc, uint32_t cb, uint32_t pages, Site site);
CircularBufferView* cb_view(Risc& risc, uint32_t cb, Site site);

uint64_t bank_address(Risc& risc, uint32_t is_dram, uint32_t bank, uint32_t offset, Site site);
uint64_t page_address(Risc& risc, uint32_t is_dram, uint32_t base, uint32_t page_size,
                      uint32_t page, uint32_t offset, Site site);
void noc_read(Risc& risc, uint64_t source, uint32_t local, uint32_t size, uint32_t noc,
              uint32_t trid, Site site);
void noc_write(Risc& risc, uint32_t local, uint64_t destination, uint32_t size, uint32_t noc,
               uint32_t trid, uint32_t flags, Site site);
void noc_write_multicast(Risc& risc, uint32_t local, uint64_t destination, uint32_t size,
                         uint32_t num_dests, uint32_t noc, uint32_t flags, Site site);
void noc_write_inline(Risc& risc, uint64_t destination, uint32_t value, uint32_t byte_enable,
                      uint32_t num_dests, uint32_t noc, Site site);
void noc_write_zeros(Risc& risc, uint32_t local, uint32_t size, uint32_t noc, Site site);
void noc_barrier(Risc& risc, uint32_t kind, uint32_t noc, uint32_t trid, Site site);
uint32_t noc_reads_done(Risc& risc, uint32_t noc, uint32_t trid, Site site);
uint32_t noc_is_local(Risc& risc, uint64_t address);

void semaphore_wait(Risc& risc, uint32_t local, uint32_t value, uint32_t at_least, Site site);
void semaphore_set(Risc& risc, uint32_t local, uint32_t value, Site site);
void semaphore_add_local(Risc& risc, uint32_t local, uint32_t value, Site site);
void semaphore_increment(Risc& risc, uint64_t address, uint32_t value, uint32_t num_dests,
                         uint32_t noc, uint32_t posted, Site site);

}  // namespace tt_simulator::abi
