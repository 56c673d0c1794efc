// A tokenizer read from tokenizer.json: putting its parts together.
#include <fmt/format.h>

#include "core/error.h"
#include "core/hash.h"
#include "text/bpe/bpe_tokenizer.h"

namespace llmops::text {
namespace {

const Json kNull = nullptr;

const Json& rule_of(const TokenizerFile& file, const char* key) {
  const auto found = file.rules.find(key);
  return found == file.rules.end() ? kNull : *found;
}

// The model must be BPE; older files leave out its type.
const TokenizerFile& checked_model(const TokenizerFile& file) {
  const Json& model = rule_of(file, "model");
  if (!model.is_object())
    throw InputError(fmt::format("{}: 'model' is missing", file.origin), "expected a tokenizer.json");
  const auto type = json_get_or<std::string>(model, "type", file.merges.empty() ? "" : "BPE", file.origin + ": model");
  if (type != "BPE")
    throw_unsupported(file.origin, "model", type, "BPE in tokenizer.json; SentencePiece as tokenizer.model");
  return file;
}

}  // namespace

BpeTokenizer::BpeTokenizer(const TokenizerFile& file, const SpecialTokens& special)
    : splitter_(make_word_splitter(rule_of(checked_model(file), "pre_tokenizer"), file.origin)),
      model_(file, splitter_.byte_level),
      normalizer_(make_normalizer(rule_of(file, "normalizer"), file.origin)),
      decoder_(make_token_decoder(rule_of(file, "decoder"), file.origin)) {
  if (rule_of(file, "decoder").is_null()) decoder_.byte_level = splitter_.byte_level;
  add_tokens(read_added_tokens(file.rules, file.origin), file.origin);
  post_processor_ = make_post_processor(rule_of(file, "post_processor"), model_.vocabulary(), file.origin);
  add_special_tokens(special, file);
  fingerprint_ = compute_fingerprint(file);
}

void BpeTokenizer::add_tokens(std::vector<AddedToken> tokens, const std::string& origin) {
  Vocabulary& vocabulary = model_.vocabulary();
  for (const AddedToken& token : tokens) {
    if (!vocabulary.add(token.content, token.id)) {
      const auto other = vocabulary.find(token.content);
      throw InputError(
          other ? fmt::format("{}: token '{}' has two ids, {} and {}", origin, token.content, *other, token.id)
                : fmt::format("{}: tokens '{}' and '{}' both have id {}", origin, vocabulary.token(token.id),
                              token.content, token.id));
    }
  }
  special_.resize(static_cast<std::size_t>(vocabulary.size()));
  bytes_.resize(special_.size());
  for (TokenId id = 0; id < vocabulary.size(); ++id) {
    if (vocabulary.has(id)) bytes_[static_cast<std::size_t>(id)] = decoder_.bytes_of(vocabulary.token(id));
  }
  for (const AddedToken& token : tokens) {
    special_[static_cast<std::size_t>(token.id)] = token.special;
    bytes_[static_cast<std::size_t>(token.id)] = token.content;
    if (!token.normalized) {
      written_.add(token, token.content);
    } else {
      AlignedText content = AlignedText::identity(token.content);
      if (normalizer_ != nullptr) normalizer_->apply(content);
      normalized_.add(token, content.text);
    }
  }
}

// The configuration beside the file has the last word on what begins and ends a text.
void BpeTokenizer::add_special_tokens(const SpecialTokens& special, const TokenizerFile& file) {
  const auto resolve = [&](const std::string& text, const std::optional<std::int64_t>& id,
                           const char* key) -> std::optional<TokenId> {
    if (const auto found = text.empty() ? std::nullopt : token_to_id(text)) return found;
    if (id && *id >= 0 && *id < vocab_size()) return static_cast<TokenId>(*id);
    if (text.empty()) return std::nullopt;
    throw InputError(fmt::format("{}: {} '{}' is not in the vocabulary of {}", special.origin, key, text, file.origin));
  };
  bos_ = resolve(special.bos, special.bos_id, "bos_token");
  eos_ = resolve(special.eos, special.eos_id, "eos_token");
  for (const std::string* text : {&special.bos, &special.eos, &special.pad, &special.unk}) {
    const auto id = text->empty() ? std::nullopt : token_to_id(*text);
    if (!id || special_[static_cast<std::size_t>(*id)]) continue;
    special_[static_cast<std::size_t>(*id)] = true;
    bytes_[static_cast<std::size_t>(*id)] = *text;
    AddedToken token;
    token.id = *id;
    token.content = *text;
    written_.add(token, *text);
  }
  if (post_processor_.prefix.empty() && special.add_bos.value_or(false) && bos_) post_processor_.prefix = {*bos_};
  if (post_processor_.suffix.empty() && special.add_eos.value_or(false) && eos_) post_processor_.suffix = {*eos_};
}

std::string BpeTokenizer::compute_fingerprint(const TokenizerFile& file) const {
  Sha256 hash;
  const Vocabulary& vocabulary = model_.vocabulary();
  std::string line;
  for (TokenId id = 0; id < vocabulary.size(); ++id) {
    if (vocabulary.has(id))
      hash.update(line = fmt::format("{} {} {}\n", id, vocabulary.token(id).size(), vocabulary.token(id)));
  }
  for (const auto& [left, right] : file.merges) hash.update(line = fmt::format("{} {} {}\n", left.size(), left, right));
  // Key order and layout of the file do not count, nor do notes a converter may leave beside the rules.
  nlohmann::json rules = nlohmann::json::object();
  for (const char* key : {"normalizer", "pre_tokenizer", "post_processor", "decoder", "added_tokens", "model"}) {
    rules[key] = nlohmann::json::parse(dump_json(rule_of(file, key)));
  }
  hash.update(rules.dump());
  for (const auto& ids : {post_processor_.prefix, post_processor_.suffix}) {
    for (const TokenId id : ids) hash.update(fmt::format(" {}", id));
    hash.update(";");
  }
  hash.update(fmt::format("{} {}", bos_.value_or(-1), eos_.value_or(-1)));
  return hash.hex();
}

}  // namespace llmops::text
