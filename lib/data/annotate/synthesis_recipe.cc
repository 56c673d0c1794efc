// Reads the recipe of a synthesis.
#include <fmt/format.h>

#include <set>

#include "core/error.h"
#include "core/files.h"
#include "core/json_lines.h"
#include "data/annotate/synthesis.h"
#include "data/read/mapping.h"

namespace llmops::data {

namespace {

std::string as_text(const Json& value) { return value.is_string() ? value.get<std::string>() : dump_json(value); }

/// A list of values, or the lines of a file.
std::vector<std::string> values_of(const Json& given, const fs::path& folder) {
  std::vector<std::string> values;
  if (given.is_array()) {
    for (const Json& value : given) values.push_back(as_text(value));
    return values;
  }
  if (!given.is_object() || !given.contains("file") || !given["file"].is_string()) return values;
  const std::string text = read_file(folder / given["file"].get<std::string>());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) values.push_back(std::move(line));
    at = end + 1;
  }
  return values;
}

void read_variables(config::YamlObject root, SynthesisRecipe& recipe, const fs::path& folder) {
  if (!root.has("variables")) return;
  config::YamlObject object = root.object("variables");
  for (const std::string& name : object.keys()) {
    std::vector<std::string> values = values_of(object.json(name), folder);
    object.check(!values.empty(), name, "has no values", "a list, or {file: values.txt} with one a line");
    recipe.variables.emplace_back(name, std::move(values));
  }
}

void read_seeds(config::YamlObject root, SynthesisRecipe& recipe, const fs::path& folder) {
  std::string file;
  root.optional("seeds", file);
  if (file.empty()) return;
  recipe.seeds_file = folder / file;
  const std::string text = read_file(recipe.seeds_file);
  for (const JsonLine& line : split_json_lines(text, recipe.seeds_file.string())) {
    Json seed = parse_json(line.text, line.origin);
    if (!seed.is_object()) throw InputError(line.origin + ": a seed is not an object");
    recipe.seeds.push_back(std::move(seed));
  }
  root.check(!recipe.seeds.empty(), "seeds", "has no lines");
}

void read_prompt(config::YamlObject root, SynthesisRecipe& recipe) {
  std::string system, prompt;
  root.optional("system", system);
  root.optional("prompt", prompt);
  root.check(prompt.empty() != !root.has("messages"), "prompt", "and 'messages' exclude each other, and one is needed");
  if (!system.empty()) recipe.messages.push_back({{"role", "system"}, {"content", system}});
  if (!prompt.empty()) recipe.messages.push_back({{"role", "user"}, {"content", prompt}});
  for (config::YamlObject message : root.objects("messages")) {
    std::string role, content;
    message.required("role", role);
    message.required("content", content);
    recipe.messages.push_back({{"role", role}, {"content", content}});
  }
}

void read_schema(config::YamlObject root, SynthesisRecipe& recipe, const fs::path& folder) {
  if (!root.has("schema")) return;
  const Json schema = root.json("schema");
  recipe.schema = schema.is_string() ? read_json_file(folder / schema.get<std::string>()) : schema;
  root.check(recipe.schema.is_object(), "schema", "is not an object", "a JSON schema, or the name of a file with one");
  recipe.record = "fields";
}

void read_sampling(config::YamlObject object, SynthesisSampling& sampling) {
  object.optional("max_tokens", sampling.max_tokens);
  object.optional("temperature", sampling.temperature);
  object.optional("top_p", sampling.top_p);
  object.optional("min_p", sampling.min_p);
  object.optional("top_k", sampling.top_k);
  object.optional("repetition_penalty", sampling.repetition_penalty);
  object.optional("stop", sampling.stop);
  object.check(sampling.max_tokens > 0, "max_tokens", "must be at least 1");
}

/// Every {{name}} of the prompt must have a value in every attempt: found now, and not after an hour.
void check_names(config::YamlObject root, const SynthesisRecipe& recipe) {
  std::set<std::string> needed;
  for (const Json& message : recipe.messages) {
    const FieldTemplate content(message["content"].get<std::string>());
    for (const FieldTemplate::Piece& piece : content.pieces()) {
      if (piece.is_field) needed.insert(piece.text);
    }
  }
  for (const auto& [name, unused] : recipe.variables) {
    root.check(needed.contains(name), "variables", fmt::format("has '{}', which the prompt does not use", name));
    needed.erase(name);
  }
  for (const Json& seed : recipe.seeds) {
    for (const std::string& name : needed)
      root.check(seed.contains(name), "seeds", fmt::format("has a line without '{}'", name));
  }
  if (!recipe.seeds.empty()) return;
  for (const std::string& name : needed)
    root.check(false, "prompt", fmt::format("names '{}', which has no values", name), "add it under 'variables'");
}

}  // namespace

SynthesisRecipe read_synthesis_recipe(const fs::path& path, const std::vector<std::string>& overrides) {
  auto document = config::YamlDocument::from_file(path, overrides);
  config::YamlObject root = document.root();
  const fs::path folder = path.parent_path();
  SynthesisRecipe recipe;
  recipe.name = path.stem().string();
  root.optional("name", recipe.name);
  read_prompt(root, recipe);
  read_variables(root, recipe, folder);
  read_seeds(root, recipe, folder);
  read_schema(root, recipe, folder);
  root.optional("record", recipe.record);
  const bool known = recipe.record == "text" || recipe.record == "conversation" || recipe.record == "fields";
  root.check(known, "record", fmt::format("is '{}'", recipe.record), "text, conversation or fields");
  read_sampling(root.object("sampling"), recipe.sampling);
  read_record_checks(root.object("checks"), recipe.checks);
  check_names(root, recipe);
  document.finish();
  return recipe;
}

}  // namespace llmops::data
