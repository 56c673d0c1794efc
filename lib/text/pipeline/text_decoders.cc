// Decoders that change the texts of tokens.
#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "text/alignment.h"
#include "text/bpe/pattern.h"
#include "text/normalize/edits.h"
#include "text/pipeline/decoder_steps.h"

namespace llmops::text {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; !from.empty() && (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

// English as it was before WordPiece put spaces around punctuation.
void clean_up(std::string& text) {
  static constexpr const char* kRules[][2] = {{" .", "."},   {" ?", "?"},     {" !", "!"},    {" ,", ","},
                                              {" ' ", "'"},  {" n't", "n't"}, {" 'm", "'m"},  {" do not", " don't"},
                                              {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"}};
  for (const auto& [from, to] : kRules) replace_all(text, from, to);
}

class Strip : public DecoderStep {
 public:
  Strip(const Json& rule, const std::string& where)
      : content_(json_get_or<std::string>(rule, "content", " ", where)),
        start_(count(rule, "start", where)),
        stop_(count(rule, "stop", where)) {
    if (content_.empty()) throw InputError(where + ": Strip has no 'content'");
  }
  void apply(std::vector<std::string>& tokens) const override {
    for (std::string& token : tokens) {
      for (std::size_t i = 0; i < start_ && token.starts_with(content_); ++i) token.erase(0, content_.size());
      for (std::size_t i = 0; i < stop_ && token.ends_with(content_); ++i) token.resize(token.size() - content_.size());
    }
  }
  std::string middle(std::string token) const override { return token; }

 private:
  static std::size_t count(const Json& rule, const char* key, const std::string& where) {
    const auto value = json_get_or<std::int64_t>(rule, key, 0, where);
    if (value < 0) throw InputError(fmt::format("{}: '{}' is {}", where, key, value));
    return static_cast<std::size_t>(value);
  }
  std::string content_;
  std::size_t start_;
  std::size_t stop_;
};

class Replace : public DecoderStep {
 public:
  Replace(const Json& rule, const std::string& where)
      : edit_(make_replace(read_pattern(rule, where), json_get<std::string>(rule, "content", where))) {}
  void apply(std::vector<std::string>& tokens) const override {
    for (std::string& token : tokens) token = middle(std::move(token));
  }
  std::string middle(std::string token) const override {
    AlignedText text = AlignedText::identity(token);
    edit_->apply(text);
    return text.text;
  }

 private:
  std::unique_ptr<Normalizer> edit_;
};

class Metaspace : public DecoderStep {
 public:
  Metaspace(const Json& rule, const std::string& where)
      : replacement_(json_get_or<std::string>(rule, "replacement", "\u2581", where)) {
    const bool add = json_get_or(rule, "add_prefix_space", true, where);
    strips_ = json_get_or<std::string>(rule, "prepend_scheme", add ? "always" : "never", where) != "never";
  }
  void apply(std::vector<std::string>& tokens) const override {
    for (std::size_t i = 0; i < tokens.size(); ++i) replace_all(tokens[i], replacement_, i == 0 && strips_ ? "" : " ");
  }
  std::string middle(std::string token) const override {
    replace_all(token, replacement_, " ");
    return token;
  }

 private:
  std::string replacement_;
  bool strips_ = true;
};

class WordPiece : public DecoderStep {
 public:
  WordPiece(const Json& rule, const std::string& where)
      : prefix_(json_get_or<std::string>(rule, "prefix", "##", where)),
        cleans_(json_get_or(rule, "cleanup", true, where)) {}
  void apply(std::vector<std::string>& tokens) const override {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (i > 0) tokens[i] = join(std::move(tokens[i]));
      if (cleans_) clean_up(tokens[i]);
    }
  }
  std::string middle(std::string token) const override {
    token = join(std::move(token));
    if (cleans_) clean_up(token);
    return token;
  }

 private:
  std::string join(std::string token) const {
    return token.starts_with(prefix_) ? token.substr(prefix_.size()) : ' ' + token;
  }
  std::string prefix_;
  bool cleans_;
};

class BpeSuffix : public DecoderStep {
 public:
  BpeSuffix(const Json& rule, const std::string& where)
      : suffix_(json_get_or<std::string>(rule, "suffix", "</w>", where)) {}
  void apply(std::vector<std::string>& tokens) const override {
    for (std::string& token : tokens) replace_all(token, suffix_, &token == &tokens.back() ? "" : " ");
  }
  std::string middle(std::string token) const override {
    replace_all(token, suffix_, " ");
    return token;
  }

 private:
  std::string suffix_;
};

class Ctc : public DecoderStep {
 public:
  Ctc(const Json& rule, const std::string& where)
      : pad_(json_get_or<std::string>(rule, "pad_token", "<pad>", where)),
        delimiter_(json_get_or<std::string>(rule, "word_delimiter_token", "|", where)),
        cleans_(json_get_or(rule, "cleanup", true, where)) {}
  void apply(std::vector<std::string>& tokens) const override {
    tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
    for (std::string& token : tokens) token = middle(std::move(token));
  }
  std::string middle(std::string token) const override {
    replace_all(token, pad_, "");
    if (cleans_) {
      clean_up(token);
      replace_all(token, delimiter_, " ");
    }
    return token;
  }

 private:
  std::string pad_;
  std::string delimiter_;
  bool cleans_;
};

}  // namespace

MadeDecoder make_strip_decoder(const Json& rule, const std::string& where) {
  return std::make_unique<Strip>(rule, where);
}
MadeDecoder make_replace_decoder(const Json& rule, const std::string& where) {
  return std::make_unique<Replace>(rule, where);
}
MadeDecoder make_metaspace_decoder(const Json& rule, const std::string& where) {
  return std::make_unique<Metaspace>(rule, where);
}
MadeDecoder make_word_piece_decoder(const Json& rule, const std::string& where) {
  return std::make_unique<WordPiece>(rule, where);
}
MadeDecoder make_bpe_suffix_decoder(const Json& rule, const std::string& where) {
  return std::make_unique<BpeSuffix>(rule, where);
}
MadeDecoder make_ctc_decoder(const Json& rule, const std::string& where) { return std::make_unique<Ctc>(rule, where); }

}  // namespace llmops::text
