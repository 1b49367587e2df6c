/*!
 * LowerCBIntrinsics, compute: handshakes around definitions and uses of blocks.
 *
 * A block is in its circular buffer exactly while its value is live. A definition reserves and
 * pushes, and the first use after it waits; a block from another kernel is waited for. Where the value
 * dies - after its last use, behind the loop that carried it, at the start of a branch that does not
 * want it - it is popped. An accumulator stays reserved until the statement that holds its last matmul;
 * a leaf that reads and redefines a block takes the old one and pushes the new. A block defined in
 * front of the work loop stays to the end.
 */
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "analysis/block_access.h"
#include "ir/errors.h"
#include "ir/loops.h"
#include "ir/tiles.h"
#include "passes/lower_cb_intrinsics.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! What a leaf does to one circular buffer. */
enum class Touch : uint8_t { None, Use, Accumulate, Update, Define };

Touch TouchOf(const Stmt& leaf, const VarNode* cb) {
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

/*! Whether a statement, with all below it, touches the buffer in a way. */
bool Touches(const Stmt& stmt, const VarNode* cb, std::initializer_list<Touch> ways) {
  struct Finder : public StmtVisitor {
    const VarNode* cb;
    std::initializer_list<Touch> ways;
    bool found = false;
    void VisitStmt(const Stmt& stmt) final {
      if (!IsLeaf(stmt)) return StmtVisitor::VisitStmt(stmt);
      found |= std::find(ways.begin(), ways.end(), TouchOf(stmt, cb)) != ways.end();
    }
  } finder;
  finder.cb = cb;
  finder.ways = ways;
  finder(stmt);
  return finder.found;
}

/*! Statements to insert, by the statement they surround or the branch they open. */
struct Insertions {
  std::unordered_map<const StmtNode*, std::vector<Stmt>> waits, before, after;
  std::map<std::pair<const IfThenElseNode*, bool>, std::vector<Stmt>> on_branch;
};

/*! Places the handshakes of one circular buffer. */
class BlockHandshakes {
 public:
  BlockHandshakes(KernelBody* kernel, Var cb, CBDesc desc, Insertions* insertions)
      : kernel_(kernel), cb_(std::move(cb)), desc_(std::move(desc)), insert_(insertions) {}

  void Place(const Stmt& region) {
    LiveInList(region, false, true);
    bool waited = false;
    PlaceWaits(region, &waited);
  }

 private:
  Stmt Sync(Intrinsic what, const Span& span) {
    return MakeStmt(what, {cb_, BlockPages(kernel_, desc_)}, span);
  }
  bool FromOutside() const { return desc_->producer != ToString(kCompute); }
  bool ToWriter() const { return desc_->consumer == ToString(kWriter); }

  // ---- liveness, from the end to the start: reserves, pushes and pops ----

  /*! Whether the value is live in front of the statement, given whether it is behind it. */
  bool Live(const Stmt& stmt, bool out, bool place) {
    if (IsLeaf(stmt)) return LiveAtLeaf(stmt, out, place);
    if (const auto* loop = stmt.as<ForNode>()) return LiveAtLoop(stmt, loop->body, out, place);
    if (const auto* loop = stmt.as<WhileNode>()) return LiveAtLoop(stmt, loop->body, out, place);
    if (const auto* branch = stmt.as<IfThenElseNode>()) return LiveAtBranch(branch, out, place);
    return out;
  }

  bool LiveInList(const Stmt& body, bool out, bool place) {
    std::vector<Stmt> list = AsList(body);
    for (size_t i = list.size(); i-- > 0;) {
      const bool define = IsLeaf(list[i]) && TouchOf(list[i], cb_.get()) == Touch::Define;
      if (define && place) PlaceDefinition(list, i, out);
      out = Live(list[i], out, place);
    }
    return out;
  }

  bool LiveAtLeaf(const Stmt& leaf, bool out, bool place) {
    const Touch touch = TouchOf(leaf, cb_.get());
    if (touch == Touch::None) return out;
    if (touch == Touch::Define) return false;
    if (place && touch == Touch::Update) {
      insert_->before[leaf.get()].push_back(Sync(Intrinsic::CBReserveBack, leaf->span));
      insert_->after[leaf.get()].push_back(Sync(Intrinsic::CBPopFront, leaf->span));
      insert_->after[leaf.get()].push_back(Sync(Intrinsic::CBPushBack, leaf->span));
    }
    if (place && !out && touch != Touch::Accumulate && !ToWriter())
      Pop(leaf, touch == Touch::Update);
    return true;
  }
  void Pop(const Stmt& behind, bool wait) {
    std::vector<Stmt>& after = insert_->after[behind.get()];
    if (wait) after.push_back(Sync(Intrinsic::CBWaitFront, behind->span));
    after.push_back(Sync(Intrinsic::CBPopFront, behind->span));
  }

  bool Redefines(const Stmt& stmt) const {
    return Touches(stmt, cb_.get(), {Touch::Define, Touch::Update, Touch::Accumulate});
  }

  bool LiveAtLoop(const Stmt& loop, const Stmt& body, bool out, bool place) {
    const bool carried = LiveInList(body, out, false);
    if (out && !carried) {
      TT_USER_ERROR(loop->span) << "Buffer '" << desc_->name
                                << "' gets its value inside a loop or branch and is used after it. "
                                   "Supported: use it inside, or accumulate into a buffer that is "
                                   "cleared before the loop.";
    }
    if (place) LiveInList(body, out || carried, true);
    // The last step of the loop may have left a new version that nobody has waited for.
    if (place && carried && !out) Pop(loop, Redefines(loop));
    return carried || out;
  }

  bool LiveAtBranch(const IfThenElseNode* branch, bool out, bool place) {
    const bool then_case = LiveInList(branch->then_case, out, place);
    const bool else_case =
        branch->else_case ? LiveInList(branch->else_case.value(), out, place) : out;
    for (bool is_then : {true, false}) {
      if (place && (then_case || else_case) && !(is_then ? then_case : else_case)) {
        std::vector<Stmt>& first = insert_->on_branch[{branch, is_then}];
        // Nobody waits ahead of a branch that gives the block anew.
        if (Redefines(ffi::GetRef<Stmt>(branch)))
          first.push_back(Sync(Intrinsic::CBWaitFront, branch->span));
        first.push_back(Sync(Intrinsic::CBPopFront, branch->span));
      }
    }
    return then_case || else_case;
  }

  /*! The definition at `begin` of a list; `used` tells whether its value is live behind it. */
  void PlaceDefinition(const std::vector<Stmt>& list, size_t begin, bool used) {
    const Stmt& definition = list[begin];
    size_t complete = begin, send = begin;
    for (size_t i = begin + 1; i < list.size(); ++i) {
      if (IsLeaf(list[i]) && TouchOf(list[i], cb_.get()) == Touch::Define) break;
      if (Touches(list[i], cb_.get(), {Touch::Accumulate})) complete = i;
      if (Touches(list[i], cb_.get(), {Touch::Use})) send = i;
    }
    if (!FromOutside()) {
      insert_->before[definition.get()].push_back(Sync(Intrinsic::CBReserveBack, definition->span));
      // Rows are pushed as they are packed.
      if (AsIntrinsic(definition).Is(Intrinsic::Untilize)) return;
      const Stmt& last = list[ToWriter() ? send : complete];
      // In front of the pop, which the same statement may have got already.
      std::vector<Stmt>& after = insert_->after[last.get()];
      after.insert(after.begin(), Sync(Intrinsic::CBPushBack, definition->span));
    }
    if (!used && !ToWriter()) Pop(list[complete], true);
  }

  // ---- waits, from the start to the end: where another kernel's block is received, or before the first
  // use of a version ----

  void PlaceWaits(const Stmt& stmt, bool* waited) {
    if (ToWriter()) return;
    if (const auto* seq = stmt.as<SeqStmtNode>()) {
      for (const Stmt& child : seq->seq) PlaceWaits(child, waited);
    } else if (IsLeaf(stmt)) {
      const Touch touch = TouchOf(stmt, cb_.get());
      if (touch == Touch::Use || touch == Touch::Update) Wait(stmt, waited);
      if (touch == Touch::Define || touch == Touch::Update) *waited = false;
      if (touch == Touch::Define && FromOutside()) Wait(stmt, waited);
    } else if (Redefines(stmt)) {
      *waited = false;
      PlaceWaitsBelow(stmt);
    } else if (Touches(stmt, cb_.get(), {Touch::Use})) {
      Wait(stmt, waited);
    }
  }
  void PlaceWaitsBelow(const Stmt& stmt) {
    for (const Stmt& list : ListsBelow(stmt)) {
      bool waited = false;
      PlaceWaits(list, &waited);
    }
  }
  void Wait(const Stmt& stmt, bool* waited) {
    if (*waited) return;
    insert_->waits[stmt.get()].push_back(Sync(Intrinsic::CBWaitFront, stmt->span));
    *waited = true;
  }

  KernelBody* kernel_;
  Var cb_;
  CBDesc desc_;
  Insertions* insert_;
};

/*! Whether a statement in front of the work loop defines the buffer. */
bool DefinedOnce(const KernelBody& kernel, const VarNode* cb) {
  return std::any_of(kernel.prologue.begin(), kernel.prologue.end(), [&](const Stmt& stmt) {
    return IsLeaf(stmt) && TouchOf(stmt, cb) == Touch::Define;
  });
}

/*! Places the handshakes of a buffer that is filled once per core. */
void PlaceOnce(KernelBody* kernel, const Var& cb, const CBDesc& desc) {
  PrimExpr pages = BlockPages(kernel, desc);
  std::vector<Stmt> prologue;
  for (const Stmt& stmt : kernel->prologue) {
    const bool defines = IsLeaf(stmt) && TouchOf(stmt, cb.get()) == Touch::Define;
    if (defines) prologue.push_back(MakeStmt(Intrinsic::CBReserveBack, {cb, pages}, stmt->span));
    prologue.push_back(stmt);
    if (!defines) continue;
    prologue.push_back(MakeStmt(Intrinsic::CBPushBack, {cb, pages}, stmt->span));
    prologue.push_back(MakeStmt(Intrinsic::CBWaitFront, {cb, pages}, stmt->span));
  }
  std::stable_partition(prologue.begin(), prologue.end(),
                        [](const Stmt& stmt) { return stmt->IsInstance<BindNode>(); });
  kernel->prologue = prologue;
  kernel->epilogue.push_back(MakeStmt(Intrinsic::CBPopFront, {cb, pages}));
}

/*! Carries the insertions out; markers and unnamed extents are replaced on the way. */
class Inserter {
 public:
  Inserter(KernelBody* kernel, Insertions insertions)
      : kernel_(kernel), insert_(std::move(insertions)) {}

  Stmt Rewrite(const Stmt& stmt) {
    std::vector<Stmt> result;
    for (const Stmt& child : AsList(stmt)) {
      Append(insert_.waits[child.get()], &result);
      Append(insert_.before[child.get()], &result);
      if (!IsMarker(child)) result.push_back(RewriteNested(child));
      Append(insert_.after[child.get()], &result);
    }
    return AsStmt(result);
  }

 private:
  static void Append(const std::vector<Stmt>& more, std::vector<Stmt>* list) {
    list->insert(list->end(), more.begin(), more.end());
  }
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
    if (const auto* loop = stmt.as<WhileNode>()) {
      return While(loop->condition, Rewrite(loop->body), loop->span);
    }
    if (const auto* let = stmt.as<BindNode>(); let && AsIntrinsic(let->value)) return Received(let);
    const auto* branch = stmt.as<IfThenElseNode>();
    if (branch == nullptr) return stmt;
    std::vector<Stmt> then_case = insert_.on_branch[{branch, true}];
    std::vector<Stmt> else_case = insert_.on_branch[{branch, false}];
    Append(AsList(Rewrite(branch->then_case)), &then_case);
    if (branch->else_case) Append(AsList(Rewrite(branch->else_case.value())), &else_case);
    return IfThenElse(branch->condition, AsStmt(then_case),
                      else_case.empty() ? ffi::Optional<Stmt>() : AsStmt(else_case), branch->span);
  }

  /*! A scalar that the reader hands on is the first word of a page. */
  static Stmt Received(const BindNode* let) {
    IntrinsicCall call = AsIntrinsic(let->value);
    if (!call.Is(Intrinsic::ReceiveScalar)) return ffi::GetRef<Stmt>(let);
    const PrimExpr& cb = call.call->args[0];
    return AsStmt({MakeStmt(Intrinsic::CBWaitFront, {cb, Imm(1)}, let->span),
                   Bind(let->var, MakeCall(Intrinsic::CBValue, {cb}), let->span),
                   MakeStmt(Intrinsic::CBPopFront, {cb, Imm(1)}, let->span)});
  }

  KernelBody* kernel_;
  Insertions insert_;
};

}  // namespace

void InsertHandshakes(KernelBody* kernel, const CBDescMap& descs) {
  Insertions insertions;
  for (const Stmt& stmt : kernel->allocations) {
    const Buffer& buffer = stmt.as<AllocBufferNode>()->buffer;
    if (!IsCB(buffer)) continue;
    if (DefinedOnce(*kernel, buffer->data.get())) {
      PlaceOnce(kernel, buffer->data, descs.at(buffer->name));
      continue;
    }
    BlockHandshakes(kernel, buffer->data, descs.at(buffer->name), &insertions)
        .Place(kernel->region);
  }
  kernel->region = Inserter(kernel, std::move(insertions)).Rewrite(kernel->region);
}

}  // namespace tvm::tt
