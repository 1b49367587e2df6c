/*!
 * Typed contents of the tt.* attributes: what passes know about tensors, circular buffers, cores
 * and arguments. All are immutable values compared by content.
 */
#pragma once

#include <tvm/ffi/container/array.h>
#include <tvm/ffi/container/map.h>
#include <tvm/ffi/object.h>
#include <tvm/ffi/reflection/registry.h>
#include <tvm/ffi/string.h>
#include <tvm/ir/cow.h>
#include <tvm/runtime/data_type.h>

#include <cstdint>

#include "ir/sizes.h"

namespace tvm::tt {

/*! Rectangle of cores, corners included, in logical coordinates. */
struct CoreRangeNode : public ffi::Object {
  int64_t x0, y0, x1, y1;
  static constexpr TVMFFISEqHashKind _type_s_eq_hash_kind = kTVMFFISEqHashKindTreeNode;
  TVM_FFI_DECLARE_OBJECT_INFO_FINAL("tilelang_tenstorrent.CoreRange", CoreRangeNode, ffi::Object);
};
class CoreRange : public ffi::ObjectRef {
 public:
  CoreRange(int64_t x0, int64_t y0, int64_t x1, int64_t y1);
  TVM_FFI_DEFINE_OBJECT_REF_METHODS_NULLABLE(CoreRange, ffi::ObjectRef, CoreRangeNode);
};

/*! Work items [start, start + count) of the core (x, y). */
struct CoreWorkNode : public ffi::Object {
  int64_t x, y, start, count;
  static constexpr TVMFFISEqHashKind _type_s_eq_hash_kind = kTVMFFISEqHashKindTreeNode;
  TVM_FFI_DECLARE_OBJECT_INFO_FINAL("tilelang_tenstorrent.CoreWork", CoreWorkNode, ffi::Object);
};
class CoreWork : public ffi::ObjectRef {
 public:
  CoreWork(int64_t x, int64_t y, int64_t start, int64_t count);
  TVM_FFI_DEFINE_OBJECT_REF_METHODS_NULLABLE(CoreWork, ffi::ObjectRef, CoreWorkNode);
};

/*!
 * One axis of T.Kernel, innermost first: its extent in work items, and, where the axis walks a
 * dimension of the output, which one (0 rows, 1 columns, -1 none) and in steps of how many tiles.
 */
struct GridAxisNode : public ffi::Object {
  ffi::String name;
  Extent extent{int64_t{0}};
  int64_t output_dim;
  int64_t tiles;
  static constexpr TVMFFISEqHashKind _type_s_eq_hash_kind = kTVMFFISEqHashKindTreeNode;
  TVM_FFI_DECLARE_OBJECT_INFO_FINAL("tilelang_tenstorrent.GridAxis", GridAxisNode, ffi::Object);
};
class GridAxis : public ffi::ObjectRef {
 public:
  GridAxis(ffi::String name, Extent extent, int64_t output_dim, int64_t tiles);
  TVM_FFI_DEFINE_OBJECT_REF_METHODS_NULLABLE(GridAxis, ffi::ObjectRef, GridAxisNode);
};

/*!
 * Where and how a tensor lies on the device: memory (DRAM, L1), layout (interleaved or a sharding),
 * dtype in the kernel, data format of its tiles, shape and tiles; and what it is made of: a dense row-major
 * tensor of the host, converted, reshaped and permuted so that dimension i is the reshaped one's dimension
 * order[i].
 */
struct LayoutDescNode : public ffi::Object {
  ffi::String memory;
  ffi::String layout;
  DataType dtype;
  ffi::String data_format;
  ffi::Array<Extent> shape;
  ffi::Array<int64_t> tile_shape;
  ffi::Array<int64_t> shard_shape;
  ffi::Array<int64_t> shard_grid;
  DataType host_dtype;
  ffi::Array<Extent> host_shape;
  ffi::Array<int64_t> order;
  static constexpr TVMFFISEqHashKind _type_s_eq_hash_kind = kTVMFFISEqHashKindTreeNode;
  TVM_FFI_DECLARE_OBJECT_INFO_FINAL("tilelang_tenstorrent.LayoutDesc", LayoutDescNode, ffi::Object);
};
class LayoutDesc : public ffi::ObjectRef {
 public:
  LayoutDesc(ffi::String memory, ffi::String layout, DataType dtype, ffi::String data_format,
             ffi::Array<Extent> shape, ffi::Array<int64_t> tile_shape,
             ffi::Array<int64_t> shard_shape, ffi::Array<int64_t> shard_grid, DataType host_dtype,
             ffi::Array<Extent> host_shape, ffi::Array<int64_t> order);
  TVM_FFI_DEFINE_OBJECT_REF_METHODS_NULLABLE(LayoutDesc, ffi::ObjectRef, LayoutDescNode);
};

/*!
 * How kernels address a tensor page by page (a page is a tile): the stride of every dimension in
 * pages, the page size in bytes, and, once bound, the offset of its compile-time words and the
 * position of its address among the runtime arguments (-1 while abstract).
 */
struct TensorAccessorNode : public ffi::Object {
  ffi::String tensor;
  ffi::String memory;
  ffi::Array<Extent> tile_strides;
  int64_t page_size;
  Extent num_pages{int64_t{0}};
  int64_t compile_arg_offset;
  int64_t address_arg;
  static constexpr TVMFFISEqHashKind _type_s_eq_hash_kind = kTVMFFISEqHashKindTreeNode;
  TVM_FFI_DECLARE_OBJECT_INFO_FINAL("tilelang_tenstorrent.TensorAccessor", TensorAccessorNode,
                                    ffi::Object);
};
class TensorAccessor : public ffi::ObjectRef {
 public:
  TensorAccessor(ffi::String tensor, ffi::String memory, ffi::Array<Extent> tile_strides,
                 int64_t page_size, Extent num_pages, int64_t compile_arg_offset,
                 int64_t address_arg);
  TVM_FFI_DEFINE_OBJECT_REF_METHODS_NULLABLE(TensorAccessor, ffi::ObjectRef, TensorAccessorNode);
};

/*!
 * A circular buffer: the block it carries (rows x cols tiles, pushed and popped whole), how many
 * blocks deep it is, page size in bytes, data format, and, once known, the roles at its two ends,
 * its hardware id (-1 before) and whether it is unpacked straight to DST in float32.
 */
struct CBDescNode : public ffi::Object {
  ffi::String name;
  int64_t rows;
  int64_t cols;
  int64_t depth;
  int64_t page_size;
  ffi::String data_format;
  ffi::String producer;
  ffi::String consumer;
  int64_t id;
  bool unpack_to_dest;
  /*! Pages of one block. */
  int64_t Tiles() const { return rows * cols; }
  /*! Bytes of the whole buffer in L1. */
  int64_t TotalSize() const { return Tiles() * depth * page_size; }
  static constexpr TVMFFISEqHashKind _type_s_eq_hash_kind = kTVMFFISEqHashKindTreeNode;
  TVM_FFI_DECLARE_OBJECT_INFO_FINAL("tilelang_tenstorrent.CBDesc", CBDescNode, ffi::Object);
};
class CBDesc : public ffi::ObjectRef {
 public:
  CBDesc(ffi::String name, int64_t rows, int64_t cols, int64_t depth, int64_t page_size,
         ffi::String data_format, ffi::String producer, ffi::String consumer, int64_t id,
         bool unpack_to_dest);
  TVM_FFI_DEFINE_OBJECT_REF_METHODS_NULLABLE(CBDesc, ffi::ObjectRef, CBDescNode);
  TVM_DEFINE_OBJECT_REF_COW_METHOD(CBDescNode);
};

/*! A semaphore: a word of L1 at the same place on every core, with a value to start with. */
struct SemaphoreDescNode : public ffi::Object {
  ffi::String name;
  int64_t initial_value;
  static constexpr TVMFFISEqHashKind _type_s_eq_hash_kind = kTVMFFISEqHashKindTreeNode;
  TVM_FFI_DECLARE_OBJECT_INFO_FINAL("tilelang_tenstorrent.SemaphoreDesc", SemaphoreDescNode,
                                    ffi::Object);
};
class SemaphoreDesc : public ffi::ObjectRef {
 public:
  SemaphoreDesc(ffi::String name, int64_t initial_value);
  TVM_FFI_DEFINE_OBJECT_REF_METHODS_NULLABLE(SemaphoreDesc, ffi::ObjectRef, SemaphoreDescNode);
};

/*! How the compute kernel is configured. */
struct ComputeConfigNode : public ffi::Object {
  ffi::String math_fidelity;
  bool fp32_dest_acc_en;
  bool dst_full_sync_en;
  bool math_approx_mode;
  static constexpr TVMFFISEqHashKind _type_s_eq_hash_kind = kTVMFFISEqHashKindTreeNode;
  TVM_FFI_DECLARE_OBJECT_INFO_FINAL("tilelang_tenstorrent.ComputeConfig", ComputeConfigNode,
                                    ffi::Object);
};
class ComputeConfig : public ffi::ObjectRef {
 public:
  ComputeConfig(ffi::String math_fidelity, bool fp32_dest_acc_en, bool dst_full_sync_en,
                bool math_approx_mode);
  TVM_FFI_DEFINE_OBJECT_REF_METHODS_NULLABLE(ComputeConfig, ffi::ObjectRef, ComputeConfigNode);
};

/*! Summary of the tile dataflow graph: operation nodes in order, and one edge per buffer. */
struct TileDFGNode : public ffi::Object {
  ffi::Array<ffi::String> nodes;
  ffi::Array<ffi::String> edges;
  static constexpr TVMFFISEqHashKind _type_s_eq_hash_kind = kTVMFFISEqHashKindTreeNode;
  TVM_FFI_DECLARE_OBJECT_INFO_FINAL("tilelang_tenstorrent.TileDFG", TileDFGNode, ffi::Object);
};
class TileDFG : public ffi::ObjectRef {
 public:
  TileDFG(ffi::Array<ffi::String> nodes, ffi::Array<ffi::String> edges);
  TVM_FFI_DEFINE_OBJECT_REF_METHODS_NULLABLE(TileDFG, ffi::ObjectRef, TileDFGNode);
};

/*!
 * A runtime argument: its name and kind (address of a tensor, work start or count, tile count, position
 * of the core in a line, NoC coordinate of a column or row of cores, size of a tensor that the launch brings).
 */
struct RuntimeArgNode : public ffi::Object {
  ffi::String name;
  ffi::String kind;
  ffi::String tensor;
  static constexpr TVMFFISEqHashKind _type_s_eq_hash_kind = kTVMFFISEqHashKindTreeNode;
  TVM_FFI_DECLARE_OBJECT_INFO_FINAL("tilelang_tenstorrent.RuntimeArg", RuntimeArgNode, ffi::Object);
};
class RuntimeArg : public ffi::ObjectRef {
 public:
  RuntimeArg(ffi::String name, ffi::String kind, ffi::String tensor);
  TVM_FFI_DEFINE_OBJECT_REF_METHODS_NULLABLE(RuntimeArg, ffi::ObjectRef, RuntimeArgNode);
};

/*!
 * A compile-time argument: a named circular buffer id, a named semaphore id, or the accessor words of a tensor (two
 * words for an interleaved one, at `position`).
 */
struct CompileArgNode : public ffi::Object {
  ffi::String name;
  ffi::String kind;
  int64_t position;
  static constexpr TVMFFISEqHashKind _type_s_eq_hash_kind = kTVMFFISEqHashKindTreeNode;
  TVM_FFI_DECLARE_OBJECT_INFO_FINAL("tilelang_tenstorrent.CompileArg", CompileArgNode, ffi::Object);
};
class CompileArg : public ffi::ObjectRef {
 public:
  CompileArg(ffi::String name, ffi::String kind, int64_t position);
  TVM_FFI_DEFINE_OBJECT_REF_METHODS_NULLABLE(CompileArg, ffi::ObjectRef, CompileArgNode);
};

using CBDescMap = ffi::Map<ffi::String, CBDesc>;
using LayoutMap = ffi::Map<ffi::String, LayoutDesc>;
using AccessorMap = ffi::Map<ffi::String, TensorAccessor>;

}  // namespace tvm::tt
