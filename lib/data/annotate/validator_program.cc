// Asks the user's validator.
#include "data/annotate/validator_program.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/filter_process.h"
#include "data/record.h"

namespace llmops::data {

std::string ask_validator(const std::string& command, const Json& record, std::chrono::seconds timeout) {
  constexpr int kNotFound = 127, kNotExecutable = 126;
  const FilterResult result = run_filter({"sh", "-c", command}, dump_json(record) + "\n", timeout);
  if (result.timed_out) return "validator_timeout";
  if (result.exit_code == kNotFound || result.exit_code == kNotExecutable) {
    throw NotFoundError(fmt::format("the validator '{}' cannot be run", command),
                        "give its path, or put its interpreter in front: 'python3 check.py'");
  }
  const Json answer = Json::parse(result.output.substr(0, result.output.find('\n')), nullptr, false);
  const bool speaks = answer.is_object();
  const bool refused = speaks && answer.value("ok", Json(true)) == false;
  if (result.exit_code == 0 && !refused) return "";
  const Json reason = speaks ? answer.value("reason", Json()) : Json();
  if (!reason.is_string()) return "validator";
  return "validator: " + std::string(cut_text(reason.get_ref<const std::string&>(), 80));
}

}  // namespace llmops::data
