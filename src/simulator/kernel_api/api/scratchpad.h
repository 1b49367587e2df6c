// A piece of L1 that a program reserves for a kernel.
#pragma once

#include <cstdint>
#include <type_traits>

#include "api/core_local_mem.h"
#include "api/debug/assert.h"
#include "api/scratchpad_binding_token.h"
#include "experimental/kernel_args.h"

template <typename T>
class Scratchpad {
 public:
  using element_type = T;
  using value_type = std::remove_cv_t<T>;
  using size_type = uint32_t;
  using pointer = CoreLocalMem<T>;
  using const_pointer = CoreLocalMem<const T>;
  using iterator = pointer;

  explicit Scratchpad(const ScratchpadBindingToken& token, TT_SITE) noexcept
      : start_(get_common_arg_val<uint32_t>(token.crta_word, site)), bytes_(token.size_in_bytes) {}

  T& operator[](uint32_t index) const {
    ASSERT(index < size());
    return start_[index];
  }
  size_type size() const noexcept { return bytes_ / sizeof(T); }
  size_type size_in_bytes() const noexcept { return bytes_; }
  uint32_t get_base_address() const noexcept { return static_cast<uint32_t>(start_.get_address()); }
  pointer local_mem() const noexcept { return start_; }
  iterator begin() const noexcept { return start_; }
  iterator end() const noexcept { return pointer(start_.get_address() + bytes_); }
  [[nodiscard]] auto scoped_lock(uint32_t offset, uint32_t num_elements) const {
    ASSERT(offset + num_elements <= size());
    return (start_ + offset).scoped_lock(num_elements);
  }

 private:
  pointer start_;
  uint32_t bytes_;
};

#ifndef COMPILE_FOR_TRISC
template <typename T>
struct noc_traits_t<Scratchpad<T>> {
  struct src_args_type {
    uint32_t offset_bytes = 0;
  };
  using dst_args_type = src_args_type;
  struct dst_args_mcast_type {};
  template <Noc::AddressType address_type>
  static uint32_t src_addr(const Scratchpad<T>& pad, const Noc&, const src_args_type& args) {
    static_assert(address_type == Noc::AddressType::LOCAL_L1, "a Scratchpad is a local address");
    ASSERT(args.offset_bytes < pad.size_in_bytes());
    return pad.get_base_address() + args.offset_bytes;
  }
  template <Noc::AddressType address_type>
  static uint32_t dst_addr(const Scratchpad<T>& pad, const Noc& noc, const dst_args_type& args) {
    return src_addr<address_type>(pad, noc, args);
  }
};
template <typename T>
inline constexpr bool noc_zero_l1_endpoint_v<Scratchpad<T>> = true;
#endif
