/*!
 * LowerCBIntrinsics, compute: handshakes around definitions and uses of blocks.
 *
 * A block lives in the statement list that defines it. There it is reserved before the definition
 * and pushed after the last accumulation; waited for before the first use and popped after the last.
 * A loop-carried update inside the list takes the old block and pushes the new one on the spot.
 */
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>

#include "analysis/block_access.h"
#include "ir/errors.h"
#include "ir/tiles.h"
#include "passes/lower_cb_intrinsics.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! What one statement of a list does to one circular buffer, seen from the list. */
enum class Touch : uint8_t { None, Local, Use, Accumulate, Update, Define };

Touch TouchOf(const Stmt& stmt, const VarNode* cb);

Touch TouchOfLeaf(const Stmt& leaf, const VarNode* cb) {
  bool read = false, write = false, accumulate = false;
  for (const BlockAccess& access : LeafAccesses(leaf)) {
    if (access.data != cb) continue;
    read |= access.kind == AccessKind::Read;
    write |= access.kind == AccessKind::Write;
    accumulate |= access.kind == AccessKind::Accumulate;
  }
  if (write) return read ? Touch::Update : Touch::Define;
  return accumulate ? Touch::Accumulate : read ? Touch::Use : Touch::None;
}

/*! A nested list: what starts there with a definition stays there. */
Touch TouchOfList(const std::vector<Stmt>& list, const VarNode* cb) {
  Touch result = Touch::None;
  bool defined = false, used = false, accumulated = false;
  for (const Stmt& stmt : list) {
    Touch touch = TouchOf(stmt, cb);
    if (touch == Touch::Define) defined = true;
    if (defined && touch != Touch::None) touch = Touch::Local;
    used |= touch == Touch::Use || touch == Touch::Update;
    accumulated |= touch == Touch::Accumulate;
    if (used && accumulated) {
      TT_USER_ERROR(stmt->span) << "Buffer '" << cb->name_hint
                                << "' is accumulated into again after it was used. Supported: use it "
                                   "after the last accumulation, or clear it first.";
    }
    result = std::max(result, touch);
  }
  return result;
}

std::vector<Stmt> NestedLists(const Stmt& stmt) {
  if (const auto* loop = stmt.as<ForNode>()) return {loop->body};
  if (const auto* branch = stmt.as<IfThenElseNode>()) {
    if (!branch->else_case) return {branch->then_case};
    return {branch->then_case, branch->else_case.value()};
  }
  return {};
}

Touch TouchOf(const Stmt& stmt, const VarNode* cb) {
  if (IsLeaf(stmt)) return TouchOfLeaf(stmt, cb);
  Touch result = Touch::None;
  for (const Stmt& nested : NestedLists(stmt)) {
    result = std::max(result, TouchOfList(AsList(nested), cb));
  }
  return result;
}

class HandshakeInserter {
 public:
  HandshakeInserter(KernelBody* kernel, const CBDescMap& descs) : kernel_(kernel) {
    for (const Stmt& stmt : kernel->allocations) {
      const Buffer& buffer = stmt.as<AllocBufferNode>()->buffer;
      if (IsCB(buffer)) cbs_.push_back({buffer->data, descs.at(buffer->name)});
    }
  }

  Stmt Rewrite(const Stmt& stmt) {
    std::vector<Stmt> list = AsList(stmt);
    std::vector<std::vector<Stmt>> before(list.size()), after(list.size());
    for (const auto& [cb, desc] : cbs_) PlaceInList(list, cb, desc, &before, &after);
    std::vector<Stmt> result;
    for (size_t i = 0; i < list.size(); ++i) {
      result.insert(result.end(), before[i].begin(), before[i].end());
      if (!IsMarker(list[i])) result.push_back(RewriteNested(list[i]));
      result.insert(result.end(), after[i].begin(), after[i].end());
    }
    return AsStmt(result);
  }

 private:
  using Slots = std::vector<std::vector<Stmt>>;

  static bool IsMarker(const Stmt& stmt) {
    IntrinsicCall call = AsIntrinsic(stmt);
    return call.Is(Intrinsic::Receive) || call.Is(Intrinsic::Send);
  }

  Stmt RewriteNested(const Stmt& stmt) {
    if (IsLeaf(stmt)) return stmt;
    if (auto loop = stmt.as<For>()) {
      For result = loop.value();
      result.CopyOnWrite()->body = Rewrite(loop.value()->body);
      result.CopyOnWrite()->extent = NamedExtent(kernel_, result);
      return result;
    }
    if (const auto* branch = stmt.as<IfThenElseNode>()) {
      ffi::Optional<Stmt> else_case;
      if (branch->else_case) else_case = Rewrite(branch->else_case.value());
      return IfThenElse(branch->condition, Rewrite(branch->then_case), else_case, branch->span);
    }
    return stmt;
  }

  Stmt Sync(Intrinsic what, const Var& cb, const CBDesc& desc, const Span& span) {
    return MakeStmt(what, {cb, BlockPages(kernel_, desc)}, span);
  }

  void PlaceInList(const std::vector<Stmt>& list, const Var& cb, const CBDesc& desc, Slots* before,
                   Slots* after) {
    std::vector<Touch> touches;
    for (const Stmt& stmt : list) touches.push_back(TouchOf(stmt, cb.get()));
    PlaceUpdates(list, touches, cb, desc, before, after);
    size_t begin = std::find(touches.begin(), touches.end(), Touch::Define) - touches.begin();
    if (begin == touches.size()) {
      PlaceInherited(list, touches, cb, desc, before);
      return;
    }
    while (begin < touches.size()) {
      size_t end = std::find(touches.begin() + begin + 1, touches.end(), Touch::Define) - touches.begin();
      PlaceLife(list, touches, begin, end, cb, desc, before, after);
      begin = end;
    }
  }

  /*! A leaf that reads and defines the block: old one in, new one out. */
  void PlaceUpdates(const std::vector<Stmt>& list, const std::vector<Touch>& touches, const Var& cb,
                    const CBDesc& desc, Slots* before, Slots* after) {
    for (size_t i = 0; i < list.size(); ++i) {
      if (touches[i] != Touch::Update || !IsLeaf(list[i])) continue;
      const Span& span = list[i]->span;
      (*before)[i].push_back(Sync(Intrinsic::CBWaitFront, cb, desc, span));
      (*before)[i].push_back(Sync(Intrinsic::CBReserveBack, cb, desc, span));
      (*after)[i].push_back(Sync(Intrinsic::CBPopFront, cb, desc, span));
      (*after)[i].push_back(Sync(Intrinsic::CBPushBack, cb, desc, span));
    }
  }

  /*! Uses of a block that a loop carries around this list need their own wait. */
  void PlaceInherited(const std::vector<Stmt>& list, const std::vector<Touch>& touches, const Var& cb,
                      const CBDesc& desc, Slots* before) {
    if (std::find(touches.begin(), touches.end(), Touch::Update) == touches.end()) return;
    for (size_t i = 0; i < list.size(); ++i) {
      if (touches[i] != Touch::Use) continue;
      (*before)[i].push_back(Sync(Intrinsic::CBWaitFront, cb, desc, list[i]->span));
    }
  }

  /*! One definition at `begin` and everything up to the next one. */
  void PlaceLife(const std::vector<Stmt>& list, const std::vector<Touch>& touches, size_t begin,
                 size_t end, const Var& cb, const CBDesc& desc, Slots* before, Slots* after) {
    const bool from_reader = desc->producer == ToString(kReader);
    const bool to_writer = desc->consumer == ToString(kWriter);
    size_t complete = begin, last = begin;
    bool used = false;
    for (size_t i = begin + 1; i < end; ++i) {
      if (touches[i] == Touch::Accumulate) {
        if (used) {
          TT_USER_ERROR(list[i]->span) << "Buffer '" << desc->name
                                       << "' is accumulated into again after it was used. Supported: "
                                          "use it after the last accumulation, or clear it first.";
        }
        complete = i;
      }
      used |= touches[i] == Touch::Use || touches[i] == Touch::Update;
      if (touches[i] == Touch::Use || touches[i] == Touch::Update) last = i;
    }
    const Span& span = list[begin]->span;
    if (from_reader) {
      (*before)[begin].push_back(Sync(Intrinsic::CBWaitFront, cb, desc, span));
    } else {
      (*before)[begin].push_back(Sync(Intrinsic::CBReserveBack, cb, desc, span));
      if (to_writer) {
        // The send stands in this list: a tensor is written from another one only through a copy.
        (*after)[last].push_back(Sync(Intrinsic::CBPushBack, cb, desc, span));
        return;
      }
      (*after)[complete].push_back(Sync(Intrinsic::CBPushBack, cb, desc, span));
    }
    PlaceWaitsAndPop(list, touches, begin, end, last, from_reader, cb, desc, before, after);
  }

  void PlaceWaitsAndPop(const std::vector<Stmt>& list, const std::vector<Touch>& touches, size_t begin,
                        size_t end, size_t last, bool waited, const Var& cb, const CBDesc& desc,
                        Slots* before, Slots* after) {
    for (size_t i = begin + 1; i < end; ++i) {
      if (touches[i] == Touch::Use && !waited) {
        (*before)[i].push_back(Sync(Intrinsic::CBWaitFront, cb, desc, list[i]->span));
        waited = true;
      }
      if (touches[i] == Touch::Update) waited = false;
    }
    if (!waited) (*after)[last].push_back(Sync(Intrinsic::CBWaitFront, cb, desc, list[last]->span));
    (*after)[last].push_back(Sync(Intrinsic::CBPopFront, cb, desc, list[last]->span));
  }

  KernelBody* kernel_;
  std::vector<std::pair<Var, CBDesc>> cbs_;
};

}  // namespace

void InsertHandshakes(KernelBody* kernel, const CBDescMap& descs) {
  kernel->region = HandshakeInserter(kernel, descs).Rewrite(kernel->region);
}

}  // namespace tvm::tt
