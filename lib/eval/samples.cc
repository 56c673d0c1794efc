// One line of JSON for each document: what was asked, what was expected, what came, and how it was measured.
#include <cmath>

#include "core/hash.h"
#include "eval/report.h"

namespace llmops::eval {
namespace {

/// As lm-evaluation-harness hashes a document: SHA-256 of its JSON, indented by two.
std::string document_hash(const Json& document) {
  return sha256_hex(document.dump(2, ' ', false, Json::error_handler_t::replace));
}

Json responses(const Task& task, const Outcome& outcome) {
  switch (task.output_type) {
    case OutputType::kGenerateUntil: return outcome.output;
    case OutputType::kMultipleChoice: return outcome.evidence.choice_logprobs;
    case OutputType::kLoglikelihood: return Json::array({outcome.evidence.logprob, outcome.evidence.greedy});
    case OutputType::kLoglikelihoodRolling: break;
  }
  return outcome.evidence.logprob;
}

Json sample(const TaskResult& result, const Outcome& outcome, std::size_t filter) {
  const Case& one = outcome.one;
  const bool rolling = result.task.output_type == OutputType::kLoglikelihoodRolling;
  const std::string& target = one.references.front();
  Json line = {{"doc_id", one.index},
               {"doc_hash", document_hash(one.document)},
               {"prompt_hash", sha256_hex(rolling ? target : one.prompt)},  // of the harness' first argument
               {"target_hash", sha256_hex(target)},
               {"filter", result.task.filters[filter].name},
               {"doc", one.document},
               {"prompt", one.prompt}};
  line["target"] = rolling ? Json(nullptr) : one.references.size() > 1 ? Json(one.references) : Json(target);
  if (!one.choices.empty()) {
    line["choices"] = one.choices;
    line["gold"] = one.gold;
  }
  if (!outcome.error.empty()) {
    line["error"] = outcome.error;
    return line;
  }
  line["output"] = responses(result.task, outcome);
  if (!outcome.finish_reason.empty()) line["finish_reason"] = outcome.finish_reason;
  if (outcome.truncated) line["truncated"] = true;
  const FilteredOutcome& filtered = outcome.filtered[filter];
  if (!result.task.filters[filter].steps.empty()) line["filtered"] = filtered.output;
  for (std::size_t m = 0; m < result.task.metrics.size(); ++m) {
    const MetricSpec& spec = result.task.metrics[m];
    const double value = make_measure(spec, result.task.output_type).of_one(filtered.rows[m]);
    line[spec.name] = std::isfinite(value) ? Json(value) : Json(nullptr);
  }
  return line;
}

}  // namespace

std::string samples_jsonl(const TaskResult& result) {
  std::string text;
  for (const Outcome& outcome : result.outcomes) {
    for (std::size_t filter = 0; filter < result.task.filters.size(); ++filter) {
      text += dump_json(sample(result, outcome, filter)) + "\n";
    }
  }
  return text;
}

}  // namespace llmops::eval
