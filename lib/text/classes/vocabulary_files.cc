// The vocabulary and the model of a tokenizer.json, made of plain files: vocab.txt, or vocab.json and merges.txt.
#include "text/classes/vocabulary_files.h"

#include <fmt/format.h>

#include <unordered_map>

#include "core/error.h"
#include "core/files.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::text {
namespace {

namespace fs = std::filesystem;

// Larger than any vocabulary published, so that a wrong path never fills memory.
constexpr std::uint64_t kMaxFileBytes = std::uint64_t{256} << 20;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

/// Without white space at the end, of any alphabet.
std::string_view trim_end(std::string_view line) {
  std::size_t size = 0;
  for (std::size_t at = 0; at < line.size();) {
    const Utf8Step step = utf8_step(line, at);
    at += step.length;
    if (!is_white_space(step.code_point)) size = at;
  }
  return line.substr(0, size);
}

}  // namespace

TokenizerFile read_word_list(const fs::path& vocab_txt, const ClassSettings& settings) {
  TokenizerFile file{vocab_txt.string(), Json::object(), {}, {}, {}};
  const std::string text = read_file(vocab_txt, kMaxFileBytes);
  if (!utf8_valid(text)) {
    throw InputError(fmt::format("{}: byte {} is not UTF-8", file.origin, utf8_valid_prefix(text)));
  }
  std::unordered_map<std::string_view, std::size_t> places;
  std::int64_t line = 0;
  for (const std::string_view raw : lines_of(text)) {
    const std::string_view token = trim_end(raw);
    const TokenId id = checked_token_id(line++, token, file.origin);
    if (token.empty()) continue;
    // As the reference reads it, the last of two equal lines holds.
    const auto [place, fresh] = places.emplace(token, file.vocab.size());
    if (fresh) {
      file.vocab.emplace_back(token, id);
    } else {
      file.vocab[place->second].second = id;
    }
  }
  file.rules["model"] = {{"type", "WordPiece"}, {"unk_token", settings.text("unk_token")}};
  return file;
}

TokenizerFile read_vocabulary_and_merges(const fs::path& vocab_json) {
  const std::string vocabulary = read_file(vocab_json, kMaxFileBytes);
  // Through the reader of tokenizer.json, which takes long lists without a Json in between.
  TokenizerFile file =
      parse_tokenizer_file(R"({"model":{"type":"BPE","vocab":)" + vocabulary + "}}", vocab_json.string());
  const fs::path merges_txt = vocab_json.parent_path() / "merges.txt";
  const std::string merges = read_file(merges_txt, kMaxFileBytes);
  for (std::string_view line : lines_of(merges)) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with("#version")) continue;
    file.merges.push_back(split_merge(line, file.merges.size(), merges_txt.string()));
  }
  return file;
}

}  // namespace llmops::text
