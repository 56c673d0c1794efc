#include "infer/embed_tokens.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "core/spelling.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::infer {
namespace {

using text::TokenId;

std::string lowered(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const text::Utf8Step step = text::utf8_step(text, at);
    text::append_utf8(out, text::to_lower(step.code_point));
    at += step.length;
  }
  return out;
}

}  // namespace

EmbedTokens::EmbedTokens(std::unique_ptr<text::Tokenizer> tokenizer, std::string prompt, int max_tokens,
                         bool lower_case)
    : tokenizer_(std::move(tokenizer)), prompt_(std::move(prompt)), lower_case_(lower_case) {
  // What the tokenizer puts around any text, it puts around this one.
  const std::vector<TokenId> plain = tokenizer_->encode("a", false), full = tokenizer_->encode("a", true);
  const auto middle = std::search(full.begin(), full.end(), plain.begin(), plain.end());
  before_.assign(full.begin(), middle);
  if (middle != full.end()) after_.assign(middle + static_cast<std::ptrdiff_t>(plain.size()), full.end());
  const std::size_t around = before_.size() + after_.size();
  if (max_tokens < 1 || static_cast<std::size_t>(max_tokens) <= around) {
    throw UsageError(fmt::format("at most {} tokens leave no room for a text: {} are special", max_tokens, around),
                     "give a larger --max-tokens");
  }
  room_ = static_cast<std::size_t>(max_tokens) - around;
}

std::vector<TokenId> EmbedTokens::encode(const std::string& text) const {
  const std::string whole = prompt_ + text;
  const std::vector<TokenId> ids = tokenizer_->encode(lower_case_ ? lowered(whole) : whole, false);
  std::vector<TokenId> tokens = before_;
  tokens.insert(tokens.end(), ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(std::min(room_, ids.size())));
  tokens.insert(tokens.end(), after_.begin(), after_.end());
  if (tokens.empty()) throw InputError("the text is empty, and the tokenizer adds nothing to it");
  return tokens;
}

std::size_t EmbedTokens::prompt_tokens() const {
  if (prompt_.empty()) return 0;
  return before_.size() + std::min(room_, tokenizer_->encode(lower_case_ ? lowered(prompt_) : prompt_, false).size());
}

std::string choose_prompt(const model::SentenceLayout& layout, const std::optional<std::string>& prompt,
                          const std::string& name) {
  if (prompt) return *prompt;
  const std::string& wanted = name.empty() ? layout.default_prompt : name;
  if (wanted.empty()) return "";
  if (const auto found = layout.prompts.find(wanted); found != layout.prompts.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [prompt_name, text] : layout.prompts) known.push_back(prompt_name);
  throw UsageError(fmt::format("the model has no prompt '{}'", wanted),
                   did_you_mean(wanted, known,
                                known.empty() ? "it has none; give the text itself with --prompt"
                                              : "its prompts are in config_sentence_transformers.json"));
}

int token_limit(const model::SentenceLayout& layout, int model_limit) {
  if (layout.max_tokens > 0) return std::min(layout.max_tokens, model_limit);
  const fs::path file = layout.model / "tokenizer_config.json";
  if (!fs::exists(file)) return model_limit;
  // "No limit" is written as 1e30.
  const auto limit = json_get_or<double>(read_json_file(file), "model_max_length", 1e30, file.string());
  return limit >= 1 && limit < model_limit ? static_cast<int>(limit) : model_limit;
}

}  // namespace llmops::infer
