#include <stdexcept>
#include <string>

#include "flush_denormals.h"
#include "sfpu.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simulator/numerics/sfpu_typecast.cc"  // NOLINT
#include <hwy/foreach_target.h>                                   // NOLINT
#include <hwy/highway.h>

#include "sfpu_tiles-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tt_simulator {
namespace HWY_NAMESPACE {
namespace lanes {

/*! \brief Truncation to int32, saturated to both ends (NaN like an infinity of its sign). */
HWY_INLINE I FloatToInt32(F x) {
  const I e = Exponent(x);
  const I shifted = ShiftBy(MantissaWithHidden(x), e - Int(23));
  const I magnitude = Select(e < Int(0), Int(0), Select(e >= Int(31), Int(kSign), shifted));
  const I positive = Select(magnitude < Int(0), Int(0x7fffffff), magnitude);
  return Select(IsNegative(x), Int(0) - magnitude, positive);
}

/*! \brief Truncation to uint32: 0 for negative numbers, all ones from 2^32 on. */
HWY_INLINE I FloatToUInt32(F x) {
  const I e = Exponent(x);
  const I shifted = ShiftBy(MantissaWithHidden(x), e - Int(23));
  const I magnitude = Select(e >= Int(32), Int(-1), shifted);
  return Select(IsNegative(x) || e < Int(0), Int(0), magnitude);
}

/*! \brief Rounded half away from zero to [0, 65535]. */
HWY_INLINE I FloatToUInt16(F x) { return RoundMagnitude(Max(x, Num(0.0f)), 65535.0f); }

HWY_INLINE F Int32ToFloat(I x) {
  const I magnitude = Select(x < Int(0), Int(0) - x, x);
  // The magnitude of the smallest integer is no positive int32.
  const F positive = Select(magnitude < Int(0), Num(2147483648.0f), ToFloat(magnitude));
  return CopySign(positive, AsFloat(x));
}

/*! \brief Correctly rounded. */
HWY_INLINE F UInt32ToFloat(I x) {
  const F high = ToFloat(ShiftRight<23>(x)) + Num(-1.0f);
  const F low = CopyMantissa(Num(8388608.0f), AsFloat(x));
  return Mad(high, Num(8388608.0f), low);
}

/*! \brief Low 31 bits converted, then 2^31 added: rounded twice. */
HWY_INLINE F UInt32ToBfloat16(I x) {
  const F low = ToFloat(x & Int(0x7fffffff));
  return RoundToBfloat16(Select(x < Int(0), low + Num(2147483648.0f), low));
}

/*! \brief An int8 as the kernels see it: a zero-extended byte. */
HWY_INLINE I ByteToInt32(I x) { return ((x & Int(255)) ^ Int(128)) - Int(128); }

constexpr bool IsFloat(DataFormat f) {
  return f == DataFormat::Float32 || f == DataFormat::Float16_b || f == DataFormat::Bfp8_b ||
         f == DataFormat::Bfp4_b;
}

template <typename Function>
HWY_NOINLINE bool Convert(VectorMode mode, DestTile& tile, const Function& function) {
  ForEachRegister(mode, [&](int i) HWY_ATTR { StoreInts(function(LoadInts(tile, i)), tile, i); });
  return true;
}

}  // namespace lanes

bool SfpuTypecastOnTarget(DataFormat from, DataFormat to, const SfpuConfig& config,
                          DestTile& tile) {
  using namespace lanes;  // NOLINT: one function in terms of lane operations
  auto convert = [&](auto&& function) HWY_ATTR { return Convert(config.mode, tile, function); };
  const bool to_bfloat16 = IsFloat(to) && to != DataFormat::Float32;
  if (IsFloat(from)) {
    switch (to) {
      case DataFormat::Float32:
      case DataFormat::Bfp8_b:
      case DataFormat::Bfp4_b:
        return true;  // The unpacker or the packer converts.
      case DataFormat::Float16_b:
        if (from != DataFormat::Float32) return true;
        return convert([](I x) HWY_ATTR { return AsInt(RoundToBfloat16Even(AsFloat(x))); });
      case DataFormat::Int32:
        return convert([](I x) HWY_ATTR { return FloatToInt32(AsFloat(x)); });
      case DataFormat::UInt32:
        return convert([](I x) HWY_ATTR { return FloatToUInt32(AsFloat(x)); });
      case DataFormat::UInt16:
        return convert([](I x) HWY_ATTR { return FloatToUInt16(AsFloat(x)); });
      case DataFormat::UInt8:
      case DataFormat::Int8:
        return convert([](I x) HWY_ATTR { return FloatToInt32(AsFloat(x)) & Int(255); });
      default:
        return false;
    }
  }
  switch (from) {
    case DataFormat::Int32:
      if (to_bfloat16) {
        return convert([](I x) HWY_ATTR { return AsInt(RoundToBfloat16(Int32ToFloat(x))); });
      }
      if (to == DataFormat::Float32) {
        return convert([](I x) HWY_ATTR { return AsInt(Int32ToFloat(x)); });
      }
      if (to == DataFormat::UInt16) {
        return convert([](I x) HWY_ATTR { return FloatToUInt16(Int32ToFloat(x)); });
      }
      break;
    case DataFormat::UInt8:
      if (to == DataFormat::Int32 || to == DataFormat::UInt32 || to == DataFormat::Int8)
        return true;
      [[fallthrough]];
    case DataFormat::UInt32:
      if (to_bfloat16) {
        return convert([](I x) HWY_ATTR { return AsInt(UInt32ToBfloat16(x)); });
      }
      if (to == DataFormat::Float32) {
        return convert([](I x) HWY_ATTR { return AsInt(UInt32ToFloat(x)); });
      }
      if (to == DataFormat::UInt16) {
        return convert(
            [](I x) HWY_ATTR { return Select(ShiftRight<16>(x) == Int(0), x, Int(0xffff)); });
      }
      break;
    case DataFormat::UInt16:
      if (to_bfloat16) {
        return convert([](I x) HWY_ATTR { return AsInt(RoundToBfloat16(ToFloat(x))); });
      }
      if (to == DataFormat::Float32) {
        return convert([](I x) HWY_ATTR { return AsInt(ToFloat(x & Int(0xffff))); });
      }
      if (to == DataFormat::Int32 || to == DataFormat::UInt32) {
        return convert([](I x) HWY_ATTR { return x & Int(0xffff); });
      }
      break;
    case DataFormat::Int8:
      if (to == DataFormat::UInt8) return true;
      if (to == DataFormat::Int32 || to == DataFormat::UInt32) {
        return convert([](I x) HWY_ATTR { return ByteToInt32(x); });
      }
      if (to == DataFormat::UInt16) {
        return convert([](I x) HWY_ATTR {
          const I value = ByteToInt32(x);
          return Select(value < Int(0), Int(0), value);
        });
      }
      if (IsFloat(to)) return convert([](I x) HWY_ATTR { return AsInt(ToFloat(ByteToInt32(x))); });
      return false;
    default:
      return false;
  }
  if (to == DataFormat::UInt8 || to == DataFormat::Int8) {
    return convert([](I x) HWY_ATTR { return x & Int(255); });
  }
  return false;
}

}  // namespace HWY_NAMESPACE
}  // namespace tt_simulator
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tt_simulator {

HWY_EXPORT(SfpuTypecastOnTarget);

void SfpuTypecast(DataFormat from, DataFormat to, const SfpuConfig& config, DestTile& tile) {
  const FlushDenormals flush;
  if (!HWY_DYNAMIC_DISPATCH(SfpuTypecastOnTarget)(from, to, config, tile)) {
    throw std::invalid_argument("SFPU: no typecast from data format " +
                                std::to_string(static_cast<int>(from)) + " to " +
                                std::to_string(static_cast<int>(to)));
  }
}

}  // namespace tt_simulator
#endif  // HWY_ONCE
