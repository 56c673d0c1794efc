#include "data/steps/record_steps.h"

#include "core/hash.h"
#include "data/clean/clean.h"
#include "text/utf8.h"

namespace llmops::data {
namespace {

// Raised when a step does something else than before: what was stored under the old number is then left alone.
constexpr const char* kTextVersion = "text 2";
constexpr const char* kRulesVersion = "rules 1";

std::string names_hash(const PrepareRecipe& recipe) {
  return recipe.pii.names_file.empty() ? "" : sha256_file(recipe.folder / recipe.pii.names_file);
}

}  // namespace

RecordSteps::RecordSteps(const PrepareRecipe& recipe, const InputFiles& inputs)
    : recipe_(recipe),
      inputs_(inputs),
      pii_(make_pii_policy(recipe.pii, recipe.folder)),
      shown_pii_(PiiPolicy::redact(pii_.types())),
      rules_(recipe),
      program_(recipe.clean.filter_cmd),
      text_spec_(kTextVersion + dump_json({{"clean", recipe.clean.text_json()},
                                           {"pii", pii_json(recipe.pii)},
                                           {"key", pii_key_id(pii_)},
                                           {"names", names_hash(recipe)}})) {
  for (const InputSpec& input : recipe.inputs) mappings_.emplace_back(input);
}

Hash128 RecordSteps::text_key(const Unit& unit) const {
  std::string spec = text_spec_ + unit.content(inputs_).hex();
  for (const Part& part : unit.parts) {
    spec += dump_json(input_json(recipe_.inputs[inputs_.files[part.file].input]));
    spec += static_cast<char>('a' + static_cast<int>(inputs_.files[part.file].format));
  }
  return xxh3_128(spec);
}

Hash128 RecordSteps::rules_key(const Hash128& text_key) const {
  return xxh3_128(kRulesVersion + rules_.key() + program_.key() + text_key.hex());
}

Batch RecordSteps::read(const Unit& unit) const {
  Batch batch;
  for (const Part& part : unit.parts) {
    for (const Slice& slice : part.slices) {
      batch.items.push_back({{part.file, slice.line}, read_slice(part, slice, batch), {}});
    }
    if (!part.damage.empty()) {
      batch.items.push_back({{part.file, 0}, shown(rejected("unreadable_file", part.damage)), {}});
    }
  }
  return batch;
}

std::variant<Record, Loss> RecordSteps::read_slice(const Part& part, const Slice& slice, Batch& batch) const {
  const InputFile& input = inputs_.files[part.file];
  std::variant<Json, Loss> row = read_row(slice, input.format, part.header);
  if (auto* loss = std::get_if<Loss>(&row)) return shown(std::move(*loss));
  Counts here;
  bool drop = false;
  const FieldFilter filter = [&](const std::string& text) {
    std::string clean = clean_text(text, recipe_.clean);
    drop = drop || find_pii_to_drop(clean, pii_).has_value();
    return treat_pii(clean, pii_, here);
  };
  const std::string place = text::utf8_repair(input.name) + ":" + std::to_string(slice.line);
  Mapped mapped = mappings_[input.input].map(std::get<Json>(std::move(row)), place, filter);
  if (auto* loss = std::get_if<Loss>(&mapped.outcome)) return shown(std::move(*loss));
  ++batch.schemas[schema_name(mapped.schema)];
  if (drop) {
    const Record& record = std::get<Record>(mapped.outcome);
    Loss loss = dropped("pii", record.prompt_text());
    loss.id = record.id;
    return shown(std::move(loss));
  }
  for (const auto& [type, count] : here) batch.redacted[type] += count;
  return std::move(mapped.outcome);
}

// A lost record is shown in rejects.jsonl: what is looked for in records is redacted there, before it is cut.
Loss RecordSteps::shown(Loss loss) const {
  Counts ignored;
  loss.value = cut_text(treat_pii(loss.value, shown_pii_, ignored), kShownBytes);
  return loss;
}

void RecordSteps::apply_rules(Batch& batch) const {
  for (Item& item : batch.items) {
    auto* record = std::get_if<Record>(&item.outcome);
    if (record == nullptr) continue;
    std::optional<Loss> loss = rules_.apply(*record, item.words);
    if (!loss.has_value()) continue;
    loss->id = record->id;
    item.outcome = shown(std::move(*loss));
  }
  if (!program_.empty()) program_.apply(batch);
}

}  // namespace llmops::data
