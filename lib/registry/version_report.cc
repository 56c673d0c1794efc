// Formatting versions.
#include "registry/version_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/table.h"
#include "core/terminal.h"
#include "core/units.h"
#include "registry/json_flat.h"
#include "registry/prompt_text.h"

namespace llmops::registry {
namespace {

using Named = std::vector<std::pair<std::string, std::string>>;
constexpr auto kLeft = Table::Align::kLeft;
constexpr auto kRight = Table::Align::kRight;

std::string date(const std::string& time) {
  return time.size() < 16 ? time : time.substr(0, 10) + " " + time.substr(11, 5);
}

Json tags_json(const Named& tags) {
  Json object = Json::object();
  for (const auto& [key, value] : tags) object[key] = value;
  return object;
}

std::string tags_text(const Named& tags) {
  std::vector<std::string> pairs;
  for (const auto& [key, value] : tags) pairs.push_back(key + "=" + value);
  return fmt::format("{}", fmt::join(pairs, " "));
}

std::string fields(const std::string& title, const Named& named, int width) {
  Table table({{title, kLeft}, {"", kLeft}});
  for (const auto& [name, value] : named) {
    if (!value.empty()) table.add_row({name, value});
  }
  return table.render(width);
}

std::string version_text(const std::optional<int>& version) { return version ? std::to_string(*version) : "-"; }

Json version_json(const std::optional<int>& version) { return version ? Json(*version) : Json(); }

}  // namespace

Json model_json(const ModelVersion& model) {
  return {{"uri", fmt::format("models:/{}/{}", model.name, model.version)},
          {"name", model.name},
          {"version", model.version},
          {"kind", model.artifact.kind},
          {"path", model.artifact.path},
          {"sha256", model.artifact.sha256},
          {"bytes", model.artifact.bytes},
          {"aliases", model.aliases},
          {"tags", tags_json(model.tags)},
          {"run_id", model.run_id.empty() ? Json() : Json(model.run_id)},
          {"metadata", model.metadata},
          {"created_at", model.created_at}};
}

std::string model_text(const ModelVersion& model, int width) {
  Named named = {{"kind", model.artifact.kind},
                 {"size", format_bytes(model.artifact.bytes)},
                 {"path", model.artifact.path},
                 {"sha256", model.artifact.sha256},
                 {"aliases", fmt::format("{}", fmt::join(model.aliases, " "))},
                 {"tags", tags_text(model.tags)},
                 {"run", model.run_id},
                 {"created", model.created_at}};
  for (const auto& pair : flatten_json(model.metadata)) named.push_back(pair);
  return fields(fmt::format("models:/{}/{}", model.name, model.version), named, width);
}

std::string models_text(const std::vector<ModelVersion>& models, int width) {
  if (models.empty()) return "no models; get one with: llmops pull smollm2-135m-instruct\n";
  Table table({{"model", kLeft},
               {"version", kRight},
               {"kind", kLeft},
               {"size", kRight},
               {"aliases", kLeft},
               {"tags", kLeft},
               {"created (UTC)", kLeft}});
  for (const auto& model : models) {
    table.add_row({model.name, std::to_string(model.version), model.artifact.kind, format_bytes(model.artifact.bytes),
                   fmt::format("{}", fmt::join(model.aliases, " ")), tags_text(model.tags), date(model.created_at)});
  }
  return table.render(width);
}

Json alias_move_json(const AliasMove& move) {
  return {{"name", move.name},
          {"alias", move.alias},
          {"action", move.action},
          {"from_version", version_json(move.from_version)},
          {"to_version", version_json(move.to_version)},
          {"who", move.who},
          {"when", move.when},
          {"why", move.why},
          {"evidence", move.evidence.empty() ? Json() : Json(move.evidence)}};
}

std::string alias_moves_text(const std::vector<AliasMove>& moves, int width) {
  if (moves.empty()) return "no alias was ever set\n";
  Table table({{"when (UTC)", kLeft},
               {"alias", kLeft},
               {"action", kLeft},
               {"from", kRight},
               {"to", kRight},
               {"who", kLeft},
               {"evidence", kLeft},
               {"why", kLeft}});
  for (const auto& move : moves) {
    table.add_row({date(move.when), move.alias, move.action, version_text(move.from_version),
                   version_text(move.to_version), move.who, move.evidence, move.why});
  }
  return table.render(width);
}

Json dataset_json(const DatasetVersion& data) {
  return {{"uri", fmt::format("data:/{}@{}", data.name, data.version)},
          {"name", data.name},
          {"version", data.version},
          {"path", data.artifact.path},
          {"sha256", data.artifact.sha256},
          {"bytes", data.artifact.bytes},
          {"tags", tags_json(data.tags)},
          {"run_id", data.run_id.empty() ? Json() : Json(data.run_id)},
          {"summary", data.summary},
          {"created_at", data.created_at}};
}

std::string dataset_text(const DatasetVersion& data, int width) {
  Named named = {{"size", format_bytes(data.artifact.bytes)},
                 {"path", data.artifact.path},
                 {"sha256", data.artifact.sha256},
                 {"tags", tags_text(data.tags)},
                 {"run", data.run_id},
                 {"created", data.created_at}};
  for (const auto& pair : flatten_json(data.summary)) named.push_back(pair);
  return fields(fmt::format("data:/{}@{}", data.name, data.version), named, width);
}

std::string datasets_text(const std::vector<DatasetVersion>& datasets, int width) {
  if (datasets.empty()) return "no datasets; make one with: llmops prepare FOLDER\n";
  Table table({{"dataset", kLeft},
               {"version", kRight},
               {"size", kRight},
               {"content", kLeft},
               {"tags", kLeft},
               {"created (UTC)", kLeft}});
  for (const auto& data : datasets) {
    table.add_row({data.name, std::to_string(data.version), format_bytes(data.artifact.bytes),
                   data.artifact.sha256.substr(0, 12), tags_text(data.tags), date(data.created_at)});
  }
  return table.render(width);
}

Json prompt_json(const PromptVersion& prompt) {
  Json report = export_prompt(prompt);
  report.update({{"uri", prompt.uri()},
                 {"version", prompt.version},
                 {"sha256", prompt.sha256},
                 {"labels", prompt.labels},
                 {"variables", prompt_variables(prompt.uri(), prompt.body)},
                 {"who", prompt.who},
                 {"created_at", prompt.created_at}});
  return report;
}

std::string prompt_text(const PromptVersion& prompt) {
  return fmt::format("{}  {}  {}\n{}, by {} at {}\nvariables: {}\n\n{}{}", paint(Colour::kBold, prompt.uri()),
                     prompt.format, fmt::join(prompt.labels, " "),
                     prompt.message.empty() ? "(no message)" : prompt.message, prompt.who, prompt.created_at,
                     fmt::join(prompt_variables(prompt.uri(), prompt.body), ", "), prompt.body,
                     prompt.body.ends_with('\n') ? "" : "\n");
}

std::string prompts_text(const std::vector<PromptVersion>& prompts, int width) {
  if (prompts.empty()) return "no prompts; add one with: llmops prompts add NAME FILE\n";
  Table table({{"prompt", kLeft},
               {"version", kRight},
               {"format", kLeft},
               {"labels", kLeft},
               {"message", kLeft},
               {"who", kLeft},
               {"created (UTC)", kLeft}});
  for (const auto& prompt : prompts) {
    table.add_row({prompt.name, std::to_string(prompt.version), prompt.format,
                   fmt::format("{}", fmt::join(prompt.labels, " ")), prompt.message, prompt.who,
                   date(prompt.created_at)});
  }
  return table.render(width);
}

}  // namespace llmops::registry
