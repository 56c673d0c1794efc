// The filter `wordwrap`: lines of at most some characters, broken where Python's textwrap breaks them.
#include <fmt/format.h>

#include <algorithm>

#include "text/jinja/failure.h"
#include "text/jinja/parameters.h"
#include "text/jinja/registry.h"
#include "text/jinja/text_tools.h"
#include "text/regex.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

/// What is not torn apart unless it is longer than a line: a run of spaces, a word, "well-" of "well-known".
struct Chunk {
  std::string_view text;
  std::int64_t length;  // in characters
};
using Chunks = std::vector<Chunk>;

bool is_blank(std::string_view text) { return strip(text, nullptr, Side::kBoth).empty(); }

std::string_view first_characters(std::string_view text, std::int64_t count) {
  std::size_t end = 0;
  for (std::int64_t i = 0; i < count; ++i) end += utf8_step(text, end).length;
  return text.substr(0, end);
}

Chunks split_chunks(std::string_view line, bool at_hyphens) {
  static const Regex kSpaces(R"([\t\n\x0b\x0c\r ]+)", "wordwrap");
  // A run of spaces; two or more hyphens between words; or a word, which may end behind a hyphen that has two letters
  // (or a letter, a hyphen and a letter) before it and behind it, or before two hyphens and a word.
  static const Regex kPieces(
      R"([\t\n\x0b\x0c\r ]+|(?<=[\p{L}\p{N}_!"'&.,?])-{2,}(?=[\p{L}\p{N}_])|)"
      R"([^\t\n\x0b\x0c\r ]+?(?:)"
      R"(-(?:(?<=[\p{L}\p{Nl}\p{No}_][\p{L}\p{Nl}\p{No}_]-)|(?<=[\p{L}\p{Nl}\p{No}_]-[\p{L}\p{Nl}\p{No}_]-)))"
      R"((?=[\p{L}\p{Nl}\p{No}_]-?[\p{L}\p{Nl}\p{No}_])|)"
      R"((?=[\t\n\x0b\x0c\r ]|\z)|(?<=[\p{L}\p{N}_!"'&.,?])(?=-{2,}[\p{L}\p{N}_])))",
      "wordwrap", Regex::Engine::kPcre2);
  std::vector<Range> matches;
  (at_hyphens ? kPieces : kSpaces).find_all(line, matches);
  Chunks chunks;
  const auto add = [&](std::size_t begin, std::size_t end) {
    if (begin == end) return;
    const std::string_view text = line.substr(begin, end - begin);
    chunks.push_back({text, static_cast<std::int64_t>(utf8_length(text))});
  };
  std::size_t at = 0;
  for (const Range& match : matches) {
    add(at, match.begin);
    add(match.begin, match.end);
    at = match.end;
  }
  add(at, line.size());
  return chunks;
}

struct WrapOptions {
  std::int64_t width = 79;
  bool break_long_words = true;
  bool split_at_hyphens = true;        // into chunks
  bool break_words_at_hyphens = true;  // longer than a line
};

/// Puts as much of a word that is longer than a line into the current one as fits.
void break_word(Chunk& word, Chunks& current, std::int64_t room, const WrapOptions& options) {
  std::int64_t end = std::min(room, word.length);
  const std::string_view fits = first_characters(word.text, end);
  const std::size_t hyphen = fits.rfind('-');
  if (options.break_words_at_hyphens && word.length > room && hyphen != std::string_view::npos &&
      fits.substr(0, hyphen).find_first_not_of('-') != std::string_view::npos) {
    end = static_cast<std::int64_t>(utf8_length(fits.substr(0, hyphen + 1)));
  }
  const std::string_view taken = first_characters(word.text, end);
  current.push_back({taken, end});
  word = {word.text.substr(taken.size()), word.length - end};
}

std::vector<std::string> wrap(std::string_view paragraph, const WrapOptions& options, Limits& limits) {
  Chunks chunks = split_chunks(paragraph, options.split_at_hyphens);
  std::vector<std::string> lines;
  for (std::size_t next = 0; next < chunks.size();) {
    Chunks current;
    std::int64_t length = 0;
    limits.charge(8);
    if (!lines.empty() && is_blank(chunks[next].text)) ++next;
    for (; next < chunks.size() && length + chunks[next].length <= options.width; ++next) {
      current.push_back(chunks[next]);
      length += chunks[next].length;
    }
    if (next < chunks.size() && chunks[next].length > options.width) {
      if (options.break_long_words) {
        break_word(chunks[next], current, options.width - length, options);
      } else if (current.empty()) {
        current.push_back(chunks[next++]);
      }
    }
    if (!current.empty() && is_blank(current.back().text)) current.pop_back();
    if (current.empty()) continue;
    lines.emplace_back();
    for (const Chunk& chunk : current) lines.back() += chunk.text;
  }
  return lines;
}

}  // namespace

Value wordwrap_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("wordwrap", std::move(arguments),
                          {"width", "break_long_words", "wrapstring", "break_on_hyphens"});
  if (!operand.is_string())
    throw TemplateFailure(fmt::format("wordwrap: a str is needed, not {}", operand.type_name()));
  // Python looks for exactly True where it splits, and for anything true where it breaks.
  const bool only_true = !values.has(3) || (values[3].kind() == Value::Kind::kBool && values[3].truthy());
  const WrapOptions options{values.integer(0, 79), values.truthy(1, true), only_true, values.truthy(3, true)};
  const std::string between = values.has(2) && values[2].is_none() ? "\n" : values.text(2, "\n");
  const std::string& text = operand.text();
  interpreter.limits.charge_text(8 * text.size());
  std::string out;
  bool first_paragraph = true;
  for (const std::string_view paragraph : split_lines(text)) {
    if (options.width <= 0) throw TemplateFailure(fmt::format("invalid width {} (must be > 0)", options.width));
    if (!std::exchange(first_paragraph, false)) out += between;
    bool first = true;
    for (const std::string& line : wrap(paragraph, options, interpreter.limits)) {
      if (!std::exchange(first, false)) out += between;
      out += line;
      interpreter.limits.charge_text(between.size());
      if (out.size() > Limits::kMaxTextBytes) interpreter.limits.charge_text(out.size());
    }
  }
  return out;
}

}  // namespace llmops::text::jinja
