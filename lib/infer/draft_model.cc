#include "infer/draft_model.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "infer/engine_model.h"
#include "model/inference/packed_decoder.h"

namespace llmops::infer {
namespace {

constexpr const char* kHint = "a draft model is a smaller one of the same family, with the same tokenizer";

/// As llama.cpp names the rows of an embedding that no token of the tokenizer has.
bool is_padding(const std::string& token) { return token.empty() || token.starts_with("[PAD"); }

}  // namespace

model::ModelSource resolve_draft_model(registry::Registry& registry, const std::string& text) {
  model::ModelSource source = model::resolve_model(registry, text);
  if (source.adapter_path.empty()) return source;
  throw UsageError(fmt::format("draft model '{}' is an adapter", text), "merge it into its base first: llmops merge");
}

void check_same_vocabulary(const std::string& name, const text::Tokenizer& draft, const text::Tokenizer& target) {
  const int both = std::min(draft.vocab_size(), target.vocab_size());
  const text::Tokenizer& longer = draft.vocab_size() > both ? draft : target;
  for (TokenId id = 0; id < both; ++id) {
    const std::string ours = draft.id_to_token(id), theirs = target.id_to_token(id);
    if (ours == theirs) continue;
    throw InputError(fmt::format("draft model '{}' has '{}' as token {}, the model '{}'", name, ours, id, theirs),
                     kHint);
  }
  for (TokenId id = both; id < longer.vocab_size(); ++id) {
    if (is_padding(longer.id_to_token(id))) continue;
    throw InputError(fmt::format("draft model '{}' has a vocabulary of {}, the model one of {}", name,
                                 draft.vocab_size(), target.vocab_size()),
                     kHint);
  }
}

std::unique_ptr<model::InferenceDecoder> load_draft_model(const EngineOptions& options, model::InferenceDecoder& target,
                                                          const text::Tokenizer& tokenizer) {
  if (!std::filesystem::exists(options.draft_model)) {
    throw NotFoundError(fmt::format("no draft model at '{}'", options.draft_model));
  }
  const model::StoredWeights stored(options.draft_model);
  check_same_vocabulary(options.draft_model, *load_tokenizer(stored), tokenizer);
  const model::InferenceOptions inference{.adapter = "", .dtype = options.dtype, .pool = &target.pool()};
  auto decoder = std::make_unique<model::PackedDecoder>(stored, inference);
  check_writes_text(decoder->config(), options.draft_model);
  const int rows = decoder->config().vocab_size, wanted = target.config().vocab_size;
  if (tokenizer.vocab_size() == 0 && rows != wanted) {  // neither has a tokenizer
    throw InputError(
        fmt::format("draft model '{}' has a vocabulary of {}, the model one of {}", options.draft_model, rows, wanted),
        kHint);
  }
  return decoder;
}

}  // namespace llmops::infer
