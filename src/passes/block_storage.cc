/*!
 * A block format holds 16 elements of a row as whole numbers of 7 or 3 bits and a sign times one power of two
 * for all of them: half or a quarter of the bytes of bfloat16. The kernel computes on the tensor's dtype, the
 * unpacker and the packer convert, and the host does at the call.
 *
 *   before   with T.sblock("root"): T.sblock_attr({"tt.storage": {B.data: "bfp8_b"}}); ...
 *   after    no annotation; B has the data format Bfp8_b
 */
#include "passes/block_storage.h"

#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <unordered_map>

#include "ir/attrs.h"
#include "ir/errors.h"
#include "ir/tiles.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

class StorageTaker : public StmtExprMutator {
 public:
  StorageTaker(const PrimFunc& func, StorageFormats* formats)
      : formats_(formats), func_span_(func->span) {
    for (const auto& [param, buffer] : func->buffer_map) tensors_[buffer->data.get()] = buffer;
  }

 private:
  Stmt VisitStmt_(const SBlockNode* op) final {
    auto annotation = op->annotations.Get(Key(Attr::Storage));
    if (!annotation) return StmtExprMutator::VisitStmt_(op);
    const Span& span = op->span.defined() ? op->span : func_span_;
    for (const auto& [data, name] : annotation.value().cast<ffi::Map<Var, ffi::String>>()) {
      Note(data, name, span);
    }
    SBlock block = Downcast<SBlock>(StmtExprMutator::VisitStmt_(op));
    block.CopyOnWrite()->annotations.erase(Key(Attr::Storage));
    return block;
  }

  void Note(const Var& data, const std::string& name, const Span& span) {
    auto it = tensors_.find(data.get());
    if (it == tensors_.end()) {
      TT_USER_ERROR(span)
          << "tt.annotate_storage names '" << data->name_hint
          << "', which is no tensor parameter of the kernel. Supported: parameters; "
             "blocks take the format of the tensor they are copied from.";
    }
    const Buffer& tensor = it->second;
    const std::string format = BlockFormatOf(name);
    if (format.empty()) {
      TT_USER_ERROR(span) << "tt.annotate_storage stores tensor '" << tensor->name << "' as '"
                          << name << "'. Supported: bfp8_b and bfp4_b.";
    }
    if (!tensor->dtype.is_float() && !tensor->dtype.is_bfloat16()) {
      TT_USER_ERROR(span) << "tt.annotate_storage stores tensor '" << tensor->name << "' ("
                          << tensor->dtype << ") as " << name
                          << ". Supported: tensors of bfloat16, float16 or float32.";
    }
    auto [known, fresh] = formats_->try_emplace(tensor->name, format);
    if (!fresh && known->second != format) {
      TT_USER_ERROR(span) << "tt.annotate_storage stores tensor '" << tensor->name
                          << "' in two formats. Supported: one.";
    }
  }

  StorageFormats* formats_;
  Span func_span_;
  std::unordered_map<const VarNode*, Buffer> tensors_;
};

}  // namespace

PrimFunc TakeStorageFormats(PrimFunc func, StorageFormats* formats) {
  Stmt body = StorageTaker(func, formats)(func->body);
  if (!body.same_as(func->body)) func.CopyOnWrite()->body = body;
  return func;
}

}  // namespace tvm::tt
