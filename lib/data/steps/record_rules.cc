#include "data/steps/record_rules.h"

#include "core/hash.h"
#include "data/clean/clean.h"

namespace llmops::data {
namespace {

// The content of a model or text that the recipe names, or "" for one that is built in.
std::string content_of(const std::string& path, const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / path;
  return std::filesystem::is_regular_file(file) ? sha256_file(file) : "";
}

}  // namespace

RecordRules::RecordRules(const PrepareRecipe& recipe)
    : clean_(recipe.clean),
      quality_(recipe.clean.quality),
      lists_(recipe.clean.lists, recipe.folder),
      custom_(recipe.clean.custom),
      key_(dump_json(recipe.clean.rules_json()) + lists_.fingerprint()) {
  if (!clean_.language.keep.empty()) {
    language_.emplace(clean_.language, recipe.folder);
    key_ += content_of(clean_.language.model, recipe.folder);
  }
  if (clean_.perplexity.max > 0 || clean_.perplexity.min > 0) {
    perplexity_.emplace(open_perplexity_model(clean_.perplexity, recipe.folder));
    key_ += content_of(clean_.perplexity.model, recipe.folder);
    for (const std::string& path : clean_.perplexity.train_on) key_ += content_of(path, recipe.folder);
  }
  if (!recipe.decontaminate.against.empty()) {
    contamination_.emplace(recipe.decontaminate, recipe.folder);
    key_ += dump_json(decontaminate_json(recipe.decontaminate)) + contamination_->content_hash();
  }
}

std::optional<Loss> RecordRules::apply(Record& record, std::optional<TextWords>& words) const {
  std::string rule = broken_length_rule(record, clean_);
  if (rule.empty()) rule = broken_rule(record, record.content_text());
  if (!rule.empty()) return dropped(rule, record.prompt_text());
  if (!contamination_.has_value()) return std::nullopt;
  words = words_of(record.content_text());
  const auto found = contamination_->find(*words);
  if (!found.has_value()) return std::nullopt;
  Loss loss = dropped("contaminated", found->words);
  loss.of = found->where;
  return loss;
}

std::string RecordRules::broken_rule(Record& record, const std::string& text) const {
  std::string rule = broken_language(record, text);
  if (rule.empty()) rule = broken_quality(record, text);
  if (rule.empty() && !lists_.empty()) rule = lists_.broken_rule(text, record.fields.value("language", ""));
  if (rule.empty() && perplexity_.has_value()) {
    rule = broken_perplexity_rule(perplexity_->perplexity(text), clean_.perplexity);
  }
  if (rule.empty() && !custom_.empty()) rule = custom_.broken_rule(record.fields, text);
  return rule;
}

std::string RecordRules::broken_language(Record& record, const std::string& text) const {
  if (!language_.has_value()) return "";
  const LanguageGuess guess = language_->identifier().identify(text);
  record.fields["language"] = guess.code;
  record.fields["language_score"] = guess.score;
  return language_->broken(guess);
}

// Lines are cut out of plain texts only: a turn of a conversation is no place to cut.
std::string RecordRules::broken_quality(Record& record, std::string text) const {
  if (quality_.empty()) return "";
  std::string rule = quality_.apply(text);
  const bool plain = record.messages.empty() && !record.is_pair();
  if (rule.empty() && plain) record.text = std::move(text);
  return rule;
}

}  // namespace llmops::data
