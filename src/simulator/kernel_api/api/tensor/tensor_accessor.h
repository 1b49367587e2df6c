#pragma once

#include <cstddef>
#include <cstdint>

#include "api/dataflow/dataflow_api.h"
#include "api/tensor/page.h"
#include "api/tensor/tensor_accessor_args.h"
#include "api/tensor/tensor_binding_token.h"

/// Addresses of a tensor's pages. `DSpecT` is the TensorAccessorArgs that describe the tensor.
template <typename DSpecT>
struct TensorAccessor {
  using DSpec = DSpecT;
  static constexpr bool is_dram = DSpec::is_dram;

  TensorAccessor(const DSpecT& args, const size_t bank_base_address_in)
      : TensorAccessor(args, bank_base_address_in, args.get_aligned_page_size()) {}
  TensorAccessor(const DSpecT& args, const size_t bank_base_address_in, const uint32_t page_size_in)
      : args_(args),
        bank_base_address_(static_cast<uint32_t>(bank_base_address_in)),
        page_size_(page_size_in) {}

  /// From a named binding: the address is a common runtime argument.
  template <uint32_t CTA_OFFSET, uint32_t ADDR_CRTA_OFFSET>
  TensorAccessor(tensor_accessor::TensorBindingToken<CTA_OFFSET, ADDR_CRTA_OFFSET>, TT_SITE)
      : TensorAccessor(DSpecT(), get_common_arg_val<uint32_t>(ADDR_CRTA_OFFSET / 4, site)) {}
  /// Only type-checked: the binding is absent and the code behind it is never run.
  explicit TensorAccessor(const tensor_accessor::NullTensorBindingToken&)
      : TensorAccessor(DSpecT(), 0, 0) {}

  uint32_t get_aligned_page_size() const { return page_size_; }
  constexpr uint32_t get_bank_base_address() const { return bank_base_address_; }
  const DSpec& dspec() const { return args_; }

  uint64_t get_noc_addr(const uint32_t page_id, const uint32_t offset = 0, uint8_t noc = noc_index,
                        TT_SITE) const {
    (void)noc;
    if constexpr (!DSpec::is_sharded) {
      return tt_simulator_abi::table->page_address(is_dram, bank_base_address_, page_size_, page_id,
                                                   offset, site);
    } else {
      const PageMapping mapping = get_bank_and_offset(page_id);
      return BankAddress(mapping.bank_id, mapping.bank_page_offset * page_size_ + offset, site);
    }
  }

  uint64_t get_shard_noc_addr(const uint32_t shard_id, const uint32_t offset = 0,
                              uint8_t noc = noc_index, TT_SITE) const {
    static_assert(DSpec::is_sharded, "an interleaved tensor has no shards");
    (void)noc;
    const PageMapping shard = ShardToBank(shard_id);
    return BankAddress(shard.bank_id, shard.bank_page_offset * ShardVolume() * page_size_ + offset,
                       site);
  }

  /// Bank and position (in pages) of a page inside it.
  struct PageMapping {
    size_t bank_id;
    size_t bank_page_offset;
  };
  PageMapping get_bank_and_offset(uint32_t page_id) const {
    size_t shard = 0, shard_stride = 1, inside = 0, inside_stride = 1;
    for (uint32_t i = args_.get_rank(); i-- > 0;) {
      const uint32_t extent = args_.tensor_extent(i);
      const uint32_t shard_extent = args_.shard_extent(i);
      const uint32_t coordinate = page_id % extent;
      page_id /= extent;
      shard += coordinate / shard_extent * shard_stride;
      inside += coordinate % shard_extent * inside_stride;
      shard_stride *= (extent + shard_extent - 1) / shard_extent;
      inside_stride *= shard_extent;
    }
    const PageMapping bank = ShardToBank(shard);
    return {bank.bank_id, bank.bank_page_offset * inside_stride + inside};
  }

  /// Page of the tensor at a place of a shard, which must have one there.
  uint32_t page_of_shard(uint32_t shard_id, uint32_t page_in_shard) const {
    uint32_t page = 0;
    ForShardPage(shard_id, page_in_shard,
                 [&](uint32_t coordinate, uint32_t, uint32_t stride) { page += coordinate * stride; });
    return page;
  }
  bool shard_has_page(uint32_t shard_id, uint32_t page_in_shard) const {
    bool inside = true;
    ForShardPage(shard_id, page_in_shard, [&](uint32_t coordinate, uint32_t extent, uint32_t) {
      inside = inside && coordinate < extent;
    });
    return inside;
  }

  /// Pages [start, end) of an interleaved or sharded tensor; the whole tensor if sharded and no end is given.
  auto pages(uint32_t start_page_id = 0, uint32_t end_page_id = 0, uint8_t noc = noc_index) const {
    const uint32_t end = end_page_id || !DSpec::is_sharded ? end_page_id : args_.tensor_volume();
    const tensor_accessor::MakePage<TensorAccessor> maker{this, noc};
    return tensor_accessor::PageRange(maker, start_page_id, end);
  }
  /// Pages of one shard, places [start, end) of it.
  auto shard_pages(uint32_t shard_id, uint32_t start_page_offset = 0, uint32_t end_page_offset = 0,
                   uint8_t noc = noc_index) const {
    static_assert(DSpec::is_sharded, "an interleaved tensor has no shards");
    const uint32_t end = end_page_offset ? end_page_offset : args_.shard_volume();
    const tensor_accessor::MakeShardPage<TensorAccessor> maker{this, shard_id, noc};
    return tensor_accessor::PageRange(maker, start_page_offset, end);
  }

  bool is_local_bank(uint32_t virtual_x, uint32_t virtual_y, uint8_t noc = noc_index) const {
    return virtual_x == my_x[noc] && virtual_y == my_y[noc];
  }
  bool is_local_addr(const uint64_t noc_addr, uint8_t noc = noc_index) const {
    (void)noc;
    return tt_simulator_abi::table->noc_is_local(noc_addr);
  }
  bool is_local_page(const uint32_t page_id, uint8_t noc = noc_index) const {
    return is_local_addr(get_noc_addr(page_id, 0, noc));
  }
  bool is_local_shard(const uint32_t shard_id, uint8_t noc = noc_index) const {
    return is_local_addr(get_shard_noc_addr(shard_id, 0, noc));
  }

 private:
  /// Calls `visit(coordinate, extent of the tensor, stride)` for every dimension of a shard's page.
  template <typename Visit>
  void ForShardPage(uint32_t shard_id, uint32_t page_in_shard, Visit visit) const {
    uint32_t stride = 1;
    for (uint32_t i = args_.get_rank(); i-- > 0;) {
      const uint32_t extent = args_.tensor_extent(i);
      const uint32_t shard_extent = args_.shard_extent(i);
      const uint32_t shards = (extent + shard_extent - 1) / shard_extent;
      visit(shard_id % shards * shard_extent + page_in_shard % shard_extent, extent, stride);
      shard_id /= shards;
      page_in_shard /= shard_extent;
      stride *= extent;
    }
  }
  size_t ShardVolume() const {
    size_t volume = 1;
    for (uint32_t i = 0; i < args_.get_rank(); ++i) volume *= args_.shard_extent(i);
    return volume;
  }
  size_t NumShards() const {
    size_t count = 1;
    for (uint32_t i = 0; i < args_.get_rank(); ++i) {
      count *= (args_.tensor_extent(i) + args_.shard_extent(i) - 1) / args_.shard_extent(i);
    }
    return count;
  }
  PageMapping ShardToBank(size_t shard) const {
    const size_t banks = args_.get_num_banks();
    if (args_.resolve_shard_contiguous()) {
      const size_t per_bank = NumShards() / banks;
      return {shard / per_bank, shard % per_bank};
    }
    return {shard % banks, shard / banks};
  }
  uint64_t BankAddress(size_t bank, size_t offset, tt_simulator_abi::Site site) const {
    const uint32_t coordinate = args_.bank_coordinate(bank);
    const uint32_t address = bank_base_address_ + static_cast<uint32_t>(offset);
    if constexpr (is_dram) {
      return tt_simulator_abi::table->bank_address(1, coordinate >> 8, address, site);
    } else {
      return ::get_noc_addr(coordinate >> 8, coordinate & 0xff, address);
    }
  }

  DSpecT args_;
  uint32_t bank_base_address_;
  uint32_t page_size_;
};

template <std::size_t CTA_OFFSET, std::size_t CRTA_OFFSET>
TensorAccessor(const TensorAccessorArgs<CTA_OFFSET, CRTA_OFFSET>&, size_t)
    -> TensorAccessor<TensorAccessorArgs<CTA_OFFSET, CRTA_OFFSET>>;
template <std::size_t CTA_OFFSET, std::size_t CRTA_OFFSET>
TensorAccessor(const TensorAccessorArgs<CTA_OFFSET, CRTA_OFFSET>&, size_t, uint32_t)
    -> TensorAccessor<TensorAccessorArgs<CTA_OFFSET, CRTA_OFFSET>>;
template <uint32_t CTA_OFFSET, uint32_t ADDR_CRTA_OFFSET>
TensorAccessor(tensor_accessor::TensorBindingToken<CTA_OFFSET, ADDR_CRTA_OFFSET>)
    -> TensorAccessor<TensorAccessorArgs<CTA_OFFSET, ADDR_CRTA_OFFSET / 4 + 1>>;
