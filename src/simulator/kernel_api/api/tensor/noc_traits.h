#pragma once

#include "api/dataflow/noc.h"
#include "api/tensor/tensor_accessor.h"

template <typename DSpecT>
struct noc_traits_t<TensorAccessor<DSpecT>> {
  struct src_args_type {
    uint32_t page_id{};
    uint32_t offset_bytes = 0;
  };
  struct dst_args_type {
    uint32_t page_id{};
    uint32_t offset_bytes = 0;
  };
  template <Noc::AddressType address_type>
  static auto src_addr(const TensorAccessor<DSpecT>& src, const Noc& noc,
                       const src_args_type& args) {
    return Address<address_type>(src, noc, args.page_id, args.offset_bytes);
  }
  template <Noc::AddressType address_type>
  static auto dst_addr(const TensorAccessor<DSpecT>& dst, const Noc& noc,
                       const dst_args_type& args) {
    return Address<address_type>(dst, noc, args.page_id, args.offset_bytes);
  }

 private:
  template <Noc::AddressType address_type>
  static auto Address(const TensorAccessor<DSpecT>& accessor, const Noc& noc, uint32_t page,
                      uint32_t offset) {
    const uint64_t address =
        accessor.get_noc_addr(page, offset, noc.get_noc_id(), tt_simulator_abi::kHere);
    if constexpr (address_type == Noc::AddressType::LOCAL_L1) {
      ASSERT(noc.is_local_addr(address));
      return static_cast<uint32_t>(address);
    } else {
      return address;
    }
  }
};
