#include "text/no_tokenizer.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/hash.h"

namespace llmops::text {
namespace {

class NoTokenizer : public Tokenizer {
 public:
  explicit NoTokenizer(std::string model) : model_(std::move(model)) {}

  std::vector<TokenSpan> encode_with_spans(std::string_view, bool) const override {
    throw InputError(fmt::format("'{}' has no tokenizer", model_),
                     "put its tokenizer.json or tokenizer.model into the folder, or give token ids");
  }
  std::string token_bytes(TokenId, bool) const override { return ""; }
  std::string decode(std::span<const TokenId>, bool) const override { return ""; }
  int vocab_size() const override { return 0; }
  std::optional<TokenId> token_to_id(std::string_view) const override { return std::nullopt; }
  std::string id_to_token(TokenId) const override { return ""; }
  bool is_special(TokenId) const override { return false; }
  std::optional<TokenId> bos_id() const override { return std::nullopt; }
  std::optional<TokenId> eos_id() const override { return std::nullopt; }
  std::string fingerprint() const override { return sha256_hex(""); }

 private:
  std::string model_;
};

}  // namespace

std::unique_ptr<Tokenizer> no_tokenizer(const std::string& model) { return std::make_unique<NoTokenizer>(model); }

}  // namespace llmops::text
