/*! Prints index expressions and calls of intrinsics as C++. */
#pragma once

#include <tvm/tirx/expr_functor.h>

#include <string>
#include <unordered_map>

#include "codegen/cpp_names.h"
#include "schema/schema.h"

namespace tvm::tt {

class CppExprPrinter : public tirx::ExprFunctor<std::string(const PrimExpr&, int)> {
 public:
  /*! `cb_ids` names the id constant of each circular buffer. */
  CppExprPrinter(const CppNames& names,
                 const std::unordered_map<const tirx::VarNode*, std::string>& cb_ids)
      : names_(names), cb_ids_(cb_ids) {}

  /*! The expression, unparenthesised. */
  std::string Print(const PrimExpr& expr) { return VisitExpr(expr, 0); }
  /*! An expression as the right side of a comparison. */
  std::string PrintBound(const PrimExpr& expr);
  /*! A call by the spelling of its row. */
  std::string PrintCall(const tirx::CallNode* call, const IntrinsicRow& row);

 private:
  std::string VisitExpr_(const tirx::VarNode* op, int precedence) final;
  std::string VisitExpr_(const tirx::AddNode* op, int precedence) final;
  std::string VisitExpr_(const tirx::SubNode* op, int precedence) final;
  std::string VisitExpr_(const tirx::MulNode* op, int precedence) final;
  std::string VisitExpr_(const tirx::DivNode* op, int precedence) final;
  std::string VisitExpr_(const tirx::ModNode* op, int precedence) final;
  std::string VisitExpr_(const tirx::FloorDivNode* op, int precedence) final;
  std::string VisitExpr_(const tirx::FloorModNode* op, int precedence) final;
  std::string VisitExpr_(const tirx::MinNode* op, int precedence) final;
  std::string VisitExpr_(const tirx::MaxNode* op, int precedence) final;
  std::string VisitExpr_(const tirx::EQNode* op, int precedence) final;
  std::string VisitExpr_(const tirx::NENode* op, int precedence) final;
  std::string VisitExpr_(const tirx::LTNode* op, int precedence) final;
  std::string VisitExpr_(const tirx::LENode* op, int precedence) final;
  std::string VisitExpr_(const tirx::GTNode* op, int precedence) final;
  std::string VisitExpr_(const tirx::GENode* op, int precedence) final;
  std::string VisitExpr_(const tirx::AndNode* op, int precedence) final;
  std::string VisitExpr_(const tirx::OrNode* op, int precedence) final;
  std::string VisitExpr_(const tirx::NotNode* op, int precedence) final;
  std::string VisitExpr_(const tirx::SelectNode* op, int precedence) final;
  std::string VisitExpr_(const tirx::CastNode* op, int precedence) final;
  std::string VisitExpr_(const tirx::BufferLoadNode* op, int precedence) final;
  std::string VisitExpr_(const tirx::CallNode* op, int precedence) final;
  std::string VisitExpr_(const IntImmNode* op, int precedence) final;
  std::string VisitExprDefault_(const ffi::Object* op, int precedence) final;

  template <typename Node>
  std::string Binary(const Node* op, const char* symbol, int own, int precedence);
  std::string Argument(const PrimExpr& arg, const std::string& form);

  const CppNames& names_;
  const std::unordered_map<const tirx::VarNode*, std::string>& cb_ids_;
};

}  // namespace tvm::tt
