// The part of a tensor in L1 that lies on this core.
#pragma once

#include <array>
#include <cstdint>
#include <tuple>

#include "api/core_local_mem.h"
#include "api/debug/assert.h"
#include "api/tensor/tensor_accessor_args.h"
#include "api/tensor/tensor_binding_token.h"

template <typename T>
class LocalTensorAccessor {
 public:
  template <uint32_t CTA_OFFSET, uint32_t ADDR_CRTA_OFFSET>
  explicit LocalTensorAccessor(tensor_accessor::TensorBindingToken<CTA_OFFSET, ADDR_CRTA_OFFSET>,
                               TT_SITE)
      : LocalTensorAccessor(get_common_arg_val<uint32_t>(ADDR_CRTA_OFFSET / 4, site)) {
    static_assert(!TensorAccessorArgs<CTA_OFFSET>::is_dram, "a tensor in DRAM is not local");
  }
  explicit LocalTensorAccessor(const tensor_accessor::NullTensorBindingToken&)
      : LocalTensorAccessor(0u) {}
  explicit LocalTensorAccessor(uint32_t bank_base_address)
      : memory_(static_cast<uintptr_t>(bank_base_address)) {
    ASSERT(memory_.get_address() % alignof(T) == 0);
  }

  T& operator[](uint32_t index) const { return memory_[index]; }
  uint32_t get_bank_base_address() const { return static_cast<uint32_t>(memory_.get_address()); }
  CoreLocalMem<T> local_mem() const { return memory_; }
  [[nodiscard]] auto scoped_lock(uint32_t offset, uint32_t num_elements) const {
    return (memory_ + offset).scoped_lock(num_elements);
  }

 private:
  CoreLocalMem<T> memory_;
};

#ifndef COMPILE_FOR_TRISC
template <typename T>
struct noc_traits_t<LocalTensorAccessor<T>> {
  struct src_args_type {
    uint32_t offset_bytes = 0;
  };
  using dst_args_type = src_args_type;
  struct dst_args_mcast_type {};
  template <Noc::AddressType address_type>
  static uint32_t src_addr(const LocalTensorAccessor<T>& src, const Noc&,
                           const src_args_type& args) {
    static_assert(address_type == Noc::AddressType::LOCAL_L1, "a local address");
    return src.get_bank_base_address() + args.offset_bytes;
  }
  template <Noc::AddressType address_type>
  static uint32_t dst_addr(const LocalTensorAccessor<T>& dst, const Noc& noc,
                           const dst_args_type& args) {
    return src_addr<address_type>(dst, noc, args);
  }
};
template <typename T>
inline constexpr bool noc_zero_l1_endpoint_v<LocalTensorAccessor<T>> = true;
#endif

template <typename T, typename... Tokens>
std::array<LocalTensorAccessor<T>, sizeof...(Tokens)> make_local_tensor_accessors(
    const std::tuple<Tokens...>& tokens) {
  return std::apply(
      [](const auto&... token) {
        return std::array<LocalTensorAccessor<T>, sizeof...(Tokens)>{
            LocalTensorAccessor<T>(token)...};
      },
      tokens);
}
