/*! Names of variables in printed C++. */
#include "codegen/cpp_names.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace tvm::tt {

namespace {

/*! Words that cannot name a variable: keywords of C++ and what kernel texts use themselves. */
constexpr std::array kReserved = {
    "alignas",  "alignof",  "and",      "asm",      "auto",     "bool",      "break",
    "case",     "catch",    "char",     "class",    "const",    "constexpr", "continue",
    "decltype", "default",  "delete",   "do",       "double",   "else",      "enum",
    "explicit", "export",   "extern",   "false",    "float",    "for",       "friend",
    "goto",     "if",       "inline",   "int",      "long",     "mutable",   "namespace",
    "new",      "not",      "nullptr",  "operator", "or",       "private",   "protected",
    "public",   "register", "requires", "return",   "short",    "signed",    "sizeof",
    "static",   "struct",   "switch",   "template", "this",     "throw",     "true",
    "try",      "typedef",  "typename", "union",    "unsigned", "using",     "virtual",
    "void",     "volatile", "while",    "xor",      "noc",      "noc_index", "kernel_main",
    "uint32_t"};

std::string Identifier(const std::string& hint) {
  std::string name;
  for (char c : hint) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0]))) name.insert(0, 1, 'v');
  return name;
}

}  // namespace

CppNames::CppNames() { scopes_.emplace_back(kReserved.begin(), kReserved.end()); }

void CppNames::EnterScope() { scopes_.emplace_back(); }
void CppNames::ExitScope() { scopes_.pop_back(); }

bool CppNames::Taken(const std::string& name) const {
  return std::any_of(scopes_.begin(), scopes_.end(), [&](const std::vector<std::string>& scope) {
    return std::find(scope.begin(), scope.end(), name) != scope.end();
  });
}

void CppNames::Reserve(const std::string& name) { scopes_.back().push_back(name); }

std::string CppNames::Declare(const tirx::VarNode* var, const std::string& hint) {
  const std::string base = Identifier(hint);
  std::string name = base;
  for (int i = 1; Taken(name); ++i) name = base + "_" + std::to_string(i);
  scopes_.back().push_back(name);
  names_[var] = name;
  return name;
}

const std::string& CppNames::Of(const tirx::VarNode* var) const {
  auto it = names_.find(var);
  TVM_FFI_ICHECK(it != names_.end()) << "variable '" << var->name_hint << "' is not declared";
  return it->second;
}

}  // namespace tvm::tt
