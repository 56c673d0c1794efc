// Reads the prepare recipe; every mistake is reported with its line.
#include "data/recipe.h"

#include <algorithm>

#include "config/yaml_reader.h"
#include "core/error.h"
#include "data/read/mapping.h"
#include "data/read/slices.h"

namespace llmops::data {

namespace fs = std::filesystem;
using config::YamlDocument;
using config::YamlObject;

namespace {

// One of a few words.
std::string choice(YamlObject& object, const std::string& key, std::string value,
                   const std::vector<std::string>& words) {
  object.optional(key, value);
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "'" : ", '") + word + "'";
  object.check(std::find(words.begin(), words.end(), value) != words.end(), key, "is not one of " + list);
  return value;
}

std::vector<Message> read_turns(YamlObject& object) {
  std::vector<Message> turns;
  for (YamlObject& turn : object.objects("messages")) {
    Message message;
    message.role = choice(turn, "role", "user", {"system", "user", "assistant", "tool"});
    turn.required("content", message.content);
    try {
      FieldTemplate parsed(message.content);
    } catch (const ConfigError& error) {
      turn.check(false, "content", std::string("has ") + error.what());
    }
    turns.push_back(std::move(message));
  }
  return turns;
}

// {"field": [...]} or {"field": {...}}
Json read_values(YamlObject& input) {
  Json values = input.json("values");
  if (values.is_null()) return Json::object();
  const auto is_known_set = [](const Json& known) { return known.is_array() || known.is_object(); };
  const bool well_formed = values.is_object() && std::all_of(values.begin(), values.end(), is_known_set);
  input.check(well_formed, "values", "is not a mapping of fields to lists or mappings of values");
  return well_formed ? values : Json::object();
}

Json read_rename(YamlObject& input) {
  Json rename = input.json("rename");
  if (rename.is_null()) return Json::object();
  const bool well_formed =
      rename.is_object() && std::all_of(rename.begin(), rename.end(), [](const Json& to) { return to.is_string(); });
  input.check(well_formed, "rename", "is not a mapping of names to names");
  return well_formed ? rename : Json::object();
}

InputSpec read_input(YamlObject& object) {
  InputSpec input;
  object.required("path", input.path);
  object.optional("format", input.format);
  object.check(input.format.empty() || parse_format(input.format).has_value(), "format",
               "is not one of 'jsonl', 'csv', 'tsv', 'txt', 'md'");
  input.records = choice(object, "records", input.records, {"file", "paragraph", "line"});
  object.optional("id_field", input.id_field);
  object.optional("text_field", input.text_field);
  object.optional("messages_field", input.messages_field);
  input.messages = read_turns(object);
  input.rename = read_rename(object);
  input.values = read_values(object);
  const int mappings = !input.messages.empty() + !input.text_field.empty() + !input.messages_field.empty();
  object.check(mappings <= 1, "path", "has more than one of 'messages', 'messages_field' and 'text_field'");
  return input;
}

void read_clean(YamlObject object, CleanSpec& clean) {
  clean.nfc = choice(object, "unicode", "nfc", {"nfc", "keep"}) == "nfc";
  clean.strip_html = choice(object, "html", "strip", {"strip", "keep"}) == "strip";
  clean.collapse = choice(object, "whitespace", "tidy", {"tidy", "collapse"}) == "collapse";
  for (const auto& [key, target] : {std::pair{"min_words", &clean.min_words},
                                    {"max_words", &clean.max_words},
                                    {"min_chars", &clean.min_chars},
                                    {"max_chars", &clean.max_chars}}) {
    object.optional(key, *target);
    object.check(*target >= 0, key, "is negative", "0 turns the rule off");
  }
}

void read_minhash(YamlObject& dedup, MinHashSpec& minhash) {
  const Json value = dedup.json("minhash");
  if (value.is_boolean()) {
    minhash.enabled = value.get<bool>();
    return;
  }
  YamlObject object = dedup.object("minhash");
  object.optional("ngram", minhash.ngram);
  object.optional("bands", minhash.bands);
  object.optional("rows", minhash.rows);
  object.optional("jaccard", minhash.jaccard);
  object.check(minhash.ngram >= 1 && minhash.ngram <= 32, "ngram", "is not between 1 and 32");
  object.check(minhash.bands >= 1 && minhash.rows >= 1 && minhash.bands <= 1024 && minhash.rows <= 1024 &&
                   minhash.bands * minhash.rows <= 1024,
               "bands", "times 'rows' is not between 1 and 1024");
  object.check(minhash.jaccard > 0 && minhash.jaccard <= 1, "jaccard", "is not above 0 and at most 1");
}

void read_dedup(YamlObject object, DedupSpec& dedup) {
  object.optional("exact", dedup.exact);
  read_minhash(object, dedup.minhash);
  dedup.keep_all = choice(object, "keep", "first", {"first", "all"}) == "all";
}

void read_pii(YamlObject object, PiiSpec& pii) {
  const std::string action = choice(object, "action", "redact", {"redact", "drop", "keep"});
  pii.action = action == "redact" ? PiiSpec::Action::kRedact
               : action == "drop" ? PiiSpec::Action::kDrop
                                  : PiiSpec::Action::kKeep;
  if (!object.has("types")) return;
  std::vector<std::string> names;
  object.optional("types", names);
  pii.types = 0;
  for (const std::string& name : names) {
    const auto type = parse_pii(name);
    object.check(type.has_value(), "types", "has unknown type '" + name + "'",
                 "known: email, phone, ip, card, iban, secret");
    if (type) pii.types |= pii_bit(*type);
  }
}

void read_split(YamlObject object, SplitSpec& split) {
  object.optional("validation", split.validation);
  object.optional("test", split.test);
  object.optional("seed", split.seed);
  std::string by = choice(object, "by", "cluster", {"cluster"});
  object.check(split.validation >= 0 && split.test >= 0 && split.validation + split.test < 1, "validation",
               "and 'test' are shares that leave nothing to train on", "for example validation: 0.05, test: 0.15");
}

void read_recipe(YamlObject root, PrepareRecipe& recipe) {
  root.optional("name", recipe.name);
  recipe.clean = {};
  read_clean(root.object("clean"), recipe.clean);
  read_dedup(root.object("dedup"), recipe.dedup);
  read_pii(root.object("pii"), recipe.pii);
  read_split(root.object("split"), recipe.split);
  YamlObject pack = root.object("pack");
  pack.optional("tokenizer", recipe.pack.tokenizer);
  pack.optional("sequence_len", recipe.pack.sequence_len);
  pack.check(recipe.pack.sequence_len >= 8 && recipe.pack.sequence_len <= (1 << 24), "sequence_len",
             "is not between 8 and 16777216");
  YamlObject output = root.object("output");
  output.optional("path", recipe.output);
  std::string share;
  root.optional("max_bad", share);
  if (share.empty()) return;
  try {
    recipe.max_bad = parse_share(share);
  } catch (const UsageError& error) {
    root.check(false, "max_bad", "is not a share", "for example 1% or 0.01");
  }
}

}  // namespace

PrepareRecipe read_prepare_recipe(const fs::path& path, const std::vector<std::string>& overrides) {
  YamlDocument document = YamlDocument::from_file(path, overrides);
  YamlObject root = document.root();
  PrepareRecipe recipe;
  recipe.folder = fs::absolute(path).parent_path();
  for (YamlObject& input : root.objects("inputs")) recipe.inputs.push_back(read_input(input));
  root.check(!recipe.inputs.empty(), "inputs", "is missing or empty", "for example inputs: [{path: \"raw/*.jsonl\"}]");
  read_recipe(root, recipe);
  document.finish();
  return recipe;
}

PrepareRecipe default_prepare_recipe(const fs::path& raw, const std::vector<std::string>& overrides) {
  YamlDocument document = YamlDocument::from_text("{}", "--set", overrides);
  PrepareRecipe recipe;
  const fs::path absolute = fs::absolute(raw).lexically_normal();
  const fs::path folder = absolute.has_filename() ? absolute : absolute.parent_path();
  recipe.folder = folder.parent_path();
  InputSpec input;
  input.path = folder.filename().string();
  recipe.inputs.push_back(input);
  recipe.name = folder.stem().string();
  read_recipe(document.root(), recipe);
  document.finish();
  return recipe;
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
