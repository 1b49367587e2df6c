#pragma once

#include <cstdint>

#include "api/dataflow/noc.h"
#include "api/dataflow/semaphore_binding_token.h"

/// A program semaphore by its id: an L1 word at the same address on every core.
template <ProgrammableCoreType core_type = ProgrammableCoreType::TENSIX>
class Semaphore {
  template <ProgrammableCoreType>
  friend class Semaphore;

 public:
  explicit Semaphore(std::uint32_t semaphore_id, TT_SITE)
      : local_(get_semaphore<core_type>(semaphore_id, site)) {}
  explicit Semaphore(SemaphoreBindingToken token, TT_SITE) : Semaphore(token.id, site) {}

  void up(std::uint32_t value, TT_SITE) {
    tt_simulator_abi::table->semaphore_add_local(local_, value, site);
  }
  void down(std::uint32_t value, TT_SITE) {
    tt_simulator_abi::table->semaphore_wait(local_, value, 1, site);
    tt_simulator_abi::table->semaphore_add_local(local_, 0u - value, site);
  }
  void wait(std::uint32_t value, TT_SITE) const {
    tt_simulator_abi::table->semaphore_wait(local_, value, 0, site);
  }
  void wait_min(std::uint32_t value, TT_SITE) const {
    tt_simulator_abi::table->semaphore_wait(local_, value, 1, site);
  }
  void set(std::uint32_t value, TT_SITE) {
    tt_simulator_abi::table->semaphore_set(local_, value, site);
  }
  std::uint32_t value() const {
    return *reinterpret_cast<volatile uint32_t*>(static_cast<uintptr_t>(local_));
  }
  void up(const Noc& noc, std::uint32_t noc_x, std::uint32_t noc_y, std::uint32_t value,
          std::uint8_t vc = NOC_UNICAST_WRITE_VC, TT_SITE) {
    noc_semaphore_inc(get_noc_addr(noc_x, noc_y, local_), value, noc.get_noc_id(), vc, site);
  }
  template <ProgrammableCoreType dst_core_type = core_type>
  void relay_unicast(const Noc& noc, const Semaphore<dst_core_type>& dst_sem, std::uint32_t noc_x,
                     std::uint32_t noc_y, TT_SITE) {
    noc_semaphore_set_remote(local_, get_noc_addr(noc_x, noc_y, dst_sem.local_), noc.get_noc_id(),
                             site);
  }
  template <NocOptions opts = NocOptions::DEFAULT>
  void set_multicast(const Noc& noc, std::uint32_t noc_x_start, std::uint32_t noc_y_start,
                     std::uint32_t noc_x_end, std::uint32_t noc_y_end, std::uint32_t num_dests,
                     bool linked = false, TT_SITE) {
    relay_multicast<opts>(noc, *this, noc_x_start, noc_y_start, noc_x_end, noc_y_end, num_dests,
                          linked, site);
  }
  template <NocOptions opts = NocOptions::DEFAULT, ProgrammableCoreType dst_core_type = core_type>
  void relay_multicast(const Noc& noc, const Semaphore<dst_core_type>& dst_sem,
                       std::uint32_t noc_x_start, std::uint32_t noc_y_start,
                       std::uint32_t noc_x_end, std::uint32_t noc_y_end, std::uint32_t num_dests,
                       bool linked = false, TT_SITE) {
    const uint64_t destination =
        get_noc_multicast_addr(noc_x_start, noc_y_start, noc_x_end, noc_y_end, dst_sem.local_);
    if constexpr (has_flag(opts, NocOptions::MCAST_INCL_SRC)) {
      noc_semaphore_set_multicast_loopback_src(local_, destination, num_dests, linked,
                                               noc.get_noc_id(), site);
    } else {
      noc_semaphore_set_multicast(local_, destination, num_dests, linked, noc.get_noc_id(),
                                  NOC_MULTICAST_WRITE_VC, site);
    }
  }
  void inc_multicast(const Noc& noc, std::uint32_t noc_x_start, std::uint32_t noc_y_start,
                     std::uint32_t noc_x_end, std::uint32_t noc_y_end, std::uint32_t value,
                     std::uint32_t num_dests, TT_SITE) {
    noc_semaphore_inc_multicast(
        get_noc_multicast_addr(noc_x_start, noc_y_start, noc_x_end, noc_y_end, local_), value,
        num_dests, noc.get_noc_id(), NOC_MULTICAST_WRITE_VC, site);
  }

 private:
  uint32_t local_;
};

// Semaphore(id) means a Tensix semaphore.
Semaphore(std::uint32_t)->Semaphore<ProgrammableCoreType::TENSIX>;
Semaphore(SemaphoreBindingToken)->Semaphore<ProgrammableCoreType::TENSIX>;
