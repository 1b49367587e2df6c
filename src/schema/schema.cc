/*! Registration and look-up of the schema's rows. */
#include "schema.h"

#include <tvm/ffi/reflection/registry.h>
#include <tvm/tirx/op_attr_types.h>

#include <array>
#include <unordered_map>

namespace tvm::tt {

using namespace tirx;

namespace {

std::vector<int> Positions(const std::string& digits) {
  std::vector<int> result;
  for (char c : digits) result.push_back(c - '0');
  return result;
}

const std::vector<EngineRow>& AllEngines() {
  static const std::vector<EngineRow> rows = {
#define TT_ENGINE(Op, UnitName, Init, Args, SrcA, SrcB) \
  {Intrinsic::Op, Unit::UnitName, Intrinsic::Init, Positions(Args), SrcA, SrcB},
#include "schema.def"
  };
  return rows;
}

CallEffectKind TvmEffect(Effect effect) {
  return effect == Effect::Pure ? CallEffectKind::kPure : CallEffectKind::kOpaque;
}

}  // namespace

const std::vector<ScopeRow>& AllScopes() {
  static const std::vector<ScopeRow> rows = {
#define TT_SCOPE(Id, key, content) {key, content},
#include "schema.def"
  };
  return rows;
}

const std::vector<AttrRow>& AllAttrs() {
  static const std::vector<AttrRow> rows = {
#define TT_ATTR(Id, key, holder, content, set_by, level) \
  {key, holder, content, set_by, Level::level},
#include "schema.def"
  };
  return rows;
}

const std::vector<IntrinsicRow>& AllIntrinsics() {
  static const std::vector<IntrinsicRow> rows = {
#define TT_INTRINSIC(Id, name, arity, roles, first, last, effect, header, spelling, doc) \
  {Intrinsic::Id, name,           arity,  roles,    Level::first,                        \
   Level::last,   Effect::effect, header, spelling, doc},
#include "schema.def"
  };
  return rows;
}

const AttrRow& Row(Attr attr) { return AllAttrs()[static_cast<size_t>(attr)]; }
const IntrinsicRow& Row(Intrinsic intrinsic) {
  return AllIntrinsics()[static_cast<size_t>(intrinsic)];
}

const char* ToString(Level level) {
  static constexpr std::array names = {"tile", "placed", "staged", "split", "protocol", "final"};
  return names[static_cast<size_t>(level)];
}

Level ParseLevel(const std::string& text) {
  for (uint8_t i = 0; i <= static_cast<uint8_t>(Level::Final); ++i) {
    if (text == ToString(static_cast<Level>(i))) return static_cast<Level>(i);
  }
  TVM_FFI_THROW(ValueError) << "Unknown IR level '" << text
                            << "'. Levels: tile, placed, staged, split, protocol, final.";
  TVM_FFI_UNREACHABLE();
}

const char* ToString(Role role) {
  switch (role) {
    case kReader:
      return "reader";
    case kCompute:
      return "compute";
    case kWriter:
      return "writer";
    default:
      return "monolithic";
  }
}

const char* ToString(Effect effect) {
  static constexpr std::array names = {"pure",        "noc read", "noc write", "barrier", "cb sync",
                                       "engine init", "dst sync", "math",      "pack"};
  return names[static_cast<size_t>(effect)];
}

const Op& GetOp(Intrinsic intrinsic) {
  static const std::vector<Op> ops = [] {
    std::vector<Op> result;
    for (const IntrinsicRow& row : AllIntrinsics()) result.push_back(Op::Get(row.name));
    return result;
  }();
  return ops[static_cast<size_t>(intrinsic)];
}

const IntrinsicRow* FindRow(const ffi::ObjectRef& op) {
  static const std::unordered_map<const ffi::Object*, const IntrinsicRow*> rows = [] {
    std::unordered_map<const ffi::Object*, const IntrinsicRow*> result;
    for (const IntrinsicRow& row : AllIntrinsics()) result[GetOp(row.id).get()] = &row;
    return result;
  }();
  auto it = rows.find(op.get());
  return it == rows.end() ? nullptr : it->second;
}

const EngineRow* FindEngine(Intrinsic intrinsic) {
  for (const EngineRow& row : AllEngines()) {
    if (row.op == intrinsic) return &row;
  }
  return nullptr;
}

Call MakeCall(Intrinsic intrinsic, ffi::Array<PrimExpr> args, DataType dtype) {
  const IntrinsicRow& row = Row(intrinsic);
  TVM_FFI_ICHECK(row.arity < 0 || static_cast<size_t>(row.arity) == args.size())
      << row.name << " takes " << row.arity << " arguments, got " << args.size();
  return Call(dtype, GetOp(intrinsic), std::move(args));
}

Stmt MakeStmt(Intrinsic intrinsic, ffi::Array<PrimExpr> args, Span span) {
  return Evaluate(MakeCall(intrinsic, std::move(args), DataType::Void()), std::move(span));
}

IntrinsicCall AsIntrinsic(const PrimExpr& expr) {
  const auto* call = expr.as<CallNode>();
  if (call == nullptr) return {};
  const IntrinsicRow* row = FindRow(call->op);
  return row == nullptr ? IntrinsicCall{} : IntrinsicCall{call, row};
}

bool IsBlockRead(const IntrinsicCall& call) {
  return call.Is(Intrinsic::ReadToCB) || call.Is(Intrinsic::ReadRows) ||
         call.Is(Intrinsic::ReadLines) || call.Is(Intrinsic::ReadIm2Col);
}

bool IsBlockWrite(const IntrinsicCall& call) {
  return call.Is(Intrinsic::WriteFromCB) || call.Is(Intrinsic::WriteRows) ||
         call.Is(Intrinsic::WriteLines);
}

IntrinsicCall AsIntrinsic(const Stmt& stmt) {
  const auto* evaluate = stmt.as<EvaluateNode>();
  return evaluate == nullptr ? IntrinsicCall{} : AsIntrinsic(evaluate->value);
}

namespace {

void RegisterIntrinsics() {
  for (const IntrinsicRow& row : AllIntrinsics()) {
    auto& op = OpRegEntry::RegisterOrGet(row.name).set_name();
    op.set_attr<TScriptPrinterName>("TScriptPrinterName", ffi::String(row.name));
    op.set_attr<TCallEffectKind>("TCallEffectKind",
                                 Integer(static_cast<int>(TvmEffect(row.effect))));
    op.set_num_inputs(row.arity);
    op.describe(row.documentation);
  }
}

/*! The rows as plain containers, for documentation, tests and the script namespace in Python. */
ffi::Map<ffi::String, ffi::Any> Dump() {
  ffi::Array<ffi::Any> scopes, attrs, intrinsics;
  for (const ScopeRow& row : AllScopes()) {
    scopes.push_back(ffi::Map<ffi::String, ffi::Any>{{"key", ffi::String(row.key)},
                                                     {"content", ffi::String(row.content)}});
  }
  for (const AttrRow& row : AllAttrs()) {
    attrs.push_back(
        ffi::Map<ffi::String, ffi::Any>{{"key", ffi::String(row.key)},
                                        {"holder", ffi::String(row.holder)},
                                        {"content", ffi::String(row.content)},
                                        {"set_by", ffi::String(row.set_by)},
                                        {"level", ffi::String(ToString(row.first_level))}});
  }
  for (const IntrinsicRow& row : AllIntrinsics()) {
    ffi::Array<ffi::String> roles;
    for (Role role : {kReader, kCompute, kWriter}) {
      if (row.roles & role) roles.push_back(ToString(role));
    }
    intrinsics.push_back(
        ffi::Map<ffi::String, ffi::Any>{{"name", ffi::String(row.name)},
                                        {"arity", row.arity},
                                        {"roles", roles},
                                        {"first_level", ffi::String(ToString(row.first_level))},
                                        {"last_level", ffi::String(ToString(row.last_level))},
                                        {"effect", ffi::String(ToString(row.effect))},
                                        {"header", ffi::String(row.header)},
                                        {"spelling", ffi::String(row.spelling)},
                                        {"documentation", ffi::String(row.documentation)}});
  }
  return {{"scopes", scopes}, {"attributes", attrs}, {"intrinsics", intrinsics}};
}

}  // namespace

TVM_FFI_STATIC_INIT_BLOCK() {
  RegisterIntrinsics();
  namespace refl = tvm::ffi::reflection;
  refl::GlobalDef().def("tilelang_tenstorrent.schema.Dump", Dump);
}

}  // namespace tvm::tt
