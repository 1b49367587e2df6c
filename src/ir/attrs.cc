/*! Constructors, reflection and TVMScript form of the typed attribute contents. */
#include "attrs.h"

#include <tvm/ffi/reflection/accessor.h>
#include <tvm/script/printer/ir_docsifier.h>

#include <utility>

namespace tvm::tt {

CoreRange::CoreRange(int64_t x0, int64_t y0, int64_t x1, int64_t y1) {
  auto node = ffi::make_object<CoreRangeNode>();
  node->x0 = x0;
  node->y0 = y0;
  node->x1 = x1;
  node->y1 = y1;
  data_ = std::move(node);
}

CoreWork::CoreWork(int64_t x, int64_t y, int64_t start, int64_t count) {
  auto node = ffi::make_object<CoreWorkNode>();
  node->x = x;
  node->y = y;
  node->start = start;
  node->count = count;
  data_ = std::move(node);
}

GridAxis::GridAxis(ffi::String name, Extent extent, int64_t output_dim, int64_t tiles) {
  auto node = ffi::make_object<GridAxisNode>();
  node->name = std::move(name);
  node->extent = std::move(extent);
  node->output_dim = output_dim;
  node->tiles = tiles;
  data_ = std::move(node);
}

LayoutDesc::LayoutDesc(ffi::String memory, ffi::String layout, DataType dtype,
                       ffi::String data_format, ffi::Array<Extent> shape,
                       ffi::Array<int64_t> tile_shape, ffi::Array<int64_t> shard_shape,
                       ffi::Array<int64_t> shard_grid, DataType host_dtype,
                       ffi::Array<Extent> host_shape, ffi::Array<int64_t> order) {
  auto node = ffi::make_object<LayoutDescNode>();
  node->memory = std::move(memory);
  node->layout = std::move(layout);
  node->dtype = dtype;
  node->data_format = std::move(data_format);
  node->shape = std::move(shape);
  node->tile_shape = std::move(tile_shape);
  node->shard_shape = std::move(shard_shape);
  node->shard_grid = std::move(shard_grid);
  node->host_dtype = host_dtype;
  node->host_shape = std::move(host_shape);
  node->order = std::move(order);
  data_ = std::move(node);
}

TensorAccessor::TensorAccessor(ffi::String tensor, ffi::String memory,
                               ffi::Array<Extent> tile_strides, int64_t page_size, Extent num_pages,
                               int64_t compile_arg_offset, int64_t address_arg) {
  auto node = ffi::make_object<TensorAccessorNode>();
  node->tensor = std::move(tensor);
  node->memory = std::move(memory);
  node->tile_strides = std::move(tile_strides);
  node->page_size = page_size;
  node->num_pages = std::move(num_pages);
  node->compile_arg_offset = compile_arg_offset;
  node->address_arg = address_arg;
  data_ = std::move(node);
}

CBDesc::CBDesc(ffi::String name, int64_t rows, int64_t cols, int64_t depth, int64_t page_size,
               ffi::String data_format, ffi::String producer, ffi::String consumer, int64_t id,
               bool unpack_to_dest) {
  auto node = ffi::make_object<CBDescNode>();
  node->name = std::move(name);
  node->rows = rows;
  node->cols = cols;
  node->depth = depth;
  node->page_size = page_size;
  node->data_format = std::move(data_format);
  node->producer = std::move(producer);
  node->consumer = std::move(consumer);
  node->id = id;
  node->unpack_to_dest = unpack_to_dest;
  data_ = std::move(node);
}

SemaphoreDesc::SemaphoreDesc(ffi::String name, int64_t initial_value) {
  auto node = ffi::make_object<SemaphoreDescNode>();
  node->name = std::move(name);
  node->initial_value = initial_value;
  data_ = std::move(node);
}

ComputeConfig::ComputeConfig(ffi::String math_fidelity, bool fp32_dest_acc_en,
                             bool dst_full_sync_en, bool math_approx_mode) {
  auto node = ffi::make_object<ComputeConfigNode>();
  node->math_fidelity = std::move(math_fidelity);
  node->fp32_dest_acc_en = fp32_dest_acc_en;
  node->dst_full_sync_en = dst_full_sync_en;
  node->math_approx_mode = math_approx_mode;
  data_ = std::move(node);
}

TileDFG::TileDFG(ffi::Array<ffi::String> nodes, ffi::Array<ffi::String> edges) {
  auto node = ffi::make_object<TileDFGNode>();
  node->nodes = std::move(nodes);
  node->edges = std::move(edges);
  data_ = std::move(node);
}

RuntimeArg::RuntimeArg(ffi::String name, ffi::String kind, ffi::String tensor) {
  auto node = ffi::make_object<RuntimeArgNode>();
  node->name = std::move(name);
  node->kind = std::move(kind);
  node->tensor = std::move(tensor);
  data_ = std::move(node);
}

CompileArg::CompileArg(ffi::String name, ffi::String kind, int64_t position) {
  auto node = ffi::make_object<CompileArgNode>();
  node->name = std::move(name);
  node->kind = std::move(kind);
  node->position = position;
  data_ = std::move(node);
}

namespace {

using script::printer::AccessPath;
using script::printer::Doc;
using script::printer::ExprDoc;
using script::printer::IdDoc;
using script::printer::IRDocsifier;

/*! Prints an attribute object as T.tt.<Class>(field=value, ...), fields taken from reflection. */
template <typename NodeT>
Doc PrintAttr(const ffi::ObjectRef& obj, AccessPath path, const IRDocsifier& d,
              const char* class_name) {
  ffi::Array<ffi::String> keys;
  ffi::Array<ExprDoc> values;
  const TVMFFITypeInfo* info = TVMFFIGetTypeInfo(NodeT::RuntimeTypeIndex());
  for (int32_t i = 0; i < info->num_fields; ++i) {
    const TVMFFIFieldInfo& field = info->fields[i];
    ffi::String name(field.name.data, field.name.size);
    ffi::Any value = ffi::reflection::FieldGetter(&field)(obj);
    keys.push_back(name);
    values.push_back(d->AsDoc<ExprDoc>(value, path->Attr(name)));
  }
  d->ir_usage.insert("tirx");
  return IdDoc("T")->Attr("tt")->Attr(class_name)->Call({}, keys, values);
}

}  // namespace

TVM_STATIC_IR_FUNCTOR(IRDocsifier, vtable)
    .set_dispatch<CoreRange>("",
                             [](const CoreRange& obj, AccessPath path,
                                const IRDocsifier& d) -> Doc {
                               return PrintAttr<CoreRangeNode>(obj, path, d, "CoreRange");
                             });
TVM_STATIC_IR_FUNCTOR(IRDocsifier, vtable)
    .set_dispatch<CoreWork>("",
                            [](const CoreWork& obj, AccessPath path, const IRDocsifier& d) -> Doc {
                              return PrintAttr<CoreWorkNode>(obj, path, d, "CoreWork");
                            });
TVM_STATIC_IR_FUNCTOR(IRDocsifier, vtable)
    .set_dispatch<GridAxis>("",
                            [](const GridAxis& obj, AccessPath path, const IRDocsifier& d) -> Doc {
                              return PrintAttr<GridAxisNode>(obj, path, d, "GridAxis");
                            });
TVM_STATIC_IR_FUNCTOR(IRDocsifier, vtable)
    .set_dispatch<LayoutDesc>("",
                              [](const LayoutDesc& obj, AccessPath path,
                                 const IRDocsifier& d) -> Doc {
                                return PrintAttr<LayoutDescNode>(obj, path, d, "LayoutDesc");
                              });
TVM_STATIC_IR_FUNCTOR(IRDocsifier, vtable)
    .set_dispatch<TensorAccessor>(
        "", [](const TensorAccessor& obj, AccessPath path, const IRDocsifier& d) -> Doc {
          return PrintAttr<TensorAccessorNode>(obj, path, d, "TensorAccessor");
        });
TVM_STATIC_IR_FUNCTOR(IRDocsifier, vtable)
    .set_dispatch<CBDesc>("", [](const CBDesc& obj, AccessPath path, const IRDocsifier& d) -> Doc {
      return PrintAttr<CBDescNode>(obj, path, d, "CBDesc");
    });
TVM_STATIC_IR_FUNCTOR(IRDocsifier, vtable)
    .set_dispatch<SemaphoreDesc>(
        "", [](const SemaphoreDesc& obj, AccessPath path, const IRDocsifier& d) -> Doc {
          return PrintAttr<SemaphoreDescNode>(obj, path, d, "SemaphoreDesc");
        });
TVM_STATIC_IR_FUNCTOR(IRDocsifier, vtable)
    .set_dispatch<ComputeConfig>(
        "", [](const ComputeConfig& obj, AccessPath path, const IRDocsifier& d) -> Doc {
          return PrintAttr<ComputeConfigNode>(obj, path, d, "ComputeConfig");
        });
TVM_STATIC_IR_FUNCTOR(IRDocsifier, vtable)
    .set_dispatch<TileDFG>("",
                           [](const TileDFG& obj, AccessPath path, const IRDocsifier& d) -> Doc {
                             return PrintAttr<TileDFGNode>(obj, path, d, "TileDFG");
                           });
TVM_STATIC_IR_FUNCTOR(IRDocsifier, vtable)
    .set_dispatch<RuntimeArg>("",
                              [](const RuntimeArg& obj, AccessPath path,
                                 const IRDocsifier& d) -> Doc {
                                return PrintAttr<RuntimeArgNode>(obj, path, d, "RuntimeArg");
                              });
TVM_STATIC_IR_FUNCTOR(IRDocsifier, vtable)
    .set_dispatch<CompileArg>("",
                              [](const CompileArg& obj, AccessPath path,
                                 const IRDocsifier& d) -> Doc {
                                return PrintAttr<CompileArgNode>(obj, path, d, "CompileArg");
                              });

TVM_FFI_STATIC_INIT_BLOCK() {
  namespace refl = tvm::ffi::reflection;
  refl::ObjectDef<CoreRangeNode>()
      .def_ro("x0", &CoreRangeNode::x0)
      .def_ro("y0", &CoreRangeNode::y0)
      .def_ro("x1", &CoreRangeNode::x1)
      .def_ro("y1", &CoreRangeNode::y1);
  refl::ObjectDef<CoreWorkNode>()
      .def_ro("x", &CoreWorkNode::x)
      .def_ro("y", &CoreWorkNode::y)
      .def_ro("start", &CoreWorkNode::start)
      .def_ro("count", &CoreWorkNode::count);
  refl::ObjectDef<GridAxisNode>()
      .def_ro("name", &GridAxisNode::name)
      .def_ro("extent", &GridAxisNode::extent)
      .def_ro("output_dim", &GridAxisNode::output_dim)
      .def_ro("tiles", &GridAxisNode::tiles);
  refl::ObjectDef<LayoutDescNode>()
      .def_ro("memory", &LayoutDescNode::memory)
      .def_ro("layout", &LayoutDescNode::layout)
      .def_ro("dtype", &LayoutDescNode::dtype)
      .def_ro("data_format", &LayoutDescNode::data_format)
      .def_ro("shape", &LayoutDescNode::shape)
      .def_ro("tile_shape", &LayoutDescNode::tile_shape)
      .def_ro("shard_shape", &LayoutDescNode::shard_shape)
      .def_ro("shard_grid", &LayoutDescNode::shard_grid)
      .def_ro("host_dtype", &LayoutDescNode::host_dtype)
      .def_ro("host_shape", &LayoutDescNode::host_shape)
      .def_ro("order", &LayoutDescNode::order);
  refl::ObjectDef<TensorAccessorNode>()
      .def_ro("tensor", &TensorAccessorNode::tensor)
      .def_ro("memory", &TensorAccessorNode::memory)
      .def_ro("tile_strides", &TensorAccessorNode::tile_strides)
      .def_ro("page_size", &TensorAccessorNode::page_size)
      .def_ro("num_pages", &TensorAccessorNode::num_pages)
      .def_ro("compile_arg_offset", &TensorAccessorNode::compile_arg_offset)
      .def_ro("address_arg", &TensorAccessorNode::address_arg);
  refl::ObjectDef<CBDescNode>()
      .def_ro("name", &CBDescNode::name)
      .def_ro("rows", &CBDescNode::rows)
      .def_ro("cols", &CBDescNode::cols)
      .def_ro("depth", &CBDescNode::depth)
      .def_ro("page_size", &CBDescNode::page_size)
      .def_ro("data_format", &CBDescNode::data_format)
      .def_ro("producer", &CBDescNode::producer)
      .def_ro("consumer", &CBDescNode::consumer)
      .def_ro("id", &CBDescNode::id)
      .def_ro("unpack_to_dest", &CBDescNode::unpack_to_dest);
  refl::ObjectDef<SemaphoreDescNode>()
      .def_ro("name", &SemaphoreDescNode::name)
      .def_ro("initial_value", &SemaphoreDescNode::initial_value);
  refl::ObjectDef<ComputeConfigNode>()
      .def_ro("math_fidelity", &ComputeConfigNode::math_fidelity)
      .def_ro("fp32_dest_acc_en", &ComputeConfigNode::fp32_dest_acc_en)
      .def_ro("dst_full_sync_en", &ComputeConfigNode::dst_full_sync_en)
      .def_ro("math_approx_mode", &ComputeConfigNode::math_approx_mode);
  refl::ObjectDef<TileDFGNode>()
      .def_ro("nodes", &TileDFGNode::nodes)
      .def_ro("edges", &TileDFGNode::edges);
  refl::ObjectDef<RuntimeArgNode>()
      .def_ro("name", &RuntimeArgNode::name)
      .def_ro("kind", &RuntimeArgNode::kind)
      .def_ro("tensor", &RuntimeArgNode::tensor);
  refl::ObjectDef<CompileArgNode>()
      .def_ro("name", &CompileArgNode::name)
      .def_ro("kind", &CompileArgNode::kind)
      .def_ro("position", &CompileArgNode::position);
  refl::GlobalDef()
      .def("tilelang_tenstorrent.ir.CoreRange",
           [](int64_t x0, int64_t y0, int64_t x1, int64_t y1) { return CoreRange(x0, y0, x1, y1); })
      .def("tilelang_tenstorrent.ir.CoreWork",
           [](int64_t x, int64_t y, int64_t start, int64_t count) {
             return CoreWork(x, y, start, count);
           })
      .def("tilelang_tenstorrent.ir.GridAxis",
           [](ffi::String name, Extent extent, int64_t output_dim, int64_t tiles) {
             return GridAxis(name, extent, output_dim, tiles);
           })
      .def("tilelang_tenstorrent.ir.LayoutDesc",
           [](ffi::String memory, ffi::String layout, DataType dtype, ffi::String data_format,
              ffi::Array<Extent> shape, ffi::Array<int64_t> tile_shape,
              ffi::Array<int64_t> shard_shape, ffi::Array<int64_t> shard_grid, DataType host_dtype,
              ffi::Array<Extent> host_shape, ffi::Array<int64_t> order) {
             return LayoutDesc(memory, layout, dtype, data_format, shape, tile_shape, shard_shape,
                               shard_grid, host_dtype, host_shape, order);
           })
      .def(
          "tilelang_tenstorrent.ir.TensorAccessor",
          [](ffi::String tensor, ffi::String memory, ffi::Array<Extent> tile_strides,
             int64_t page_size, Extent num_pages, int64_t compile_arg_offset, int64_t address_arg) {
            return TensorAccessor(tensor, memory, tile_strides, page_size, num_pages,
                                  compile_arg_offset, address_arg);
          })
      .def("tilelang_tenstorrent.ir.CBDesc",
           [](ffi::String name, int64_t rows, int64_t cols, int64_t depth, int64_t page_size,
              ffi::String data_format, ffi::String producer, ffi::String consumer, int64_t id,
              bool unpack_to_dest) {
             return CBDesc(name, rows, cols, depth, page_size, data_format, producer, consumer, id,
                           unpack_to_dest);
           })
      .def("tilelang_tenstorrent.ir.SemaphoreDesc",
           [](ffi::String name, int64_t initial_value) {
             return SemaphoreDesc(name, initial_value);
           })
      .def("tilelang_tenstorrent.ir.ComputeConfig",
           [](ffi::String math_fidelity, bool fp32_dest_acc_en, bool dst_full_sync_en,
              bool math_approx_mode) {
             return ComputeConfig(math_fidelity, fp32_dest_acc_en, dst_full_sync_en,
                                  math_approx_mode);
           })
      .def("tilelang_tenstorrent.ir.TileDFG",
           [](ffi::Array<ffi::String> nodes, ffi::Array<ffi::String> edges) {
             return TileDFG(nodes, edges);
           })
      .def("tilelang_tenstorrent.ir.RuntimeArg",
           [](ffi::String name, ffi::String kind, ffi::String tensor) {
             return RuntimeArg(name, kind, tensor);
           })
      .def("tilelang_tenstorrent.ir.CompileArg",
           [](ffi::String name, ffi::String kind, int64_t position) {
             return CompileArg(name, kind, position);
           });
}

}  // namespace tvm::tt
