// Matching byte by byte where the query is literal, by PCRE2's compiled code elsewhere.
#define PCRE2_CODE_UNIT_WIDTH 8
#include "data/explore/search_pattern.h"

#include <fmt/format.h>
#include <pcre2.h>

#include <algorithm>
#include <cstring>

#include "core/error.h"
#include "data/explore/byte_finder.h"
#include "text/utf8.h"

namespace llmops::data::explore {
namespace {

// Characters that writers of JSON leave as they are. (The quote, the slashes and controls are escaped; < > & and ' by
// some; what is not ASCII by others.)
bool is_plain(char c, bool ignore_case) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte < 0x20 || byte >= 0x7F || std::strchr("\"\\/<>&'", c) != nullptr) return false;
  // The long s and the Kelvin sign fold to these.
  return !ignore_case || std::strchr("sSkK", c) == nullptr;
}

// The longest run of plain characters: what is looked for in the file's own bytes.
std::string_view anchor_of(std::string_view query, bool ignore_case) {
  std::string_view longest;
  for (std::size_t begin = 0; begin < query.size();) {
    std::size_t end = begin;
    while (end < query.size() && is_plain(query[end], ignore_case)) ++end;
    if (end - begin > longest.size()) longest = query.substr(begin, end - begin);
    begin = end + 1;
  }
  return longest;
}

struct FreeCode {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
struct FreeMatch {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
using Code = std::unique_ptr<pcre2_code, FreeCode>;

Code compile(std::string_view query, std::uint32_t options) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  Code code(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(query.data()), query.size(), options, &error, &offset, nullptr));
  if (!code) {
    PCRE2_UCHAR reason[256] = {};
    pcre2_get_error_message(error, reason, sizeof(reason));
    throw UsageError(fmt::format("the expression '{}' does not compile: {} at character {}", query,
                                 reinterpret_cast<char*>(reason), text::utf8_length(query.substr(0, offset)) + 1));
  }
  pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE);  // without it pcre2_match interprets
  return code;
}

Match match(const pcre2_code* code, std::string_view text, std::size_t from) {
  thread_local const std::unique_ptr<pcre2_match_data, FreeMatch> data(pcre2_match_data_create(1, nullptr));
  const PCRE2_SIZE* range = pcre2_get_ovector_pointer(data.get());
  while (from <= text.size()) {
    const auto subject = reinterpret_cast<PCRE2_SPTR>(text.data());
    int rc = pcre2_match(code, subject, text.size(), from, PCRE2_NO_UTF_CHECK, data.get(), nullptr);
    if (rc == PCRE2_ERROR_JIT_STACKLIMIT)  // the interpreter keeps its stack on the heap
      rc = pcre2_match(code, subject, text.size(), from, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, data.get(), nullptr);
    if (rc == PCRE2_ERROR_NOMATCH) break;
    if (rc < 0) {
      throw InputError(fmt::format("the expression takes too many steps on a text of {} bytes", text.size()),
                       "make it simpler: nested repeats are what takes long");
    }
    if (range[1] > range[0]) return {range[0], range[1]};
    from = range[1] + (range[1] < text.size() ? text::utf8_step(text, range[1]).length : 1);
  }
  return {std::string_view::npos, std::string_view::npos};
}

}  // namespace

struct SearchPattern::Impl {
  ByteFinder literal;  ///< what is looked for; unused where there is code
  Code code;           ///< of an expression, or of a literal in any case
  ByteFinder anchor;   ///< in every line that matches, or an escape is; empty for none
  ByteFinder escape;   ///< how a line can hold a match without the anchor: "\u00", or "\u" of a query beyond ASCII
};

SearchPattern::SearchPattern(std::string_view query, bool regex, bool ignore_case) : impl_(std::make_unique<Impl>()) {
  if (query.empty()) throw UsageError("there is nothing to search for");
  if (!text::utf8_valid(query)) throw UsageError("what is searched for is not valid UTF-8");
  const std::uint32_t any_case = ignore_case ? PCRE2_CASELESS : 0;
  if (regex) {
    impl_->code = compile(query, PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | any_case);
    return;
  }
  impl_->literal = ByteFinder(query, false);
  if (ignore_case) impl_->code = compile(query, PCRE2_UTF | PCRE2_LITERAL | PCRE2_CASELESS);
  const std::string_view anchor = anchor_of(query, ignore_case);
  const auto is_wide = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  if (!anchor.empty()) {
    impl_->anchor = ByteFinder(anchor, ignore_case);
    impl_->escape = ByteFinder("\\u00", false);
  } else if (!ignore_case && std::all_of(query.begin(), query.end(), is_wide)) {
    impl_->anchor = ByteFinder(query, false);  // written as it is by most
    impl_->escape = ByteFinder("\\u", false);
  }
}

SearchPattern::~SearchPattern() = default;
SearchPattern::SearchPattern(SearchPattern&&) noexcept = default;

Match SearchPattern::find(std::string_view text, std::size_t from) const {
  if (impl_->code) return match(impl_->code.get(), text, from);
  const std::size_t found = impl_->literal.find(text, from);
  return {found, found == std::string_view::npos ? found : found + impl_->literal.size()};
}

void SearchPattern::candidate_lines(std::string_view bytes, std::vector<std::size_t>& begins) const {
  std::size_t anchor = 0, escape = 0;  // the next of each, once looked for
  for (std::size_t at = 0; at < bytes.size();) {
    std::size_t hit = at;
    if (!impl_->anchor.empty()) {
      if (anchor < at || at == 0) anchor = std::min(impl_->anchor.find(bytes, at), bytes.size());
      if (escape < at || at == 0) escape = std::min(impl_->escape.find(bytes, at), bytes.size());
      hit = std::min(anchor, escape);
      if (hit == bytes.size()) return;
    }
    const std::size_t before = hit == 0 ? std::string_view::npos : bytes.rfind('\n', hit - 1);
    begins.push_back(before == std::string_view::npos ? 0 : before + 1);
    at = std::min(bytes.find('\n', hit), bytes.size() - 1) + 1;
  }
}

}  // namespace llmops::data::explore
