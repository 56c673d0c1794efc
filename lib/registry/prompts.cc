// Prompt versions and labels.
#include "registry/prompts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.h"
#include "core/hash.h"
#include "core/spelling.h"
#include "core/units.h"
#include "core/uri.h"
#include "registry/names.h"
#include "registry/prompt_text.h"
#include "registry/provenance.h"
#include "registry/versions.h"

namespace llmops::registry {
namespace {

PromptVersion read_version(const Statement& row) {
  PromptVersion found;
  found.name = row.text(0);
  found.version = static_cast<int>(row.integer(1));
  found.sha256 = row.text(2);
  found.format = row.text(3);
  found.body = row.text(4);
  found.config = row.json(5);
  found.message = row.text(6);
  found.who = row.text(7);
  found.created_at = row.text(8);
  return found;
}

std::string content_hash(const PromptVersion& prompt) {
  return sha256_hex(dump_json(Json::array({prompt.format, prompt.body, prompt.config})));
}

int insert_version(Registry::Connection& connection, const PromptVersion& prompt, const std::string& sha256) {
  Transaction transaction(connection);
  int newest = 0;
  {
    Statement row(connection,
                  "SELECT version, sha256 FROM prompt_versions WHERE name = ? ORDER BY version DESC LIMIT 1",
                  prompt.name);
    if (row.step()) newest = static_cast<int>(row.integer(0));
    if (newest > 0 && row.text(1) == sha256) return newest;
  }
  Statement(connection,
            "INSERT INTO prompt_versions (name, version, sha256, format, body, config, message, who, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            prompt.name, newest + 1, sha256, prompt.format, prompt.body, prompt.config, prompt.message,
            prompt.who.empty() ? user_name() : prompt.who, now_utc())
      .run();
  transaction.commit();
  return newest + 1;
}

std::string known_labels(const std::vector<PromptVersion>& versions) {
  std::vector<std::string> labels;
  for (const auto& one : versions) labels.insert(labels.end(), one.labels.begin(), one.labels.end());
  return fmt::format("there are: {}", fmt::join(labels, ", "));
}

}  // namespace

std::string PromptVersion::uri() const { return fmt::format("prompt://{}/{}", name, version); }

PromptVersion add_prompt(Registry& registry, const PromptVersion& prompt) {
  check_name("prompt", prompt.name);
  check_prompt_body(prompt.name, prompt.format, prompt.body);
  const int version = insert_version(registry.connection(), prompt, content_hash(prompt));
  return get_prompt(registry, prompt.name, std::to_string(version), "");
}

std::vector<PromptVersion> list_prompts(Registry& registry, const std::string& name) {
  Registry::Connection& connection = registry.connection();
  const auto lock = connection.lock();
  std::vector<PromptVersion> found;
  for (Statement rows(
           connection,
           "SELECT name, version, sha256, format, body, config, message, who, created_at FROM prompt_versions "
           "WHERE ?1 = '' OR name = ?1 ORDER BY name, version",
           name);
       rows.step();) {
    found.push_back(read_version(rows));
  }
  for (PromptVersion& prompt : found) {
    for (Statement rows(connection, "SELECT label FROM prompt_labels WHERE name = ? AND version = ? ORDER BY label",
                        prompt.name, prompt.version);
         rows.step();) {
      prompt.labels.push_back(rows.text(0));
    }
  }
  return found;
}

PromptVersion get_prompt(Registry& registry, const std::string& name, const std::string& version,
                         const std::string& label) {
  const auto versions = list_prompts(registry, name);
  if (versions.empty()) throw_no_name("prompt", name, list_prompts(registry));
  if (!version.empty()) return version_numbered("prompt", versions, version);
  for (const auto& one : versions) {
    if (std::find(one.labels.begin(), one.labels.end(), label) != one.labels.end()) return one;
  }
  if (label.empty()) return versions.back();
  throw NotFoundError(fmt::format("prompt '{}' has no label '{}'", name, label), known_labels(versions));
}

PromptVersion resolve_prompt(Registry& registry, const std::string& text) {
  const Uri uri = parse_uri(text.starts_with("prompt://") ? text : "prompt://" + text);
  return get_prompt(registry, uri.name, uri.version, uri.alias);
}

void label_prompt(Registry& registry, const std::string& name, const std::string& label, std::optional<int> version) {
  check_alias("label", label);
  if (label == "latest") throw UsageError("label 'latest' always means the newest version", "choose another name");
  get_prompt(registry, name, version ? std::to_string(*version) : "", "");  // throws when absent
  Transaction transaction(registry.connection());
  std::optional<std::int64_t> from;
  if (Statement row(registry.connection(), "SELECT version FROM prompt_labels WHERE name = ? AND label = ?", name,
                    label);
      row.step()) {
    from = row.integer(0);
  }
  if (!from && !version) throw NotFoundError(fmt::format("prompt '{}' has no label '{}'", name, label));
  Statement(
      registry.connection(),
      "INSERT INTO prompt_label_journal (name, label, from_version, to_version, who, at) VALUES (?, ?, ?, ?, ?, ?)",
      name, label, from, version, user_name(), now_utc())
      .run();
  transaction.commit();
}

Json export_prompt(const PromptVersion& prompt) {
  const Json body = prompt.format == "chat" ? parse_json(prompt.body, prompt.uri()) : Json(prompt.body);
  return {{"name", prompt.name},
          {"format", prompt.format},
          {"body", body},
          {"config", prompt.config},
          {"message", prompt.message}};
}

PromptVersion import_prompt(const Json& file, const std::string& origin) {
  PromptVersion prompt;
  prompt.name = json_get<std::string>(file, "name", origin);
  prompt.format = json_get_or<std::string>(file, "format", "text", origin);
  prompt.body = prompt.format == "chat" ? dump_json(json_get<Json>(file, "body", origin))
                                        : json_get<std::string>(file, "body", origin);
  prompt.config = json_get_or<Json>(file, "config", Json::object(), origin);
  prompt.message = json_get_or<std::string>(file, "message", "", origin);
  return prompt;
}

}  // namespace llmops::registry
