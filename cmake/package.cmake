# What the Python package holds beside its Python files, below site-packages/tilelang_tenstorrent:
#   lib/                             the native library
#   bin/                             tt-opt
#   include/simulator/kernel_api/    headers that generated kernels are compiled against
#   include/simulator/numerics/      the numerics headers that those include
# The library finds include/ from its own place, and TVM by an rpath within site-packages, so the
# package works wherever it is installed.
set_target_properties(tilelang_tenstorrent tt-opt PROPERTIES
  INSTALL_RPATH "$ORIGIN;$ORIGIN/../lib;$ORIGIN/../../tilelang/lib;$ORIGIN/../../tvm_ffi/lib")
if(TARGET tt_simulator_ffi)
  # The same functions are in the library; this one serves work on the simulator alone.
  set_target_properties(tt_simulator_ffi PROPERTIES EXCLUDE_FROM_ALL ON)
endif()

install(TARGETS tilelang_tenstorrent LIBRARY DESTINATION lib COMPONENT package)
install(TARGETS tt-opt RUNTIME DESTINATION bin COMPONENT package)
install(DIRECTORY src/simulator/kernel_api DESTINATION include/simulator COMPONENT package)
install(FILES src/simulator/numerics/formats.h src/simulator/numerics/sfpu_operations.h
  DESTINATION include/simulator/numerics COMPONENT package)

# Debian has Highway as a shared library only; it is small and travels along.
find_package(hwy REQUIRED)
get_target_property(TT_HWY_TYPE hwy::hwy TYPE)
if(TT_HWY_TYPE STREQUAL "SHARED_LIBRARY")
  install(FILES $<TARGET_FILE:hwy::hwy> DESTINATION lib RENAME $<TARGET_SONAME_FILE_NAME:hwy::hwy>
    COMPONENT package)
endif()

if(SKBUILD)
  # TVM's checks name its headers; keep only the part below site-packages.
  get_target_property(TT_TVM_INCLUDES tt_tvm INTERFACE_INCLUDE_DIRECTORIES)
  foreach(directory IN LISTS TT_TVM_INCLUDES)
    foreach(target tilelang_tenstorrent tt-opt)
      target_compile_options(${target} PRIVATE -ffile-prefix-map=${directory}/=)
    endforeach()
  endforeach()
endif()
