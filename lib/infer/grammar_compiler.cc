#include "infer/grammar_compiler.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace llmops::infer {
namespace {

/// Each may hold 32 MiB of masks.
constexpr std::size_t kMostKnown = 16;

}  // namespace

std::shared_ptr<const grammar::TokenGrammar> GrammarCompiler::compile(const grammar::GrammarSource& source) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(known_, source, &Known::source);
  if (found != known_.end()) {
    known_.splice(known_.begin(), known_, found);
    return known_.front().grammar;
  }
  if (trie_ == nullptr) trie_ = grammar::TokenTrie::of(tokenizer_, end_ids_);
  known_.push_front({source, grammar::TokenGrammar::compile(source, trie_)});
  if (known_.size() > kMostKnown) known_.pop_back();
  return known_.front().grammar;
}

void GrammarConstraint::accept(text::TokenId token) {
  if (!state_.accept(token)) throw InputError(fmt::format("grammar: token {} was chosen, but is not allowed", token));
}

}  // namespace llmops::infer
