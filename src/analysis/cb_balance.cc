/*! Balance of circular buffers over the kernels of a module. */
#include "analysis/cb_balance.h"

#include <tvm/tirx/function.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <vector>

#include "ir/attrs.h"
#include "ir/tiles.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! Events "control path: pages" of pushes and pops, per circular buffer. */
struct Events {
  std::map<std::string, std::vector<std::string>> pushes, pops;
};

class EventCollector : public StmtVisitor {
 public:
  Events events;

 private:
  void VisitStmt_(const AllocBufferNode* op) final { names_[op->buffer->data.get()] = op->buffer->name; }
  void VisitStmt_(const BindNode* op) final {
    if (const int64_t* value = as_const_int(op->value)) constants_[op->var.get()] = *value;
  }
  void VisitStmt_(const ForNode* op) final {
    std::ostringstream step;
    auto known = constants_.find(op->extent.as<VarNode>());
    step << "for ";
    known == constants_.end() ? step << op->extent : step << known->second;
    step << "/";
    Under(step.str(), op->body);
  }
  void VisitStmt_(const IfThenElseNode* op) final {
    std::ostringstream condition;
    condition << "if " << op->condition << "/";
    Under(condition.str(), op->then_case);
    if (op->else_case) Under("else " + condition.str(), op->else_case.value());
  }
  void Under(const std::string& step, const Stmt& body) {
    std::string outer = path_;
    path_ += step;
    VisitStmt(body);
    path_ = outer;
  }
  void VisitStmt_(const EvaluateNode* op) final {
    IntrinsicCall call = AsIntrinsic(op->value);
    const bool push = call.Is(Intrinsic::CBPushBack);
    if (!push && !call.Is(Intrinsic::CBPopFront)) return;
    std::ostringstream event;
    const PrimExpr& pages = call.call->args[1];
    auto it = constants_.find(pages.as<VarNode>());
    event << path_;
    it == constants_.end() ? event << pages : event << it->second;
    auto& all = push ? events.pushes : events.pops;
    all[names_.at(call.call->args[0].as<VarNode>())].push_back(event.str());
  }

  std::map<const VarNode*, std::string> names_;
  std::map<const VarNode*, int64_t> constants_;
  std::string path_;
};

}  // namespace

std::string FindCBImbalance(const IRModule& module) {
  std::map<std::string, std::vector<std::string>> pushes, pops;
  for (const auto& [var, base] : module->functions) {
    const auto* func = base.as<PrimFuncNode>();
    if (func == nullptr) continue;
    EventCollector collector;
    collector(func->body);
    for (auto& [cb, events] : collector.events.pushes) {
      pushes[cb].insert(pushes[cb].end(), events.begin(), events.end());
    }
    for (auto& [cb, events] : collector.events.pops) {
      pops[cb].insert(pops[cb].end(), events.begin(), events.end());
    }
  }
  for (const auto& [cb, events] : pushes) pops[cb];
  for (auto& [cb, taken] : pops) {
    // A loop-carried block is popped in the loop before the last push's pop, so order is no measure.
    std::sort(taken.begin(), taken.end());
    std::sort(pushes[cb].begin(), pushes[cb].end());
    if (pushes[cb] == taken) continue;
    std::ostringstream text;
    text << "circular buffer '" << cb << "' is pushed {";
    for (const std::string& event : pushes[cb]) text << " " << event;
    text << " } but popped {";
    for (const std::string& event : taken) text << " " << event;
    text << " }";
    return text.str();
  }
  return "";
}

}  // namespace tvm::tt
