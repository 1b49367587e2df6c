#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "api/lock.h"
#ifndef COMPILE_FOR_TRISC
#include "api/dataflow/noc.h"
#endif

/// A typed pointer into this core's L1. Plain L1 offsets (from the host) are accepted as well.
template <typename T, typename AddressType = uintptr_t>
class CoreLocalMem {
  using difference_type = std::ptrdiff_t;
  static_assert(std::is_unsigned_v<AddressType>, "AddressType must be an unsigned integer");

 public:
  CoreLocalMem(AddressType address)
      : address_(tt_simulator_abi::table->local_address(static_cast<uint32_t>(address))) {}
  CoreLocalMem(T* ptr) : address_(reinterpret_cast<uintptr_t>(ptr)) {}

  T* get_unsafe_ptr() const { return reinterpret_cast<T*>(static_cast<uintptr_t>(address_)); }
  AddressType get_address() const { return address_; }
  T& operator[](uint32_t index) const { return get_unsafe_ptr()[index]; }
  T& operator*() const { return *get_unsafe_ptr(); }
  T* operator->() const { return get_unsafe_ptr(); }

  CoreLocalMem& operator+=(difference_type offset) {
    address_ += offset * sizeof(T);
    return *this;
  }
  CoreLocalMem& operator-=(difference_type offset) { return *this += -offset; }
  CoreLocalMem& operator++() { return *this += 1; }
  CoreLocalMem& operator--() { return *this -= 1; }
  CoreLocalMem operator++(int) {
    CoreLocalMem before = *this;
    ++*this;
    return before;
  }
  CoreLocalMem operator--(int) {
    CoreLocalMem before = *this;
    --*this;
    return before;
  }
  CoreLocalMem operator+(difference_type offset) const {
    CoreLocalMem result = *this;
    return result += offset;
  }
  CoreLocalMem operator-(difference_type offset) const {
    CoreLocalMem result = *this;
    return result -= offset;
  }
  difference_type operator-(const CoreLocalMem& other) const {
    return (static_cast<difference_type>(address_) - static_cast<difference_type>(other.address_)) /
           static_cast<difference_type>(sizeof(T));
  }
  auto operator<=>(const CoreLocalMem& other) const = default;
  explicit operator bool() const { return address_ != 0; }

  [[nodiscard]] auto scoped_lock(size_t) const {
    return Lock([]() {});
  }

 private:
  AddressType address_;
};

#ifndef COMPILE_FOR_TRISC
template <typename T, typename AddressType>
struct noc_traits_t<CoreLocalMem<T, AddressType>> {
  struct src_args_type {
    AddressType offset_bytes = 0;
  };
  struct dst_args_type {
    AddressType offset_bytes = 0;
  };
  struct dst_args_mcast_type {};
  template <Noc::AddressType address_type>
  static auto src_addr(const CoreLocalMem<T, AddressType>& src, const Noc&,
                       const src_args_type& args) {
    static_assert(address_type == Noc::AddressType::LOCAL_L1, "CoreLocalMem is local L1");
    return src.get_address() + args.offset_bytes;
  }
  template <Noc::AddressType address_type>
  static auto dst_addr(const CoreLocalMem<T, AddressType>& dst, const Noc&,
                       const dst_args_type& args) {
    static_assert(address_type == Noc::AddressType::LOCAL_L1, "CoreLocalMem is local L1");
    return dst.get_address() + args.offset_bytes;
  }
};

template <typename T, typename AddressType>
inline constexpr bool noc_zero_l1_endpoint_v<CoreLocalMem<T, AddressType>> = true;
#endif
