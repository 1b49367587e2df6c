/*! Names of variables in printed C++: legal identifiers, unique in their scope. */
#pragma once

#include <tvm/tirx/var.h>

#include <string>
#include <unordered_map>
#include <vector>

namespace tvm::tt {

class CppNames {
 public:
  CppNames();
  void EnterScope();
  void ExitScope();
  /*! Declares a variable in the innermost scope and gives its name. */
  std::string Declare(const tirx::VarNode* var, const std::string& hint);
  /*! Takes a name without a variable. */
  void Reserve(const std::string& name);
  /*! Name of a declared variable; an internal error if there is none. */
  const std::string& Of(const tirx::VarNode* var) const;

 private:
  bool Taken(const std::string& name) const;
  std::vector<std::vector<std::string>> scopes_;
  std::unordered_map<const tirx::VarNode*, std::string> names_;
};

}  // namespace tvm::tt
