/*!
 * InferTTLayout: tile -> placed.
 *
 * Says where and how every tensor parameter lies: memory, layout, dtype, shape and tile. Without
 * annotations that is DRAM, interleaved by 32x32 tiles, in the tensor's own dtype; tt.annotate_storage asks for
 * tiles in a block format (block_storage.cc). Images that T.im2col unfolds,
 * and with the option tilize=device all tensors of blocks, are interleaved by rows. Symbols of shapes become sizes
 * that a launch brings, unless the option sizes asks for constants. Refuses tensors
 * the machine cannot hold. First of all passes, because everything that follows asks for
 * the layout.
 *
 *   before   A = T.match_buffer(A_handle, (512, 512), "bfloat16")
 *   after    same body, and func_attr
 *            {"tt.layout_desc": {"A": T.tt.LayoutDesc(memory="DRAM", layout="interleaved",
 *             dtype="bfloat16", data_format="Float16_b", shape=[512, 512], tile_shape=[32, 32],
 *             host_dtype="bfloat16", host_shape=[512, 512], order=[0, 1], ...)}}
 */
#include <tvm/arith/analyzer.h>
#include <tvm/tirx/op.h>

#include <set>
#include <string>

#include "ir/attrs.h"
#include "ir/errors.h"
#include "ir/loops.h"
#include "ir/program_plan.h"
#include "ir/put_values.h"
#include "ir/sizes.h"
#include "ir/tiles.h"
#include "passes/block_storage.h"
#include "passes/device_tensors.h"
#include "passes/pass_runner.h"
#include "passes/row_major_tensors.h"
#include "target/target_options.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Tiles are read by page, so a tensor must be dense and row-major, and of constant shape but for sizes. */
void CheckShape(const Buffer& buffer, const Span& span) {
  const size_t rank = buffer->shape.size();
  if (rank == 0) {
    TT_USER_ERROR(span)
        << "Tensor '" << buffer->name
        << "' has no dimension. Supported: 1 or more, of which the last two are tiled.";
  }
  PrimExpr dense = Imm(1);
  for (size_t i = rank; i-- > 0;) {
    const PrimExpr& extent = buffer->shape[i];
    if (!as_const_int(extent) && !IsOfSizes(extent)) {
      TT_USER_ERROR(span)
          << "Dimension " << i << " of tensor '" << buffer->name << "' is the symbol "
          << buffer->shape[i]
          << ". Supported: constant shapes; with tilelang.compile the sizes of a launch "
             "take the place of symbols.";
    }
    if (buffer->strides.empty()) continue;
    if (!arith::Analyzer().CanProveEqual(buffer->strides[i], dense) && !is_one(extent)) {
      TT_USER_ERROR(span) << "Tensor '" << buffer->name << "' has strides " << buffer->strides
                          << ". Supported: dense row-major tensors.";
    }
    dense = dense * extent;
  }
}

/*! Makes the symbols of shapes sizes of the launch. A second symbol of a name stays, and is refused. */
PrimFunc NameSizes(const PrimFunc& func) {
  std::set<std::string> names;
  ffi::Map<Var, PrimExpr> sizes;
  for (const Var& param : func->params) {
    auto buffer = func->buffer_map.Get(param);
    if (!buffer) continue;
    for (const PrimExpr& extent : buffer.value()->shape) {
      auto symbol = extent.as<Var>();
      if (!symbol || symbol.value().dtype() != DataType::Int(32)) continue;
      const ffi::String& name = symbol.value()->name_hint;
      if (sizes.count(symbol.value()) || !names.insert(name).second) continue;
      sizes.Set(symbol.value(), SizeVar(name, DataType::Int(32)));
    }
  }
  return PutValues(func, sizes);
}

/*! Rows are pages, and the size of a page is known to the compiler. */
void CheckRows(const Buffer& buffer, const Span& span) {
  for (const PrimExpr& extent : buffer->shape) {
    if (as_const_int(extent)) continue;
    TT_USER_ERROR(span) << "Tensor '" << buffer->name
                        << "' lies in DRAM by rows and has the symbolic size " << extent
                        << ". Supported: constant shapes; with the target option sizes=\"each\" "
                        << "the sizes of a launch take the place of symbols.";
  }
}

void CheckParameters(const PrimFunc& func) {
  std::set<std::string> names;
  for (const Var& param : func->params) {
    auto it = func->buffer_map.find(param);
    if (it == func->buffer_map.end()) {
      TT_USER_ERROR(func->span)
          << "Parameter '" << param->name_hint << "' of type " << param->dtype
          << " is a scalar. Supported: tensor parameters; with tilelang.compile "
             "the value of a launch takes the place of the scalar.";
    }
    Buffer buffer = (*it).second;
    Span span = buffer->span.defined() ? buffer->span : func->span;
    if (!names.insert(buffer->name).second) {
      TT_USER_ERROR(span) << "Two tensor parameters are named '" << buffer->name
                          << "'. Give each its own name.";
    }
    const bool carried = buffer->dtype == DataType::Float(16) || buffer->dtype.is_bool();
    if (!carried && DataFormatOf(buffer->dtype).empty()) {
      TT_USER_ERROR(span) << "Tensor '" << buffer->name << "' is of dtype " << buffer->dtype
                          << ". Supported: " << SupportedDtypes() << ".";
    }
    CheckShape(buffer, span);
  }
}

ffi::Array<Extent> Extents(const ffi::Array<PrimExpr>& shape) { return shape.Map(ExtentOf); }

LayoutDesc LayoutOf(const Buffer& buffer, const std::string& format, bool row_major,
                    const HostTensor& host) {
  const ffi::Array<Extent> shape = Extents(buffer->shape);
  const ffi::Array<int64_t> page = row_major ? ffi::Array<int64_t>{1, *NumberOf(shape.back())}
                                             : ffi::Array<int64_t>{kTileDim, kTileDim};
  return LayoutDesc("DRAM", row_major ? tt_plan::kRowMajor : tt_plan::kInterleaved, buffer->dtype,
                    format, shape, page, {}, {}, host.dtype, Extents(host.shape),
                    ffi::Array<int64_t>(host.order.begin(), host.order.end()));
}

PrimFunc Rewrite(PrimFunc func) {
  const TargetOptions options = TargetOptions::FromFunction(func);
  if (options.any_sizes) func = NameSizes(func);
  CheckParameters(func);
  StorageFormats formats;
  func = TakeStorageFormats(std::move(func), &formats);
  HostTensors host;
  func = ToDeviceTensors(std::move(func), options.float16_as, &host);
  const auto row_major = RowMajorTensors(func, options.device_tilize);
  LayoutMap layouts;
  ffi::Array<ffi::String> names;
  for (const Var& param : func->params) {
    const Buffer& buffer = func->buffer_map.at(param);
    auto stored = formats.find(buffer->name);
    const bool rows = stored == formats.end() && row_major.count(buffer->data.get()) > 0;
    if (rows) CheckRows(buffer, buffer->span.defined() ? buffer->span : func->span);
    const std::string format =
        stored == formats.end() ? DataFormatOf(buffer->dtype) : stored->second;
    layouts.Set(buffer->name, LayoutOf(buffer, format, rows, host.at(buffer->name)));
    names.push_back(buffer->name);
  }
  return WithAttrs(std::move(func), {{Key(Attr::LayoutDesc), layouts}, {Key(Attr::Params), names}});
}

}  // namespace

namespace transform {
Pass InferTTLayout() { return FunctionPass("InferTTLayout", Rewrite); }
}  // namespace transform

}  // namespace tvm::tt
