// The compile-time and common run-time words that describe a tensor to its accessor.
#pragma once

#include <cstddef>
#include <cstdint>

#include "api/compile_time_args.h"
#include "simulator_abi/arguments.h"

namespace tensor_accessor {

enum class ArgConfig : uint8_t {
  None = 0,
  Sharded = 1 << 0,
  IsDram = 1 << 1,
  RuntimeRank = 1 << 2,
  RuntimeNumBanks = 1 << 3,
  RuntimeTensorShape = 1 << 4,
  RuntimeShardShape = 1 << 5,
  RuntimeBankCoords = 1 << 6,
  RuntimePageSize = 1 << 7,
};

inline constexpr size_t UNKNOWN = static_cast<size_t>(-1);
/// The top bit of the bank count says that shards of a bank are contiguous.
inline constexpr uint32_t ShardContiguousBit = 1u << 31;

}  // namespace tensor_accessor

template <std::size_t CTA_OFFSET, std::size_t CRTA_OFFSET = tensor_accessor::UNKNOWN>
struct TensorAccessorArgs {
 private:
  using ArgConfig = tensor_accessor::ArgConfig;
  static constexpr uint32_t kConfig = get_compile_time_arg_val(CTA_OFFSET);
  static constexpr bool Has(ArgConfig flag) { return (kConfig & static_cast<uint32_t>(flag)) != 0; }
  static constexpr uint32_t Word(size_t index) { return kernel_compile_time_args[index]; }
  static constexpr uint32_t Words(uint32_t condition, uint32_t words) {
    return condition ? words : 0;
  }

 public:
  static constexpr bool is_sharded = Has(ArgConfig::Sharded);
  static constexpr bool is_interleaved = !is_sharded;
  static constexpr bool is_dram = Has(ArgConfig::IsDram);
  static constexpr bool rank_is_crta = Has(ArgConfig::RuntimeRank);
  static constexpr bool num_banks_is_crta = Has(ArgConfig::RuntimeNumBanks);
  static constexpr bool tensor_shape_is_crta = Has(ArgConfig::RuntimeTensorShape);
  static constexpr bool shard_shape_is_crta = Has(ArgConfig::RuntimeShardShape);
  static constexpr bool bank_coords_is_crta = Has(ArgConfig::RuntimeBankCoords);
  static constexpr bool page_size_is_crta = Has(ArgConfig::RuntimePageSize);

  static constexpr uint32_t AlignedPageSize = [] {
    if constexpr (page_size_is_crta) {
      return 0u;
    } else {
      return get_compile_time_arg_val(CTA_OFFSET + 1);
    }
  }();
  static constexpr uint32_t RankCTAOffset = CTA_OFFSET + 2 - (page_size_is_crta ? 1 : 0);
  static constexpr uint32_t NumBanksCTAOffset = RankCTAOffset + (rank_is_crta ? 0 : 1);
  static constexpr uint32_t RankCT = [] {
    if constexpr (!is_sharded || rank_is_crta) {
      return 0u;
    } else {
      return get_compile_time_arg_val(RankCTAOffset);
    }
  }();
  static constexpr uint32_t NumBanksRawCT = [] {
    if constexpr (!is_sharded || num_banks_is_crta) {
      return 0u;
    } else {
      return get_compile_time_arg_val(NumBanksCTAOffset);
    }
  }();
  static constexpr uint32_t NumBanksCT = NumBanksRawCT & ~tensor_accessor::ShardContiguousBit;
  static constexpr bool is_shard_contiguous =
      (NumBanksRawCT & tensor_accessor::ShardContiguousBit) != 0;
  static constexpr uint32_t PhysicalNumBanksCT = (NumBanksCT + 1) / 2;
  static constexpr uint32_t TensorShapeCTAOffset = NumBanksCTAOffset + (num_banks_is_crta ? 0 : 1);
  static constexpr uint32_t ShardShapeCTAOffset =
      TensorShapeCTAOffset + Words(!tensor_shape_is_crta, RankCT);
  static constexpr uint32_t BankCoordsCTAOffset =
      ShardShapeCTAOffset + Words(!shard_shape_is_crta, RankCT);
  static constexpr uint32_t NumArgsCT =
      is_sharded
          ? BankCoordsCTAOffset + Words(!bank_coords_is_crta, PhysicalNumBanksCT) - CTA_OFFSET
          : (page_size_is_crta ? 1 : 2);

  constexpr TensorAccessorArgs() : crta_offset_rt_(0) {}
  constexpr explicit TensorAccessorArgs(uint32_t crta_offset) : crta_offset_rt_(crta_offset) {
    static_assert(CRTA_OFFSET == tensor_accessor::UNKNOWN, "CRTA_OFFSET is already known");
  }

  constexpr uint32_t crta_offset() const {
    return CRTA_OFFSET != tensor_accessor::UNKNOWN ? static_cast<uint32_t>(CRTA_OFFSET)
                                                   : crta_offset_rt_;
  }
  constexpr uint32_t get_aligned_page_size() const {
    if constexpr (!page_size_is_crta) {
      return AlignedPageSize;
    } else {
      return get_common_arg_val<uint32_t>(crta_offset());
    }
  }
  constexpr uint32_t get_rank() const {
    if constexpr (!rank_is_crta) {
      return RankCT;
    } else {
      return get_common_arg_val<uint32_t>(crta_offset());
    }
  }
  constexpr uint32_t get_num_banks() const {
    return raw_num_banks() & ~tensor_accessor::ShardContiguousBit;
  }
  constexpr bool resolve_shard_contiguous() const {
    return (raw_num_banks() & tensor_accessor::ShardContiguousBit) != 0;
  }
  constexpr uint32_t get_physical_num_banks() const { return (get_num_banks() + 1) / 2; }
  constexpr uint32_t num_banks_crta_offset() const { return crta_offset() + rank_is_crta; }
  constexpr uint32_t tensor_shape_crta_offset() const {
    return num_banks_crta_offset() + num_banks_is_crta;
  }
  constexpr uint32_t shard_shape_crta_offset() const {
    return tensor_shape_crta_offset() + (tensor_shape_is_crta ? get_rank() : 0);
  }
  constexpr uint32_t bank_coords_crta_offset() const {
    return shard_shape_crta_offset() + (shard_shape_is_crta ? get_rank() : 0);
  }
  static constexpr uint32_t num_compile_time_args() { return NumArgsCT; }
  static constexpr uint32_t next_compile_time_args_offset() { return CTA_OFFSET + NumArgsCT; }
  constexpr uint32_t num_common_runtime_args() const {
    if constexpr (!is_sharded) return page_size_is_crta ? 1 : 0;
    return bank_coords_crta_offset() + (bank_coords_is_crta ? get_physical_num_banks() : 0) -
           crta_offset();
  }
  constexpr uint32_t next_common_runtime_args_offset() const {
    return crta_offset() + num_common_runtime_args();
  }

  /// Extent `i` of the tensor and of a shard, in pages; packed coordinate (x << 8 | y) of a bank.
  constexpr uint32_t tensor_extent(uint32_t i) const {
    if constexpr (!tensor_shape_is_crta) return Word(TensorShapeCTAOffset + i);
    return get_common_arg_val<uint32_t>(tensor_shape_crta_offset() + i);
  }
  constexpr uint32_t shard_extent(uint32_t i) const {
    if constexpr (!shard_shape_is_crta) return Word(ShardShapeCTAOffset + i);
    return get_common_arg_val<uint32_t>(shard_shape_crta_offset() + i);
  }
  // The names that the vendor's distribution specification has for them.
  constexpr uint32_t rank() const { return get_rank(); }
  constexpr uint32_t num_banks() const { return get_num_banks(); }
  constexpr uint32_t tensor_volume() const {
    uint32_t volume = 1;
    for (uint32_t i = 0; i < get_rank(); ++i) volume *= tensor_extent(i);
    return volume;
  }
  constexpr uint32_t shard_volume() const {
    uint32_t volume = 1;
    for (uint32_t i = 0; i < get_rank(); ++i) volume *= shard_extent(i);
    return volume;
  }
  constexpr uint32_t bank_coordinate(uint32_t bank) const {
    uint32_t word;
    if constexpr (!bank_coords_is_crta) {
      word = Word(BankCoordsCTAOffset + bank / 2);
    } else {
      word = get_common_arg_val<uint32_t>(bank_coords_crta_offset() + bank / 2);
    }
    return bank % 2 == 0 ? word & 0xffff : word >> 16;
  }

 private:
  constexpr uint32_t raw_num_banks() const {
    if constexpr (!num_banks_is_crta) {
      return NumBanksRawCT;
    } else {
      return get_common_arg_val<uint32_t>(num_banks_crta_offset());
    }
  }
  uint32_t crta_offset_rt_;
};

#ifdef TT_SIMULATOR_STANDARD_LIBRARY
namespace tensor_accessor::detail {
template <uint32_t TENSOR_IDX, uint32_t CTA_OFFSET>
constexpr uint32_t get_tensor_accessor_args_cta_offset() {
  if constexpr (TENSOR_IDX == 0) {
    return CTA_OFFSET;
  } else {
    constexpr auto previous = get_tensor_accessor_args_cta_offset<TENSOR_IDX - 1, CTA_OFFSET>();
    return TensorAccessorArgs<previous>::next_compile_time_args_offset();
  }
}
template <uint32_t CTA_OFFSET, uint32_t... INDEXES>
constexpr auto make_tuple_of_args(std::integer_sequence<uint32_t, INDEXES...>) {
  return std::make_tuple(
      TensorAccessorArgs<get_tensor_accessor_args_cta_offset<INDEXES, CTA_OFFSET>()>()...);
}
}  // namespace tensor_accessor::detail

template <uint32_t NUM_TENSORS, uint32_t CTA_OFFSET>
constexpr auto make_tensor_accessor_args_tuple() {
  return tensor_accessor::detail::make_tuple_of_args<CTA_OFFSET>(
      std::make_integer_sequence<uint32_t, NUM_TENSORS>());
}
#endif
