// Decoders of tokens that stand for bytes.
#include <charconv>

#include "text/bpe/byte_alphabet.h"
#include "text/pipeline/decoder_steps.h"
#include "text/utf8.h"

namespace llmops::text {
namespace {

class ByteLevel : public DecoderStep {
 public:
  void apply(std::vector<std::string>& tokens) const override {
    std::string text;
    for (const std::string& token : tokens) text += middle(token);
    tokens.assign(1, utf8_repair(text));
  }
  std::string middle(std::string token) const override {
    auto bytes = alphabet_to_bytes(token);
    return bytes ? *bytes : token;
  }
};

class ByteFallback : public DecoderStep {
 public:
  void apply(std::vector<std::string>& tokens) const override {
    std::vector<std::string> out;
    std::string run;
    const auto finish_run = [&] {
      if (run.empty()) return;
      if (utf8_valid(run)) {
        out.push_back(run);
      } else {
        out.insert(out.end(), run.size(), "\uFFFD");
      }
      run.clear();
    };
    for (std::string& token : tokens) {
      if (const int byte = byte_of_token(token); byte >= 0) {
        run += static_cast<char>(byte);
      } else {
        finish_run();
        out.push_back(std::move(token));
      }
    }
    finish_run();
    tokens = std::move(out);
  }
  std::string middle(std::string token) const override {
    const int byte = byte_of_token(token);
    return byte >= 0 ? std::string(1, static_cast<char>(byte)) : token;
  }
};

class Fuse : public DecoderStep {
 public:
  void apply(std::vector<std::string>& tokens) const override {
    std::string text;
    for (const std::string& token : tokens) text += token;
    tokens.assign(1, std::move(text));
  }
  std::string middle(std::string token) const override { return token; }
};

}  // namespace

int byte_of_token(std::string_view token) {
  if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>') return -1;
  int byte = -1;
  const auto [end, error] = std::from_chars(token.data() + 3, token.data() + 5, byte, 16);
  return error == std::errc() && end == token.data() + 5 ? byte : -1;
}

MadeDecoder make_byte_level_decoder() { return std::make_unique<ByteLevel>(); }
MadeDecoder make_byte_fallback_decoder() { return std::make_unique<ByteFallback>(); }
MadeDecoder make_fuse_decoder() { return std::make_unique<Fuse>(); }

}  // namespace llmops::text
