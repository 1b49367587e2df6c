/*!
 * LowerSharedToCB: placed -> staged.
 *
 * Turns shared buffers and fragments into conceptual circular buffers and the copies that touch
 * tensors into abstract moves of whole blocks. No ids, no protocol. Each circular buffer gets one
 * kind of producer and one kind of consumer: independent definitions of a block become buffers of
 * their own, a block that both a tensor and compute fill takes the tensor's through an input buffer,
 * and one that is stored to a tensor but also read elsewhere, or stored in another dtype or data format, is
 * copied to an output buffer first. What is read from a tensor after the kernel wrote it, the writer reads, in its order.
 * Blocks of row-major tensors go through a buffer of rows: compute makes
 * tiles of them, and rows of what is stored. Runs on the persistent form, where tile operators are still typed.
 *
 *   before   A_s = T.sblock_alloc_buffer((64, 32), "bfloat16", scope="shared.dyn")
 *            T.copy(T.region(A[by * 64, k * 32], 1, 64, 32), T.region(A_s[0, 0], 2, 64, 32))
 *            T.copy(T.region(C_l[0, 0], 1, 64, 64), T.region(C[by * 64, bx * 64], 2, 64, 64))
 *   after    A_s = T.alloc_buffer((64, 32), "bfloat16", scope="tt.cb")
 *            T.tt.read_to_cb(A[by * 64, k * 32], A_s.data, 64, 32)
 *            T.copy(T.region(C_l[0, 0], 1, 64, 64), T.region(C_out[0, 0], 2, 64, 64))
 *            T.tt.write_from_cb(C_out.data, C[by * 64, bx * 64], 64, 64)
 */
#include "passes/lower_shared_to_cb.h"

#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <set>

#include "analysis/block_access.h"
#include "analysis/index_check.h"
#include "analysis/tensor_hazards.h"
#include "ir/attrs.h"
#include "ir/errors.h"
#include "ir/tiles.h"
#include "passes/pass_runner.h"
#include "schema/schema.h"
#include "target/target_options.h"

namespace tvm::tt {

using namespace tirx;

CBTable::CBTable(const CBDescMap& described) : described_(described) {}

Buffer CBTable::Create(const ffi::String& like, const std::string& name, const Buffer& shape_of,
                       DataType dtype) {
  return Add(described_.at(like), name, shape_of, dtype);
}

Buffer CBTable::CreateLike(const Buffer& cb, const std::string& name, DataType dtype) {
  return Add(descs_.at(cb->name), name, cb, dtype);
}

Buffer CBTable::Add(CBDesc desc, const std::string& name, const Buffer& shape_of, DataType dtype) {
  std::string unique = name;
  for (int i = 1; descs_.count(unique) || tensor_names.count(unique); ++i) {
    unique = name + "_" + std::to_string(i);
  }
  Var data(unique, PointerType(PrimType(dtype), Key(Scope::CB)));
  Buffer buffer(data, dtype, shape_of->shape, {}, PrimExpr(), unique, 0, 0, kDefault, {},
                shape_of->span);
  CBDescNode* node = desc.CopyOnWrite();
  node->name = unique;
  node->page_size = TileBytes(dtype);
  node->data_format = DataFormatOf(dtype);
  descs_.Set(unique, desc);
  buffers_.push_back(buffer);
  return buffer;
}

std::string CBTable::FormatOf(const Buffer& cb) const { return descs_.at(cb->name)->data_format; }

void CBTable::SetFormat(const Buffer& cb, const std::string& data_format) {
  CBDesc desc = descs_.at(cb->name);
  desc.CopyOnWrite()->data_format = data_format;
  desc.CopyOnWrite()->page_size = TileBytes(data_format);
  descs_.Set(cb->name, desc);
}

void CBTable::FillByWriter(const BufferSet& buffers) {
  for (const Buffer& buffer : buffers_) {
    if (!buffers.count(buffer->data.get())) continue;
    CBDesc desc = descs_.at(buffer->name);
    desc.CopyOnWrite()->producer = ToString(kWriter);
    descs_.Set(buffer->name, desc);
  }
}

void CBTable::Drop(const Buffer& buffer) {
  descs_.erase(buffer->name);
  std::erase_if(buffers_, [&](const Buffer& other) { return other.same_as(buffer); });
}

namespace {

/*! Whether blocks are moved by rows: what is left of a tensor below a row may be negative. */
bool MovesRows(const ffi::Array<Stmt>& stmts) {
  bool moves = false;
  for (const Stmt& stmt : stmts) {
    PostOrderVisit(stmt, [&](const ffi::ObjectRef& node) {
      const auto* call = node.as<CallNode>();
      const IntrinsicRow* row = call ? FindRow(call->op) : nullptr;
      moves |= row && (row->id == Intrinsic::ReadRows || row->id == Intrinsic::WriteRows);
    });
  }
  return moves;
}

PrimFunc Rewrite(PrimFunc func) {
  CBTable table(func->GetAttr<CBDescMap>(Key(Attr::CBDesc)).value());
  for (const auto& [param, buffer] : func->buffer_map) table.tensor_names.insert(buffer->name);
  Stmt body = RenameBlocks(func->body, &table);
  body = SeparateUpdates(body, &table);
  const auto& hardware = TargetOptions::FromFunction(func).Hardware();
  const bool is_signed = NeedsSigns(body);
  const TensorRules rules{func->GetAttr<LayoutMap>(Key(Attr::LayoutDesc)).value(),
                          hardware.dram_read_alignment, is_signed};
  body = LowerTensorCopies(body, rules, &table);
  body = SeparateUses(ForwardCopies(body, &table), &table);
  table.FillByWriter(FindReadsAfterWrites(body));
  ffi::Array<Stmt> stmts;
  for (const Buffer& buffer : table.Buffers()) stmts.push_back(AllocBuffer(buffer));
  stmts.push_back(body);
  func.CopyOnWrite()->body = SeqStmt::Flatten(stmts);
  return WithAttrs(std::move(func),
                   {{Key(Attr::CBDesc), table.Descs()},
                    {Key(Attr::SignedIndices), Bool(is_signed || MovesRows(stmts))}});
}

}  // namespace

namespace transform {
Pass LowerSharedToCB() { return FunctionPass("LowerSharedToCB", Rewrite); }
}  // namespace transform

}  // namespace tvm::tt
