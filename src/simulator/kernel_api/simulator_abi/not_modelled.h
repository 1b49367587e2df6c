// Declarations of kernel-API calls that compile and raise UnsupportedOperation when they are reached.
#pragma once

#include "table.h"

namespace tt_simulator_abi {

/// Any first argument, with the place of the call.
struct AnyArgument {
  Site site;
  template <typename T>
  constexpr AnyArgument(const T&, Site site = Site::current()) : site(site) {}
};

}  // namespace tt_simulator_abi

#define TT_NOT_MODELLED(name)                                                             \
  template <auto... kArguments, typename... Arguments>                                    \
  ALWI void name(::tt_simulator_abi::AnyArgument first, const Arguments&...) {            \
    ::tt_simulator_abi::table->unsupported(#name, first.site);                            \
  }                                                                                       \
  template <auto... kArguments>                                                           \
  ALWI void name(::tt_simulator_abi::Site site = ::tt_simulator_abi::Site::current()) {   \
    ::tt_simulator_abi::table->unsupported(#name, site);                                  \
  }
/// The same for functions whose template arguments are a type and values.
#define TT_NOT_MODELLED_OF_TYPE(name)                                                     \
  template <typename T, auto... kArguments, typename... Arguments>                        \
  ALWI void name(::tt_simulator_abi::AnyArgument first, const Arguments&...) {            \
    ::tt_simulator_abi::table->unsupported(#name, first.site);                            \
  }
