// The NoC as an object: sources and destinations are described by noc_traits_t of their type.
#pragma once

#include <cstdint>

#include "api/dataflow/dataflow_api.h"

struct UnicastEndpoint;
struct MulticastEndpoint;
class CircularBuffer;

struct DataflowBufferArgs {
  uint32_t offset_bytes{};
};

template <typename T>
struct noc_traits_t {
  static_assert(sizeof(T) == 0, "NoC transactions are not supported for this type");
};

/// May T be a local-L1 endpoint of async_write_zeros?
template <typename T>
inline constexpr bool noc_zero_l1_endpoint_v = false;

enum class NocOptions : uint32_t {
  DEFAULT = 0,
  TXN_ID = 1u << 0,
  POSTED = 1u << 1,
  CUSTOM_VC = 1u << 2,
  MCAST_INCL_SRC = 1u << 3,
  INLINE_L1 = 1u << 4,
  INLINE_REG = 1u << 5,
};
constexpr NocOptions operator|(NocOptions a, NocOptions b) noexcept {
  return static_cast<NocOptions>(static_cast<uint32_t>(a) | static_cast<uint32_t>(b));
}
constexpr bool has_flag(NocOptions opts, NocOptions flag) noexcept {
  return (static_cast<uint32_t>(opts) & static_cast<uint32_t>(flag)) != 0;
}

struct NocOptVals {
  uint32_t vc = NOC_UNICAST_WRITE_VC;
  uint32_t trid = 0;
};

class Noc {
 public:
  enum class AddressType { NOC, LOCAL_L1 };
  static constexpr uint32_t INVALID_TXN_ID = 0xFFFFFFFF;

  Noc() : noc_id_(noc_index) {}
  explicit Noc(uint8_t noc_id) : noc_id_(noc_id) {}

  uint8_t get_noc_id() const { return noc_id_; }
  bool is_local_bank(uint32_t virtual_x, uint32_t virtual_y) const {
    return virtual_x == my_x[noc_id_] && virtual_y == my_y[noc_id_];
  }
  bool is_local_addr(const uint64_t noc_addr) const {
    return tt_simulator_abi::table->noc_is_local(noc_addr);
  }

  template <NocOptions opts = NocOptions::DEFAULT, uint32_t max_page_size = NOC_MAX_BURST_SIZE + 1,
            bool enable_noc_tracing = true, typename Src, typename Dst>
  void async_read(const Src& src, const Dst& dst, uint32_t size_bytes,
                  const typename noc_traits_t<Src>::src_args_type& src_args,
                  const typename noc_traits_t<Dst>::dst_args_type& dst_args,
                  const NocOptVals& noc_opts = {}, TT_SITE) const {
    tt_simulator_abi::table->note(site);
    const uint32_t local = LocalDestination(dst, dst_args);
    tt_simulator_abi::table->noc_read(Source(src, src_args), local, size_bytes, noc_id_,
                                      TransactionId<opts>(noc_opts), site);
  }

  template <NocOptions opts = NocOptions::DEFAULT, uint32_t max_page_size = NOC_MAX_BURST_SIZE + 1,
            typename Src>
  void set_async_read_state(const Src& src, uint32_t size_bytes,
                            const typename noc_traits_t<Src>::src_args_type& src_args,
                            const NocOptVals& noc_opts = {}, TT_SITE) const {
    tt_simulator_abi::table->note(site);
    tt_simulator_abi::read_state[noc_id_] = {Source(src, src_args), size_bytes,
                                             TransactionId<opts>(noc_opts)};
  }

  template <NocOptions opts = NocOptions::DEFAULT, uint32_t max_page_size = NOC_MAX_BURST_SIZE + 1,
            typename Src, typename Dst>
  void async_read_with_state(const Src& src, const Dst& dst, uint32_t size_bytes,
                             const typename noc_traits_t<Src>::src_args_type& src_args,
                             const typename noc_traits_t<Dst>::dst_args_type& dst_args,
                             const NocOptVals& noc_opts = {}, TT_SITE) const {
    tt_simulator_abi::table->note(site);
    const auto& state = tt_simulator_abi::read_state[noc_id_];
    const uint32_t size = max_page_size <= NOC_MAX_BURST_SIZE ? state.size : size_bytes;
    const uint64_t source = (state.address & ~tt_simulator_abi::kLocalAddressMask) |
                            static_cast<uint32_t>(Source(src, src_args));
    tt_simulator_abi::table->noc_read(source, LocalDestination(dst, dst_args), size, noc_id_,
                                      TransactionId<opts>(noc_opts), site);
  }

  template <NocOptions opts = NocOptions::DEFAULT, uint32_t max_page_size = NOC_MAX_BURST_SIZE + 1,
            bool enable_noc_tracing = true, typename Src, typename Dst>
  void async_write(const Src& src, const Dst& dst, uint32_t size_bytes,
                   const typename noc_traits_t<Src>::src_args_type& src_args,
                   const typename noc_traits_t<Dst>::dst_args_type& dst_args,
                   const NocOptVals& noc_opts = {}, TT_SITE) const {
    tt_simulator_abi::table->note(site);
    const uint32_t local = LocalSource(src, src_args);
    tt_simulator_abi::table->noc_write(local, Destination(dst, dst_args), size_bytes, noc_id_,
                                       TransactionId<opts>(noc_opts), Posted<opts>(), site);
  }

  template <NocOptions opts = NocOptions::DEFAULT, uint32_t max_page_size = NOC_MAX_BURST_SIZE + 1,
            bool enable_noc_tracing = true, typename Src, typename Dst>
  void async_write_multicast(const Src& src, const Dst& dst, uint32_t size_bytes, uint32_t num_dsts,
                             const typename noc_traits_t<Src>::src_args_type& src_args,
                             const typename noc_traits_t<Dst>::dst_args_mcast_type& dst_args,
                             bool linked = false, TT_SITE) const {
    static_assert(!has_flag(opts, NocOptions::TXN_ID), "multicasts have no transaction id");
    static_assert(!has_flag(opts, NocOptions::POSTED), "multicasts cannot be posted");
    tt_simulator_abi::table->note(site);
    const uint64_t destination =
        noc_traits_t<Dst>::template dst_addr_mcast<AddressType::NOC>(dst, *this, dst_args);
    tt_simulator_abi::table->noc_write_multicast(
        LocalSource(src, src_args), destination, size_bytes, num_dsts, noc_id_,
        (has_flag(opts, NocOptions::MCAST_INCL_SRC) ? tt_simulator_abi::kNocLoopback : 0) |
            (linked ? tt_simulator_abi::kNocLinked : 0),
        site);
  }

  template <NocOptions opts = NocOptions::DEFAULT, uint32_t max_page_size = NOC_MAX_BURST_SIZE + 1,
            typename Dst>
  void set_async_write_state(const Dst& dst, uint32_t size_bytes,
                             const typename noc_traits_t<Dst>::dst_args_type& dst_args,
                             const NocOptVals& noc_opts = {}, TT_SITE) const {
    static_assert(!has_flag(opts, NocOptions::TXN_ID), "no transaction id with kept write state");
    (void)noc_opts;
    tt_simulator_abi::table->note(site);
    tt_simulator_abi::write_state[noc_id_] = {Destination(dst, dst_args), size_bytes};
  }

  template <NocOptions opts = NocOptions::DEFAULT, uint32_t max_page_size = NOC_MAX_BURST_SIZE + 1,
            typename Src, typename Dst>
  void async_write_with_state(const Src& src, const Dst& dst, uint32_t size_bytes,
                              const typename noc_traits_t<Src>::src_args_type& src_args,
                              const typename noc_traits_t<Dst>::dst_args_type& dst_args,
                              const NocOptVals& noc_opts = {}, TT_SITE) const {
    static_assert(!has_flag(opts, NocOptions::TXN_ID), "no transaction id with kept write state");
    (void)noc_opts;
    tt_simulator_abi::table->note(site);
    const auto& state = tt_simulator_abi::write_state[noc_id_];
    const uint32_t size = max_page_size <= NOC_MAX_BURST_SIZE ? state.size : size_bytes;
    const uint64_t destination = (state.address & ~tt_simulator_abi::kLocalAddressMask) |
                                 static_cast<uint32_t>(Destination(dst, dst_args));
    tt_simulator_abi::table->noc_write(LocalSource(src, src_args), destination, size, noc_id_,
                                       tt_simulator_abi::kNoTransactionId, Posted<opts>(), site);
  }

  template <NocOptions opts = NocOptions::DEFAULT, typename Dst>
  void inline_dw_write(const Dst& dst, uint32_t val,
                       const typename noc_traits_t<Dst>::dst_args_type& dst_args, uint8_t be = 0xF,
                       const NocOptVals& noc_opts = {}, TT_SITE) const {
    static_assert(!has_flag(opts, NocOptions::TXN_ID), "inline writes have no transaction id");
    (void)noc_opts;
    tt_simulator_abi::table->note(site);
    tt_simulator_abi::table->noc_write_inline(Destination(dst, dst_args), val, be, 0, noc_id_,
                                              site);
  }

  bool is_read_trid_flushed(uint32_t trid, TT_SITE) const {
    return tt_simulator_abi::table->noc_reads_done(noc_id_, trid, site);
  }

  template <NocOptions opts = NocOptions::DEFAULT>
  void async_read_barrier(const NocOptVals& noc_opts = {}, TT_SITE) const {
    Barrier(tt_simulator_abi::kReadBarrier, TransactionId<opts>(noc_opts), site);
  }
  template <NocOptions opts = NocOptions::DEFAULT>
  void async_write_barrier(const NocOptVals& noc_opts = {}, TT_SITE) const {
    Barrier(tt_simulator_abi::kWriteBarrier, TransactionId<opts>(noc_opts), site);
  }
  template <NocOptions opts = NocOptions::DEFAULT>
  void async_writes_flushed(const NocOptVals& noc_opts = {}, TT_SITE) const {
    static_assert(!has_flag(opts, NocOptions::POSTED) || !has_flag(opts, NocOptions::TXN_ID),
                  "posted writes have no transaction id");
    Barrier(has_flag(opts, NocOptions::POSTED) ? tt_simulator_abi::kPostedFlush
                                               : tt_simulator_abi::kWriteFlush,
            TransactionId<opts>(noc_opts), site);
  }
  void async_atomic_barrier(TT_SITE) const {
    Barrier(tt_simulator_abi::kAtomicBarrier, tt_simulator_abi::kNoTransactionId, site);
  }
  void async_full_barrier(TT_SITE) const {
    Barrier(tt_simulator_abi::kFullBarrier, tt_simulator_abi::kNoTransactionId, site);
  }

  /// Zeroes local L1; defined until write_zeros_l1_barrier only in name.
  template <typename Dst>
  void async_write_zeros(const Dst& dst, uint32_t size_bytes,
                         const typename noc_traits_t<Dst>::dst_args_type& args = {},
                         TT_SITE) const {
    static_assert(noc_zero_l1_endpoint_v<Dst>, "async_write_zeros needs a local L1 destination");
    tt_simulator_abi::table->noc_write_zeros(LocalDestination(dst, args), size_bytes, noc_id_,
                                             site);
  }
  /// Zeroes part of a DRAM page from a zeroed L1 scratch buffer.
  template <typename DSpecT, typename Scratch>
  void async_write_zeros(const ::TensorAccessor<DSpecT>& accessor, uint32_t size_bytes,
                         const typename noc_traits_t<::TensorAccessor<DSpecT>>::dst_args_type& args,
                         const Scratch& scratch, TT_SITE) const {
    static_assert(noc_zero_l1_endpoint_v<Scratch>, "the scratch buffer must be local L1");
    tt_simulator_abi::table->note(site);
    const uint32_t local = LocalSource(scratch, {});
    const uint64_t destination = Destination(accessor, args);
    for (uint32_t done = 0; done < size_bytes; done += NOC_MAX_BURST_SIZE) {
      const uint32_t rest = size_bytes - done;
      const uint32_t chunk = rest < NOC_MAX_BURST_SIZE ? rest : NOC_MAX_BURST_SIZE;
      tt_simulator_abi::table->noc_write(local, destination + done, chunk, noc_id_,
                                         tt_simulator_abi::kNoTransactionId, 0, site);
    }
  }
  void write_zeros_l1_barrier(TT_SITE) const {
    Barrier(tt_simulator_abi::kReadBarrier, tt_simulator_abi::kNoTransactionId, site);
  }
  void write_zeros_dram_barrier(TT_SITE) const {
    Barrier(tt_simulator_abi::kWriteBarrier, tt_simulator_abi::kNoTransactionId, site);
  }

 private:
  template <typename Src, typename Args>
  uint64_t Source(const Src& src, const Args& args) const {
    return noc_traits_t<Src>::template src_addr<AddressType::NOC>(src, *this, args);
  }
  template <typename Dst, typename Args>
  uint64_t Destination(const Dst& dst, const Args& args) const {
    return noc_traits_t<Dst>::template dst_addr<AddressType::NOC>(dst, *this, args);
  }
  template <typename Src>
  uint32_t LocalSource(const Src& src,
                       const typename noc_traits_t<Src>::src_args_type& args) const {
    return static_cast<uint32_t>(
        noc_traits_t<Src>::template src_addr<AddressType::LOCAL_L1>(src, *this, args));
  }
  template <typename Dst>
  uint32_t LocalDestination(const Dst& dst,
                            const typename noc_traits_t<Dst>::dst_args_type& args) const {
    return static_cast<uint32_t>(
        noc_traits_t<Dst>::template dst_addr<AddressType::LOCAL_L1>(dst, *this, args));
  }
  template <NocOptions opts>
  static uint32_t TransactionId(const NocOptVals& noc_opts) {
    return has_flag(opts, NocOptions::TXN_ID) ? noc_opts.trid : tt_simulator_abi::kNoTransactionId;
  }
  template <NocOptions opts>
  static constexpr uint32_t Posted() {
    return has_flag(opts, NocOptions::POSTED) ? tt_simulator_abi::kNocPosted : 0;
  }
  void Barrier(uint32_t kind, uint32_t trid, tt_simulator_abi::Site site) const {
    tt_simulator_abi::table->noc_barrier(kind, noc_id_, trid, site);
  }

  uint8_t noc_id_;
};

#include "api/tensor/noc_traits.h"
#include "api/dataflow/endpoints.h"
