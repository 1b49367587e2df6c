/*!
 * The schema's C++ face: typed access to the rows of schema.def.
 *
 * Passes name intrinsics and attributes by enumerators; the spelling of a key exists only in
 * schema.def.
 */
#pragma once

#include <tvm/ir/op.h>
#include <tvm/tirx/expr.h>
#include <tvm/tirx/stmt.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tvm::tt {

/*! IR levels, in the order a kernel goes through them. */
enum class Level : uint8_t { Tile, Placed, Staged, Split, Protocol, Final };
/*! Spelling of a level in messages, pass descriptions and documentation. */
const char* ToString(Level level);
/*! Parses the spelling of a level; throws ValueError which lists the levels otherwise. */
Level ParseLevel(const std::string& text);

/*! Kernel roles, as a bit mask of the roles an intrinsic may appear in. */
enum Role : uint8_t { kReader = 1, kCompute = 2, kWriter = 4, kAllRoles = 7 };
/*! Spelling of a single role, the value of the kernel-role attribute after the split. */
const char* ToString(Role role);
/*! The NoC of a data-movement kernel, and -1 for compute: reads and writes of tensors do not meet. */
constexpr int NocOf(Role role) { return role == kReader ? 0 : role == kWriter ? 1 : -1; }

/*! What kind of effect an intrinsic has; Pure ones are expressions. */
enum class Effect : uint8_t {
  Pure,
  NocRead,
  NocWrite,
  Barrier,
  CBSync,
  EngineInit,
  DstSync,
  Math,
  Pack
};
const char* ToString(Effect effect);

/*! The two compute units whose modes are set independently. */
enum class Unit : uint8_t { Fpu, Sfpu };

enum class Scope : uint8_t {
#define TT_SCOPE(Id, ...) Id,
#include "schema.def"
};

enum class Attr : uint8_t {
#define TT_ATTR(Id, ...) Id,
#include "schema.def"
};

enum class Intrinsic : uint16_t {
#define TT_INTRINSIC(Id, ...) Id,
#include "schema.def"
};

/*! One attribute row. */
struct AttrRow {
  const char* key;
  const char* holder;
  const char* content;
  const char* set_by;
  Level first_level;
};

/*! One storage scope row. */
struct ScopeRow {
  const char* key;
  const char* content;
};

/*! One intrinsic row; arity -1 means variable. */
struct IntrinsicRow {
  Intrinsic id;
  const char* name;
  int arity;
  uint8_t roles;
  Level first_level;
  Level last_level;
  Effect effect;
  const char* header;
  const char* spelling;
  const char* documentation;
};

/*! What an arithmetic intrinsic needs of the engine. */
struct EngineRow {
  Intrinsic op;
  Unit unit;
  Intrinsic init;
  std::vector<int> init_args; /*!< positions of the op's arguments that its init takes */
  int srca;                   /*!< position of the operand in SrcA, -1 if none */
  int srcb;                   /*!< position of the operand in SrcB, -1 if none */
};

const AttrRow& Row(Attr attr);
const IntrinsicRow& Row(Intrinsic intrinsic);
const std::vector<ScopeRow>& AllScopes();
const std::vector<AttrRow>& AllAttrs();
const std::vector<IntrinsicRow>& AllIntrinsics();

/*! The key of an attribute. */
inline const char* Key(Attr attr) { return Row(attr).key; }
/*! The storage scope of a kind of buffer. */
inline const char* Key(Scope scope) { return AllScopes()[static_cast<size_t>(scope)].key; }
/*! The registered operator of an intrinsic. */
const Op& GetOp(Intrinsic intrinsic);
/*! The row of an operator, or null if it is not one of ours. */
const IntrinsicRow* FindRow(const ffi::ObjectRef& op);
/*! The engine needs of an arithmetic intrinsic, or null. */
const EngineRow* FindEngine(Intrinsic intrinsic);

/*! A call of an intrinsic as expression (pure intrinsics). */
tirx::Call MakeCall(Intrinsic intrinsic, ffi::Array<PrimExpr> args,
                    DataType dtype = DataType::Int(32));
/*! A call of an intrinsic as statement. */
tirx::Stmt MakeStmt(Intrinsic intrinsic, ffi::Array<PrimExpr> args, Span span = Span());
/*! The call if the statement is a call of one of our intrinsics, with its row. */
struct IntrinsicCall {
  const tirx::CallNode* call = nullptr;
  const IntrinsicRow* row = nullptr;
  explicit operator bool() const { return call != nullptr; }
  bool Is(Intrinsic id) const { return row != nullptr && row->id == id; }
};
IntrinsicCall AsIntrinsic(const tirx::Stmt& stmt);
/*! Whether a call is an abstract read of a block (tensor, cb, ...) / write of a block (cb, tensor, ...). */
bool IsBlockRead(const IntrinsicCall& call);
bool IsBlockWrite(const IntrinsicCall& call);
IntrinsicCall AsIntrinsic(const PrimExpr& expr);

}  // namespace tvm::tt
