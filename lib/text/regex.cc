// Regular expressions over UTF-8 text (PCRE2), as tokenizer files use them.
#define PCRE2_CODE_UNIT_WIDTH 8
#include "text/regex.h"

#include <fmt/format.h>
#include <pcre2.h>

#include "core/error.h"
#include "text/oniguruma_pattern.h"
#include "text/run_pattern.h"
#include "text/utf8.h"

namespace llmops::text {
namespace {

struct FreeMatch {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};

}  // namespace

struct Regex::Impl {
  std::optional<RunPattern> runs;
  pcre2_code* code = nullptr;  // null where there are runs
  std::string origin;
  ~Impl() { pcre2_code_free(code); }

  // Matches within valid UTF-8; `base` is where it starts in the whole text.
  void find_in_valid(std::string_view text, std::size_t base, pcre2_match_data* data, std::vector<Range>& matches,
                     bool with_empty) const {
    const PCRE2_SIZE* ovector = pcre2_get_ovector_pointer(data);
    std::size_t last = SIZE_MAX;  // end of the last match
    for (std::size_t at = 0; at < text.size() + (with_empty ? 1 : 0);) {
      auto subject = reinterpret_cast<PCRE2_SPTR>(text.data());
      int rc = pcre2_match(code, subject, text.size(), at, PCRE2_NO_UTF_CHECK, data, nullptr);
      if (rc == PCRE2_ERROR_JIT_STACKLIMIT) {  // the interpreter keeps its stack on the heap
        rc = pcre2_match(code, subject, text.size(), at, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, data, nullptr);
      }
      if (rc == PCRE2_ERROR_NOMATCH) return;
      if (rc < 0)
        throw InputError(fmt::format("{}: the pattern takes too many steps on this text (code {})", origin, rc));
      if (ovector[1] == ovector[0]) {
        if (with_empty && ovector[1] != last) matches.push_back({base + ovector[0], base + ovector[1]});
        at = ovector[1] + (ovector[1] < text.size() ? utf8_step(text, ovector[1]).length : 1);
        continue;
      }
      matches.push_back({base + ovector[0], base + ovector[1]});
      at = last = ovector[1];
    }
  }
};

Regex::Regex(std::string_view pattern, std::string_view origin, Engine engine) : impl_(std::make_unique<Impl>()) {
  impl_->origin = origin;
  if (engine == Engine::kFastest) impl_->runs = RunPattern::parse(pattern);
  if (impl_->runs) return;
  const std::string spelled = oniguruma_to_pcre2(pattern);
  int error = 0;
  PCRE2_SIZE offset = 0;
  impl_->code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(spelled.data()), spelled.size(),
                              PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE, &error, &offset, nullptr);
  if (impl_->code == nullptr) {
    PCRE2_UCHAR reason[256] = {};
    pcre2_get_error_message(error, reason, sizeof(reason));
    throw InputError(
        fmt::format("{}: pattern '{}' does not compile: {}", origin, pattern, reinterpret_cast<char*>(reason)));
  }
  pcre2_jit_compile(impl_->code, PCRE2_JIT_COMPLETE);  // without it pcre2_match interprets
}

Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

void Regex::find_all(std::string_view text, std::vector<Range>& matches, bool with_empty) const {
  std::unique_ptr<pcre2_match_data, FreeMatch> data;
  if (!impl_->runs) data.reset(pcre2_match_data_create(1, nullptr));
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t good = utf8_valid_prefix(text.substr(at));
    if (impl_->runs) {  // which never match nothing
      impl_->runs->find_all(text.substr(at, good), at, matches);
    } else {
      impl_->find_in_valid(text.substr(at, good), at, data.get(), matches, with_empty);
    }
    at += good;
    if (at < text.size()) at += utf8_step(text, at).length;
  }
}

bool Regex::matches_empty() const {
  std::uint32_t empty = 0;
  pcre2_pattern_info(impl_->code, PCRE2_INFO_MATCHEMPTY, &empty);
  return empty != 0;
}

std::string Regex::quote(std::string_view literal) {
  std::string out;
  for (const char c : literal) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += fmt::format("\\x{{{:x}}}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace llmops::text
