// The resolved recipe as JSON: what the run records, and what the version's identity is computed from.
#include "data/recipe.h"

namespace llmops::data {

namespace {

Json input_json(const InputSpec& input) {
  Json turns = Json::array();
  for (const Message& turn : input.messages) turns.push_back({{"role", turn.role}, {"content", turn.content}});
  return {{"path", input.path},         {"format", input.format},         {"records", input.records},
          {"id_field", input.id_field}, {"text_field", input.text_field}, {"messages_field", input.messages_field},
          {"messages", turns},          {"rename", input.rename},         {"values", input.values}};
}

Json clean_json(const CleanSpec& clean) {
  return {{"unicode", clean.nfc ? "nfc" : "keep"},
          {"html", clean.strip_html ? "strip" : "keep"},
          {"whitespace", clean.collapse ? "collapse" : "tidy"},
          {"min_words", clean.min_words},
          {"max_words", clean.max_words},
          {"min_chars", clean.min_chars},
          {"max_chars", clean.max_chars}};
}

Json dedup_json(const DedupSpec& dedup) {
  const MinHashSpec& minhash = dedup.minhash;
  Json near = false;
  if (minhash.enabled) {
    near = {{"ngram", minhash.ngram}, {"bands", minhash.bands}, {"rows", minhash.rows}, {"jaccard", minhash.jaccard}};
  }
  return {{"exact", dedup.exact}, {"minhash", near}, {"keep", dedup.keep_all ? "all" : "first"}};
}

Json pii_json(const PiiSpec& pii) {
  const char* const actions[] = {"keep", "redact", "drop"};
  Json types = Json::array();
  for (int i = 0; i < kPiiTypes; ++i) {
    const auto type = static_cast<PiiType>(i);
    if ((pii.types & pii_bit(type)) != 0) types.push_back(pii_name(type));
  }
  return {{"action", actions[static_cast<int>(pii.action)]}, {"types", types}};
}

}  // namespace

Json PrepareRecipe::json() const {
  Json sources = Json::array();
  for (const InputSpec& input : inputs) sources.push_back(input_json(input));
  return {{"name", name},
          {"inputs", sources},
          {"clean", clean_json(clean)},
          {"pii", pii_json(pii)},
          {"dedup", dedup_json(dedup)},
          {"split", {{"validation", split.validation}, {"test", split.test}, {"seed", split.seed}, {"by", "cluster"}}},
          {"pack", {{"tokenizer", pack.tokenizer}, {"sequence_len", pack.sequence_len}}},
          {"max_bad", max_bad}};
}

}  // namespace llmops::data
