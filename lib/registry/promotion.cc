// Promotion: an alias moves only to a version whose evaluation passed its gate.
#include <fmt/format.h>

#include <map>

#include "core/error.h"
#include "core/units.h"
#include "registry/models.h"
#include "registry/statement.h"

namespace llmops::registry {
namespace {

struct GatedEval {
  std::string run_id;
  bool passed = false;
};

// Of one content, the newest gated eval run of each set of tasks: an older pass does not outweigh a newer failure. A
// gate that checked nothing is not a gate.
std::map<std::string, GatedEval> newest_gated_evals(Registry& registry, const std::string& sha256) {
  const auto lock = registry.connection().lock();
  std::map<std::string, GatedEval> newest;
  for (Statement rows(registry.connection(),
                      "SELECT id, summary ->> '$.gate.passed', coalesce(summary ->> '$.task', summary -> '$.tasks', "
                      "config ->> '$.task', config -> '$.tasks', '') FROM runs "
                      "WHERE command = 'eval' AND status = 'finished' "
                      "AND coalesce(summary ->> '$.model_sha256', config ->> '$.model_sha256') = ? "
                      "AND coalesce(summary ->> '$.gate.checks', 0) >= 1 ORDER BY started_at, id",
                      sha256);
       rows.step();) {
    newest[rows.text(2)] = {rows.text(0), rows.integer(1) == 1};
  }
  return newest;
}

// The eval run that allows it.
std::string require_evidence(Registry& registry, const ModelVersion& model) {
  const std::string uri = fmt::format("models:/{}/{}", model.name, model.version);
  const auto evals = newest_gated_evals(registry, model.artifact.sha256);
  if (evals.empty()) {
    throw InputError(fmt::format("'{}' has no finished eval run with a gate", uri),
                     fmt::format("make one with: llmops eval {} --task TASK --gate 'accuracy>=0.8'", uri));
  }
  std::string evidence;
  for (const auto& [task, eval] : evals) {
    if (!eval.passed) {
      throw InputError(fmt::format("the gate of '{}' tripped in eval run '{}'", uri, eval.run_id),
                       fmt::format("see why with: llmops runs show {}", eval.run_id));
    }
    evidence = std::max(evidence, eval.run_id);
  }
  return evidence;
}

}  // namespace

AliasMove promote_model(Registry& registry, const std::string& name, int version, const std::string& alias,
                        const std::string& why, bool force) {
  const ModelVersion model = get_model(registry, name, std::to_string(version), "");
  AliasMove move{name, alias.empty() ? "production" : alias, {}, version, "", "", why, "", force ? "force" : "promote"};
  if (!force) move.evidence = require_evidence(registry, model);
  move_alias(registry, move);
  return alias_history(registry, name).back();
}

}  // namespace llmops::registry
