// What a new tokenizer is besides its merges.
#include "train/tokenizer_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/spelling.h"
#include "model/gguf_pre_tokenizer.h"

namespace llmops::train {
namespace {

struct PreTokenizerRow {
  const char* name;
  const char* rule;  // of gguf_pre_tokenizer()
};

// Those under which no word reaches over the places where text_cut.h cuts (a test holds them to it).
constexpr PreTokenizerRow kPreTokenizers[] = {
    {"gpt2", "gpt-2"},   {"llama3", "llama-bpe"}, {"qwen2", "qwen2"},          {"smollm", "smollm"},
    {"gpt4o", "gpt-4o"}, {"tekken", "tekken"},    {"deepseek3", "deepseek-v3"}};

struct ChatRow {
  const char* name;
  std::vector<std::string> special;
  const char *bos, *eos, *pad;
  const char* chat_template;
};

const std::vector<ChatRow>& chat_rows() {
  static const std::vector<ChatRow> rows = {
      {"chatml",
       {"<|endoftext|>", "<|im_start|>", "<|im_end|>"},
       "<|endoftext|>",
       "<|im_end|>",
       "<|endoftext|>",
       "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + "
       "'<|im_end|>\\n' "
       "}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"},
      {"llama3",
       {"<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"},
       "<|begin_of_text|>",
       "<|eot_id|>",
       "<|end_of_text|>",
       "{{ bos_token }}{% for message in messages %}{{ '<|start_header_id|>' + message['role'] + "
       "'<|end_header_id|>\\n\\n' + message['content'] | trim + '<|eot_id|>' }}{% endfor %}{% if add_generation_prompt "
       "%}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}"},
  };
  return rows;
}

template <typename Rows>
auto row_of(const Rows& rows, const std::string& name, const char* what, const std::vector<std::string>& names) {
  const auto found = std::find_if(std::begin(rows), std::end(rows), [&](const auto& row) { return row.name == name; });
  if (found != std::end(rows)) return found;
  throw UsageError(fmt::format("{} '{}' is not known", what, name),
                   did_you_mean(name, names, fmt::format("one of {}", fmt::join(names, ", "))));
}

void check_special(const TokenizerPlan& plan) {
  for (std::size_t i = 0; i < plan.special.size(); ++i) {
    const std::string& token = plan.special[i];
    if (token.empty()) throw UsageError("a special token is empty");
    const auto end = plan.special.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(plan.special.begin(), end, token) != end) {
      throw UsageError(fmt::format("special token '{}' is given twice", token));
    }
  }
  for (const auto& [what, token] : {std::pair{"begin", plan.bos}, {"end", plan.eos}, {"padding", plan.pad}}) {
    if (std::find(plan.special.begin(), plan.special.end(), token) == plan.special.end()) {
      throw UsageError(fmt::format("{} token '{}' is not one of the special tokens", what, token),
                       fmt::format("add --special '{}'", token));
    }
  }
}

}  // namespace

std::vector<std::string> pre_tokenizer_names() {
  std::vector<std::string> names;
  names.reserve(std::size(kPreTokenizers));
  for (const PreTokenizerRow& row : kPreTokenizers) names.emplace_back(row.name);
  return names;
}

std::vector<std::string> chat_names() {
  std::vector<std::string> names;
  names.reserve(chat_rows().size());
  for (const ChatRow& row : chat_rows()) names.emplace_back(row.name);
  return names;
}

TokenizerPlan plan_tokenizer(const TokenizerOptions& options) {
  const auto row = row_of(kPreTokenizers, options.pre_tokenizer, "pre-tokenizer", pre_tokenizer_names());
  model::GgufPreTokenizer rule = model::gguf_pre_tokenizer(row->rule, "pre-tokenizer");
  TokenizerPlan plan;
  plan.pre_tokenizer = std::move(rule.pre_tokenizer);
  plan.normalizer = options.normalizer.empty() ? rule.normalizer : Json(nullptr);
  if (options.normalizer == "nfc") plan.normalizer = {{"type", "NFC"}};
  plan.ignore_merges = rule.ignore_merges;
  plan.add_bos = options.add_bos;
  plan.special = options.special;
  if (!options.chat.empty()) {
    const ChatRow& chat = *row_of(chat_rows(), options.chat, "chat format", chat_names());
    plan.special.insert(plan.special.begin(), chat.special.begin(), chat.special.end());
    plan.bos = chat.bos;
    plan.eos = chat.eos;
    plan.pad = chat.pad;
    plan.chat_template = chat.chat_template;
  } else {
    if (plan.special.empty()) plan.special = {"<|endoftext|>"};
    plan.bos = plan.eos = plan.pad = plan.special.front();
  }
  if (!options.bos.empty()) plan.bos = options.bos;
  if (!options.eos.empty()) plan.eos = options.eos;
  if (!options.pad.empty()) plan.pad = options.pad;
  check_special(plan);
  return plan;
}

}  // namespace llmops::train
