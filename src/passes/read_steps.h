/*! ShareReadsTT: the times at which a core reads a block, counted through loops and work items. */
#pragma once

#include <tvm/arith/analyzer.h>
#include <tvm/tirx/stmt.h>

#include <vector>

#include "ir/loops.h"

namespace tvm::tt {

/*! What counts the times at which a read happens: work items, or the steps of a loop. */
struct Counter {
  tirx::Var var;
  PrimExpr extent;
};

/*! The times at which a read happens on a core, counted from 0 by nested counters, the outermost first. */
struct Steps {
  std::vector<Counter> counters = {};
  bool of_items = false;              /*!< whether the first counter counts work items */
  PrimExpr number = Imm(0);           /*!< of this step, from the counters */
  PrimExpr step = Imm(0);             /*!< the same, by its name */
  std::vector<tirx::Bind> known = {}; /*!< what is bound in front of the read */

  /*! How often the read happens. */
  PrimExpr Total() const;
  /*! Whether the steps of a loop go on from one of these to the next. */
  bool GoOn(const tirx::ForNode* loop) const;
  /*! A statement as it is at another step; what it uses gets names with a prefix. */
  tirx::Stmt At(const PrimExpr& at, const tirx::Stmt& stmt, const char* prefix,
                arith::Analyzer* analyzer) const;
};

}  // namespace tvm::tt
