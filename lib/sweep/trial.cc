// Records as JSON.
#include "sweep/trial.h"

namespace llmops::sweep {

Json TrialRecord::json() const {
  Json json = {{"trial", trial},   {"rung", rung},     {"steps", steps},
               {"status", status}, {"params", params}, {"seconds", seconds}};
  if (!error.empty()) json["error"] = error;
  if (!report.is_null()) json["report"] = report;
  return json;
}

TrialRecord parse_trial_record(const Json& json, const std::string& origin) {
  TrialRecord record;
  record.trial = json_get<int>(json, "trial", origin);
  record.rung = json_get<int>(json, "rung", origin);
  record.steps = json_get<int>(json, "steps", origin);
  record.status = json_get<std::string>(json, "status", origin);
  record.params = json_get<Json>(json, "params", origin);
  record.seconds = json_get<double>(json, "seconds", origin);
  record.error = json_get_or<std::string>(json, "error", "", origin);
  record.report = json_get_or<Json>(json, "report", nullptr, origin);
  return record;
}

}  // namespace llmops::sweep
