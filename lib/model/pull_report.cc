// What `llmops pull` did, for machines and for people.
#include <fmt/format.h>

#include "core/units.h"
#include "model/pull.h"

namespace llmops::model {

Json PullReport::json() const {
  Json json = {
      {"uri", uri}, {"path", path}, {"source", source}, {"source_sha256", source_sha256}, {"licence", licence}};
  json["already_present"] = already_present;
  if (planned) {
    json["planned"] = true;
    return json;
  }
  json["sha256"] = sha256;
  json["bytes"] = bytes;
  json["parameters"] = parameters;
  return json;
}

std::string PullReport::text() const {
  const char* verb = planned ? "would pull" : already_present ? "already present:" : "pulled";
  std::string out = fmt::format("{} {}\n", verb, uri);
  const auto line = [&out](const char* label, const std::string& value) {
    if (!value.empty()) out += fmt::format("  {:<11} {}\n", label, value);
  };
  line("source", source);
  line("sha256", source_sha256);
  line("licence", licence);
  line("path", path);
  if (planned) return out;
  line("parameters", format_count(static_cast<std::uint64_t>(parameters)));
  line("size", format_bytes(bytes));
  return out;
}

}  // namespace llmops::model
