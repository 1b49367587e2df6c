/*! Index expressions and intrinsic calls as C++. */
#include "codegen/cpp_expr_printer.h"

#include <fmt/format.h>
#include <tvm/tirx/builtin.h>
#include <tvm/tirx/op.h>

#include <bit>

#include "ir/scalars.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Binding strength, weakest first, in the order of C++. */
enum Precedence : int { kTernary = 1, kOr, kAnd, kEquality, kRelation, kSum, kProduct, kUnary };

std::string Parenthesised(const std::string& text, bool needed) {
  return needed ? "(" + text + ")" : text;
}

}  // namespace

template <typename Node>
std::string CppExprPrinter::Binary(const Node* op, const char* symbol, int own, int precedence) {
  // Operators of one strength group to the left, so the right operand is printed one stronger.
  return Parenthesised(VisitExpr(op->a, own) + symbol + VisitExpr(op->b, own + 1),
                       own < precedence);
}

#define TT_PRINT_BINARY(Node, Symbol, Own)                                 \
  std::string CppExprPrinter::VisitExpr_(const Node* op, int precedence) { \
    return Binary(op, Symbol, Own, precedence);                            \
  }
TT_PRINT_BINARY(AddNode, " + ", kSum)
TT_PRINT_BINARY(SubNode, " - ", kSum)
TT_PRINT_BINARY(MulNode, " * ", kProduct)
TT_PRINT_BINARY(DivNode, " / ", kProduct)
TT_PRINT_BINARY(ModNode, " % ", kProduct)
TT_PRINT_BINARY(FloorDivNode, " / ", kProduct)
TT_PRINT_BINARY(FloorModNode, " % ", kProduct)
TT_PRINT_BINARY(EQNode, " == ", kEquality)
TT_PRINT_BINARY(NENode, " != ", kEquality)
TT_PRINT_BINARY(LTNode, " < ", kRelation)
TT_PRINT_BINARY(LENode, " <= ", kRelation)
TT_PRINT_BINARY(GTNode, " > ", kRelation)
TT_PRINT_BINARY(GENode, " >= ", kRelation)
TT_PRINT_BINARY(AndNode, " && ", kAnd)
TT_PRINT_BINARY(OrNode, " || ", kOr)
#undef TT_PRINT_BINARY

std::string CppExprPrinter::VisitExpr_(const VarNode* op, int) { return names_.Of(op); }
std::string CppExprPrinter::VisitExpr_(const IntImmNode* op, int) {
  if (op->dtype.is_bool()) return op->value ? "true" : "false";
  return std::to_string(op->value);
}
std::string CppExprPrinter::VisitExpr_(const NotNode* op, int) {
  return "!" + VisitExpr(op->a, kUnary);
}
std::string CppExprPrinter::VisitExpr_(const CastNode* op, int precedence) {
  if (op->dtype.is_float() && !op->value.dtype().is_float()) {
    // Indices are unsigned in the text; differences of them may be negative.
    const std::string value = Print(op->value);
    return op->value.dtype().is_bool() ? "static_cast<float>(" + value + ")"
                                       : "static_cast<float>(static_cast<int32_t>(" + value + "))";
  }
  return VisitExpr(op->value, precedence);
}
std::string CppExprPrinter::VisitExpr_(const SelectNode* op, int precedence) {
  std::string text = VisitExpr(op->condition, kOr) + " ? " + VisitExpr(op->true_value, kTernary) +
                     " : " + VisitExpr(op->false_value, kTernary);
  return Parenthesised(text, kTernary < precedence);
}
std::string CppExprPrinter::VisitExpr_(const MinNode* op, int precedence) {
  return VisitExpr(Select(op->a < op->b, op->a, op->b), precedence);
}
std::string CppExprPrinter::VisitExpr_(const MaxNode* op, int precedence) {
  return VisitExpr(Select(op->a > op->b, op->a, op->b), precedence);
}
std::string CppExprPrinter::VisitExpr_(const BufferLoadNode* op, int) {
  TVM_FFI_ICHECK(IsScalar(op->buffer)) << "no C++ spelling of " << ffi::GetRef<PrimExpr>(op);
  return names_.Of(op->buffer->data.get());
}
std::string CppExprPrinter::VisitExpr_(const CallNode* op, int precedence) {
  const char* symbol = op->op.same_as(builtin::shift_right())   ? " >> "
                       : op->op.same_as(builtin::bitwise_and()) ? " & "
                                                                : nullptr;
  if (symbol != nullptr) {
    return Parenthesised(VisitExpr(op->args[0], kUnary) + symbol + VisitExpr(op->args[1], kUnary),
                         kTernary < precedence);
  }
  const IntrinsicRow* row = FindRow(op->op);
  TVM_FFI_ICHECK(row != nullptr) << "no spelling of " << op->op;
  return PrintCall(op, *row);
}
std::string CppExprPrinter::VisitExprDefault_(const ffi::Object* op, int) {
  TVM_FFI_THROW(InternalError) << "no C++ spelling of a " << op->GetTypeKey() << " expression";
  TVM_FFI_UNREACHABLE();
}

std::string CppExprPrinter::PrintBound(const PrimExpr& expr) { return VisitExpr(expr, kSum); }

std::string CppExprPrinter::Argument(const PrimExpr& arg, const std::string& form) {
  if (form == "cb") return cb_ids_.at(arg.as<VarNode>());
  if (form == "obj") return names_.Of(arg.as<VarNode>());
  if (form == "bits") {
    const auto* imm = arg.as<FloatImmNode>();
    if (imm == nullptr) return "std::bit_cast<uint32_t>(" + Print(arg) + ")";
    const float value = static_cast<float>(imm->value);
    return fmt::format("0x{:08x}u /* {} */", std::bit_cast<uint32_t>(value), value);
  }
  return Print(arg);
}

std::string CppExprPrinter::PrintCall(const CallNode* call, const IntrinsicRow& row) {
  std::string text;
  const std::string spelling = row.spelling;
  for (size_t i = 0; i < spelling.size(); ++i) {
    if (spelling[i] != '{' || !std::isdigit(spelling[i + 1])) {
      text += spelling[i];
      continue;
    }
    const size_t end = spelling.find('}', i);
    const std::string field = spelling.substr(i + 1, end - i - 1);
    const size_t dot = field.find('.');
    text += Argument(call->args[std::stoi(field.substr(0, dot))],
                     dot == std::string::npos ? "" : field.substr(dot + 1));
    i = end;
  }
  return text;
}

}  // namespace tvm::tt
