// Grammars of requests: each compiled once for a model's vocabulary, whoever asks.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <set>

#include "infer/grammar/token_grammar.h"
#include "infer/token_constraint.h"

namespace llmops::infer {

/// All members may be called from any thread.
class GrammarCompiler {
 public:
  /// @param tokenizer  outlives this
  GrammarCompiler(const text::Tokenizer& tokenizer, const std::set<text::TokenId>& end_ids)
      : tokenizer_(tokenizer), end_ids_(end_ids.begin(), end_ids.end()) {}

  /// @throws InputError  as grammar::TokenGrammar::compile()
  std::shared_ptr<const grammar::TokenGrammar> compile(const grammar::GrammarSource& source);

 private:
  struct Known {
    grammar::GrammarSource source;
    std::shared_ptr<const grammar::TokenGrammar> grammar;
  };

  const text::Tokenizer& tokenizer_;
  const std::vector<text::TokenId> end_ids_;
  std::mutex mutex_;
  std::shared_ptr<const grammar::TokenTrie> trie_;  ///< made for the first request that needs it
  std::list<Known> known_;                          ///< most recently used first
};

/// One answer on its way through a grammar.
class GrammarConstraint final : public TokenConstraint {
 public:
  explicit GrammarConstraint(std::shared_ptr<const grammar::TokenGrammar> grammar) : state_(std::move(grammar)) {}

  void mask(std::span<std::uint32_t> bits) override { state_.mask(bits); }
  void accept(text::TokenId token) override;
  bool can_end() const override { return state_.can_end(); }
  std::unique_ptr<TokenConstraint> copy() const override { return std::make_unique<GrammarConstraint>(*this); }

 private:
  grammar::GrammarState state_;
};

}  // namespace llmops::infer
