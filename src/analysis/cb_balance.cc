/*! Balance of circular buffers over the kernels of a module. */
#include "analysis/cb_balance.h"

#include <tvm/tirx/function.h>
#include <tvm/tirx/op.h>
#include <tvm/tirx/stmt_functor.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <sstream>
#include <tuple>
#include <vector>

#include "ir/attrs.h"
#include "ir/tiles.h"
#include "schema/schema.h"

namespace tvm::tt {

using namespace tirx;

namespace {

/*! A loop or a side of an if that an event is under. */
struct Step {
  enum Kind : uint8_t { kLoop, kThen, kElse } kind;
  std::string text; /*!< extent or condition */
  bool operator==(const Step&) const = default;
  bool operator<(const Step& other) const {
    return std::tie(kind, text) < std::tie(other.kind, other.text);
  }
};

/*! A push or pop of pages under a control path. */
struct Event {
  std::vector<Step> path;
  std::string pages;
  bool operator==(const Event&) const = default;
  bool operator<(const Event& other) const {
    return std::tie(path, pages) < std::tie(other.path, other.pages);
  }
};

/*! Events per circular buffer. */
struct Events {
  std::map<std::string, std::vector<Event>> pushes, pops;
};

class EventCollector : public StmtVisitor {
 public:
  explicit EventCollector(const PrimFuncNode* func)
      : descs_(func->GetAttr<CBDescMap>(Key(Attr::CBDesc)).value()) {}
  Events events;

 private:
  void VisitStmt_(const AllocBufferNode* op) final {
    names_[op->buffer->data.get()] = op->buffer->name;
  }
  void VisitStmt_(const BindNode* op) final {
    if (const int64_t* value = as_const_int(op->value)) constants_[op->var.get()] = *value;
  }
  void VisitStmt_(const ForNode* op) final { Under({Step::kLoop, Text(op->extent)}, op->body); }
  void VisitStmt_(const IfThenElseNode* op) final {
    Under({Step::kThen, Text(op->condition)}, op->then_case);
    if (op->else_case) Under({Step::kElse, Text(op->condition)}, op->else_case.value());
  }
  void Under(Step step, const Stmt& body) {
    path_.push_back(std::move(step));
    VisitStmt(body);
    path_.pop_back();
  }
  /*! An expression, named constants by their value. */
  std::string Text(const PrimExpr& expr) {
    std::ostringstream text;
    auto known = constants_.find(expr.as<VarNode>());
    known == constants_.end() ? text << expr : text << known->second;
    return text.str();
  }
  void VisitStmt_(const EvaluateNode* op) final {
    IntrinsicCall call = AsIntrinsic(op->value);
    if (call.Is(Intrinsic::Untilize)) {  // will push what it packs
      const std::string& rows = names_.at(call.call->args[1].as<VarNode>());
      events.pushes[rows].push_back({path_, std::to_string(descs_.at(rows)->Tiles())});
      return;
    }
    const bool push = call.Is(Intrinsic::CBPushBack);
    if (!push && !call.Is(Intrinsic::CBPopFront)) return;
    auto& all = push ? events.pushes : events.pops;
    const std::string& name = names_.at(call.call->args[0].as<VarNode>());
    all[name].push_back(InBlocks({path_, Text(call.call->args[1])}, descs_.at(name)->Tiles()));
  }
  /*! A block may be pushed in equal parts, one after the other. */
  static Event InBlocks(Event event, int64_t block) {
    if (event.path.empty() || event.path.back().kind != Step::kLoop) return event;
    const int64_t part = std::atoll(event.pages.c_str());
    if (part == 0 || part == block) return event;
    if (std::atoll(event.path.back().text.c_str()) * part != block) return event;
    event.path.pop_back();
    event.pages = std::to_string(block);
    return event;
  }

  CBDescMap descs_;
  std::map<const VarNode*, std::string> names_;
  std::map<const VarNode*, int64_t> constants_;
  std::vector<Step> path_;
};

/*! Sorts events, with a pair of equal ones on both sides of an if as one event in front of it. */
void Normalise(std::vector<Event>* events) {
  for (size_t i = 0; i < events->size(); ++i) {
    for (size_t step = 0; step < (*events)[i].path.size(); ++step) {
      if ((*events)[i].path[step].kind != Step::kElse) continue;
      Event twin = (*events)[i];
      twin.path[step].kind = Step::kThen;
      auto other = std::find(events->begin(), events->end(), twin);
      if (other == events->end()) continue;
      twin.path.erase(twin.path.begin() + step);
      (*events)[i] = twin;
      events->erase(other);
      return Normalise(events);
    }
  }
  // A loop-carried block is popped in the loop before the last push's pop, so order is no measure.
  std::sort(events->begin(), events->end());
}

void Print(const std::vector<Event>& events, std::ostream& out) {
  static constexpr const char* kWords[] = {"for ", "if ", "else if "};
  for (const Event& event : events) {
    out << " ";
    for (const Step& step : event.path) out << kWords[step.kind] << step.text << "/";
    out << event.pages;
  }
}

}  // namespace

std::string FindCBImbalance(const IRModule& module) {
  std::map<std::string, std::vector<Event>> pushes, pops;
  for (const auto& [var, base] : module->functions) {
    const auto* func = base.as<PrimFuncNode>();
    if (func == nullptr) continue;
    EventCollector collector(func);
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
    Normalise(&taken);
    Normalise(&pushes[cb]);
    if (pushes[cb] == taken) continue;
    std::ostringstream text;
    text << "circular buffer '" << cb << "' is pushed {";
    Print(pushes[cb], text);
    text << " } but popped {";
    Print(taken, text);
    text << " }";
    return text.str();
  }
  return "";
}

}  // namespace tvm::tt
