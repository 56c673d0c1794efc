// A tokenizer read from tokenizer.json: putting its parts together.
#include <fmt/format.h>

#include "core/error.h"
#include "core/hash.h"
#include "text/pipeline/pipeline_tokenizer.h"

namespace llmops::text {
namespace {

const Json kNull = nullptr;

const Json& rule_of(const TokenizerFile& file, const char* key) {
  const auto found = file.rules.find(key);
  return found == file.rules.end() ? kNull : *found;
}

// Words in GPT-2's alphabet without a decoder that reads it would come out as they are written.
Json decoder_rule(const TokenizerFile& file, bool byte_level) {
  const Json& rule = rule_of(file, "decoder");
  return rule.is_null() && byte_level ? Json{{"type", "ByteLevel"}} : rule;
}

}  // namespace

PipelineTokenizer::PipelineTokenizer(const TokenizerFile& file, const SpecialTokens& special)
    : pre_tokenizer_(rule_of(file, "pre_tokenizer"), model_type(file) == "BPE", file.origin),
      model_(make_token_model(file, pre_tokenizer_.byte_level())),
      normalizer_(make_normalizer(rule_of(file, "normalizer"), file.origin)),
      decoder_(decoder_rule(file, pre_tokenizer_.byte_level()), file.origin) {
  add_tokens(read_added_tokens(file.rules, file.origin), file.origin);
  post_processor_ = make_post_processor(rule_of(file, "post_processor"), vocabulary(), file.origin);
  add_special_tokens(special, file);
  fingerprint_ = compute_fingerprint(file);
}

void PipelineTokenizer::add_tokens(std::vector<AddedToken> tokens, const std::string& origin) {
  Vocabulary& known = model_->vocabulary();
  for (AddedToken& token : tokens) {
    // The model's own id wins over what the list says, as in the reference.
    if (const auto id = known.find(token.content)) token.id = *id;
    if (!known.add(token.content, token.id)) {
      throw InputError(fmt::format("{}: tokens '{}' and '{}' both have id {}", origin, known.token(token.id),
                                   token.content, token.id));
    }
  }
  special_.resize(static_cast<std::size_t>(known.size()));
  bytes_.resize(special_.size());
  for (TokenId id = 0; id < known.size(); ++id) {
    if (known.has(id)) bytes_[static_cast<std::size_t>(id)] = decoder_.bytes_of(known.token(id));
  }
  for (const AddedToken& token : tokens) {
    special_[static_cast<std::size_t>(token.id)] = token.special;
    if (!token.normalized) {
      written_.add(token, token.content);
    } else {
      AlignedText content = AlignedText::identity(token.content);
      if (normalizer_ != nullptr) normalizer_->apply(content);
      normalized_.add(token, content.text);
      if (content.text == token.content) continue;
      bytes_[static_cast<std::size_t>(token.id)] = decoder_.bytes_of(content.text);
      decoded_as_[token.id] = std::move(content.text);
    }
  }
}

// The configuration beside the file has the last word on what begins and ends a text.
void PipelineTokenizer::add_special_tokens(const SpecialTokens& special, const TokenizerFile& file) {
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
    AddedToken token;
    token.id = *id;
    token.content = *text;
    written_.add(token, *text);
  }
  if (post_processor_.prefix.empty() && special.add_bos.value_or(false) && bos_) post_processor_.prefix = {*bos_};
  if (post_processor_.suffix.empty() && special.add_eos.value_or(false) && eos_) post_processor_.suffix = {*eos_};
}

std::string PipelineTokenizer::compute_fingerprint(const TokenizerFile& file) const {
  Sha256 hash;
  std::string line;
  for (TokenId id = 0; id < vocabulary().size(); ++id) {
    if (vocabulary().has(id))
      hash.update(line = fmt::format("{} {} {}\n", id, vocabulary().token(id).size(), vocabulary().token(id)));
  }
  for (const auto& [left, right] : file.merges) hash.update(line = fmt::format("{} {} {}\n", left.size(), left, right));
  for (const auto& [piece, score] : file.pieces) hash.update(line = fmt::format("{} {}\n", piece, score));
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
