// Reads the prepare recipe section by section; every mistake is reported with its line.
#include "data/recipe.h"

#include <algorithm>

#include "core/error.h"
#include "data/rules/text_measures.h"

namespace llmops::data {

namespace fs = std::filesystem;
using config::YamlDocument;
using config::YamlObject;

namespace {

void read_output(YamlObject object, OutputSpec& output) {
  object.optional("path", output.path);
  object.optional("formats", output.formats);
  for (const std::string& format : output.formats) {
    object.check(format == "jsonl" || format == "packed" || format == "parquet", "formats",
                 "has unknown format '" + format + "'", "known: jsonl, packed, parquet");
  }
}

/// A field of the rows is there for later steps only where an input keeps it.
bool is_kept(const PrepareRecipe& recipe, const std::string& field) {
  if ((field == "language" || field == "language_score") && !recipe.clean.language.keep.empty()) return true;
  return std::any_of(recipe.inputs.begin(), recipe.inputs.end(), [&](const InputSpec& input) {
    return std::find(input.keep.begin(), input.keep.end(), field) != input.keep.end();
  });
}

/// The user's own rules see into a field: "meta.score".
bool is_kept_in_part(const PrepareRecipe& recipe, std::string field) {
  if (field.starts_with("row.")) field.erase(0, 4);
  return is_kept(recipe, field) || is_kept(recipe, field.substr(0, field.find('.')));
}

void check_fields(YamlObject& root, const PrepareRecipe& recipe) {
  const auto check = [&](bool kept, const char* section, const std::string& field) {
    root.check(kept || field.empty(), section, "asks for the field '" + field + "', which no input keeps",
               "add keep: [" + field + "] to the input");
  };
  for (const CustomRule& rule : recipe.clean.custom) {
    const bool of_text = is_text_figure(rule.field) || rule.field == "text";
    check(of_text || is_kept_in_part(recipe, rule.field), "clean", rule.field);
  }
  if (!recipe.clean.filter_cmd.empty()) return;  // the user's program may add others
  const std::string& order = recipe.select.order.by;
  if (order != "input" && order != "shuffle" && order != "length") check(is_kept(recipe, order), "order", order);
  for (const auto& [section, field] : {std::pair{"split", recipe.select.split.stratify},
                                       {"balance", recipe.select.balance.field},
                                       {"dedup", recipe.dedup.score_field}}) {
    check(is_kept(recipe, field), section, field);
  }
}

void read_recipe(YamlObject root, const std::vector<std::string>& filter_cmd, PrepareRecipe& recipe) {
  root.optional("name", recipe.name);
  read_clean(root.object("clean"), recipe.clean);
  if (!filter_cmd.empty()) recipe.clean.filter_cmd = filter_cmd;
  read_dedup(root.object("dedup"), recipe.dedup);
  read_pii(root.object("pii"), recipe.pii);
  read_decontaminate(root.object("decontaminate"), recipe.decontaminate);
  read_select(root, recipe.select);
  YamlObject pack = root.object("pack");
  pack.optional("tokenizer", recipe.pack.tokenizer);
  pack.optional("sequence_len", recipe.pack.sequence_len);
  pack.check(recipe.pack.sequence_len >= 8 && recipe.pack.sequence_len <= (1 << 24), "sequence_len",
             "is not between 8 and 16777216");
  read_output(root.object("output"), recipe.output);
  std::string share;
  root.optional("max_bad", share);
  check_fields(root, recipe);
  if (share.empty()) return;
  try {
    recipe.max_bad = parse_share(share);
  } catch (const UsageError& error) {
    root.check(false, "max_bad", "is not a share", "for example 1% or 0.01");
  }
}

}  // namespace

PrepareRecipe read_prepare_recipe(const fs::path& path, const std::vector<std::string>& overrides,
                                  const std::vector<std::string>& filter_cmd) {
  YamlDocument document = YamlDocument::from_file(path, overrides);
  YamlObject root = document.root();
  PrepareRecipe recipe;
  recipe.folder = fs::absolute(path).parent_path();
  for (YamlObject& input : root.objects("inputs")) recipe.inputs.push_back(read_input(input));
  root.check(!recipe.inputs.empty(), "inputs", "is missing or empty", "for example inputs: [{path: \"raw/*.jsonl\"}]");
  read_recipe(root, filter_cmd, recipe);
  document.finish();
  return recipe;
}

PrepareRecipe default_prepare_recipe(const fs::path& raw, const std::vector<std::string>& overrides,
                                     const std::vector<std::string>& filter_cmd) {
  YamlDocument document = YamlDocument::from_text("{}", "--set", overrides);
  PrepareRecipe recipe;
  const fs::path absolute = fs::absolute(raw).lexically_normal();
  const fs::path folder = absolute.has_filename() ? absolute : absolute.parent_path();
  recipe.folder = folder.parent_path();
  InputSpec input;
  input.path = folder.filename().string();
  recipe.inputs.push_back(input);
  recipe.name = folder.stem().string();
  read_recipe(document.root(), filter_cmd, recipe);
  document.finish();
  return recipe;
}

Json PrepareRecipe::json() const {
  Json sources = Json::array();
  for (const InputSpec& input : inputs) sources.push_back(input_json(input));
  Json json = {
      {"name", name},         {"inputs", sources},          {"clean", clean_json(clean)},
      {"pii", pii_json(pii)}, {"dedup", dedup_json(dedup)}, {"decontaminate", decontaminate_json(decontaminate)}};
  json.update(select_json(select));
  json["pack"] = {{"tokenizer", pack.tokenizer}, {"sequence_len", pack.sequence_len}};
  json["formats"] = output.formats;
  json["max_bad"] = max_bad;
  return json;
}

double parse_share(const std::string& text) {
  std::size_t used = 0;
  double value = -1;
  try {
    value = std::stod(text, &used);
  } catch (const std::exception&) {
    used = 0;  // not a number: the check below says so
  }
  const bool percent = used > 0 && text.substr(used) == "%";
  if (percent) value /= 100;
  if (used == 0 || (used != text.size() && !percent) || !(value >= 0 && value <= 1)) {
    throw UsageError("'" + text + "' is not a share", "for example 1% or 0.01");
  }
  return value;
}

}  // namespace llmops::data
