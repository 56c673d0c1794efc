// tokenizer.json read in one pass: the parser's events fill the vocabulary and the merges without a Json in between.
#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "text/bpe/tokenizer_file.h"

namespace llmops::text {
namespace {

constexpr std::size_t kMaxDepth = 200;

class Reader : public nlohmann::json_sax<Json> {
 public:
  Reader(TokenizerFile& file, std::string_view text) : file_(file), text_(text) {}

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(std::int64_t value) override {
    if (where_ == Where::kPiece) return add_score(static_cast<double>(value));
    return where_ == Where::kVocab ? add_id(value) : add(value);
  }
  bool number_unsigned(std::uint64_t value) override {
    if (where_ == Where::kPiece) return add_score(static_cast<double>(value));
    if (where_ != Where::kVocab) return add(value);
    return add_id(static_cast<std::int64_t>(std::min<std::uint64_t>(value, INT64_MAX)));
  }
  bool number_float(double value, const std::string&) override {
    return where_ == Where::kPiece ? add_score(value) : add(value);
  }
  bool binary(Json::binary_t&) override { return false; }

  bool string(std::string& value) override {
    if (where_ == Where::kMerges) {
      file_.merges.push_back(split_merge(value, file_.merges.size(), file_.origin));
      return true;
    }
    if (where_ == Where::kPair || (where_ == Where::kPiece && pair_.empty())) {
      pair_.push_back(std::move(value));
      return true;
    }
    return add(std::move(value));
  }

  bool key(std::string& value) override {
    key_ = std::move(value);
    return true;
  }

  bool start_object(std::size_t) override {
    if (where_ == Where::kRules && in_model() && key_ == "vocab") {
      where_ = Where::kVocab;
      return true;
    }
    return open(Json::object());
  }
  bool end_object() override {
    if (where_ == Where::kVocab) {
      where_ = Where::kRules;
    } else {
      stack_.pop_back();
    }
    return true;
  }

  bool start_array(std::size_t) override {
    if (where_ == Where::kRules && in_model() && key_ == "merges") {
      where_ = Where::kMerges;
      return true;
    }
    if (where_ == Where::kRules && in_model() && key_ == "vocab") {
      where_ = Where::kPieces;
      return true;
    }
    if (where_ == Where::kMerges || where_ == Where::kPieces) {
      where_ = where_ == Where::kMerges ? Where::kPair : Where::kPiece;
      pair_.clear();
      scored_ = false;
      return true;
    }
    return open(Json::array());
  }
  bool end_array() override {
    if (where_ == Where::kPair) {
      if (pair_.size() != 2) unexpected();
      file_.merges.emplace_back(std::move(pair_[0]), std::move(pair_[1]));
      where_ = Where::kMerges;
    } else if (where_ == Where::kPiece) {
      if (!scored_) unexpected();
      where_ = Where::kPieces;
    } else if (where_ == Where::kMerges || where_ == Where::kPieces) {
      where_ = Where::kRules;
    } else {
      stack_.pop_back();
    }
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) override {
    const std::string_view before = text_.substr(0, std::min(position == 0 ? 0 : position - 1, text_.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t newline = before.rfind('\n');
    const std::size_t column = before.size() - (newline == std::string_view::npos ? 0 : newline + 1) + 1;
    std::string reason = error.what();
    if (const auto at = reason.find(": "); at != std::string::npos) reason = reason.substr(at + 2);
    throw InputError(fmt::format("{}:{}:{}: not valid JSON: {}", file_.origin, line, column, reason));
  }

 private:
  // kVocab and kMerges are the long lists, kPieces Unigram's; kPair and kPiece are one entry of them.
  enum class Where { kRules, kVocab, kMerges, kPair, kPieces, kPiece };

  bool in_model() const { return stack_.size() == 2 && model_ != nullptr && stack_.back() == model_; }

  [[noreturn]] void unexpected() const {
    if (where_ == Where::kVocab) {
      throw InputError(fmt::format("{}: the id of token '{}' is not an integer", file_.origin, key_.substr(0, 60)));
    }
    if (where_ == Where::kPieces || where_ == Where::kPiece) throw_piece_format(file_.pieces.size(), file_.origin);
    throw InputError(
        fmt::format("{}: model.merges[{}] is neither \"a b\" nor [\"a\", \"b\"]", file_.origin, file_.merges.size()));
  }

  bool add_id(std::int64_t id) {
    file_.vocab.emplace_back(key_, checked_token_id(id, key_, file_.origin));
    return true;
  }

  bool add_score(double score) {
    if (pair_.size() != 1 || scored_) unexpected();
    file_.pieces.emplace_back(std::move(pair_[0]), score);
    checked_token_id(static_cast<std::int64_t>(file_.pieces.size()) - 1, file_.pieces.back().first, file_.origin);
    scored_ = true;
    return true;
  }

  bool add(Json value) {
    if (where_ != Where::kRules) unexpected();
    place(std::move(value));
    return true;
  }

  bool open(Json container) {
    if (where_ != Where::kRules) unexpected();
    if (stack_.size() >= kMaxDepth) {
      throw InputError(fmt::format("{}: JSON nests deeper than {} levels", file_.origin, kMaxDepth));
    }
    const bool model = stack_.size() == 1 && key_ == "model";
    Json* const placed = place(std::move(container));
    stack_.push_back(placed);
    if (model) model_ = placed;
    return true;
  }

  Json* place(Json value) {
    if (stack_.empty()) return &(file_.rules = std::move(value));
    Json& parent = *stack_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    return &(parent[key_] = std::move(value));
  }

  TokenizerFile& file_;
  std::string_view text_;
  Where where_ = Where::kRules;
  std::string key_;
  std::vector<std::string> pair_;
  bool scored_ = false;       // the piece has its score
  std::vector<Json*> stack_;  // containers that are open; a parent does not move while a child is open
  Json* model_ = nullptr;
};

}  // namespace

TokenizerFile parse_tokenizer_file(std::string_view text, const std::string& origin) {
  TokenizerFile file{origin, nullptr, {}, {}, {}};
  Reader reader(file, text);
  Json::sax_parse(text, &reader);
  if (!file.rules.is_object()) throw InputError(fmt::format("{}: not a JSON object", origin));
  return file;
}

}  // namespace llmops::text
