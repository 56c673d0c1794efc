// PCRE2 with its match, depth and heap limits: no place in a text costs exponential time.
#define PCRE2_CODE_UNIT_WIDTH 8
#include "data/rules/pattern.h"

#include <fmt/format.h>
#include <pcre2.h>

#include <memory>

#include "core/error.h"

namespace llmops::data {

namespace {

constexpr std::uint32_t kMostSteps = 2'000'000;    // from one place in the text
constexpr std::uint32_t kMostDepth = 100'000;      // of backtracking, of the interpreter
constexpr std::uint32_t kMostHeapKib = 64 * 1024;  // of the interpreter
constexpr std::size_t kMostPatternBytes = std::size_t{64} << 10;

template <typename T, void (*free_it)(T*)>
struct Free {
  void operator()(T* it) const { free_it(it); }
};
using MatchData = std::unique_ptr<pcre2_match_data, Free<pcre2_match_data, pcre2_match_data_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, Free<pcre2_match_context, pcre2_match_context_free>>;

}  // namespace

Pattern::Pattern(const std::string& expression) {
  if (expression.size() > kMostPatternBytes) throw ConfigError("does not compile: over 64 KiB");
  int error = 0;
  PCRE2_SIZE offset = 0;
  code_ = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(),
                        PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C, &error, &offset,
                        nullptr);
  if (code_ == nullptr) {
    PCRE2_UCHAR reason[256] = {};
    pcre2_get_error_message(error, reason, sizeof(reason));
    throw ConfigError(fmt::format("does not compile: {} (at {})", reinterpret_cast<char*>(reason), offset));
  }
  pcre2_jit_compile(code_, PCRE2_JIT_COMPLETE);  // without it pcre2_match interprets
}

Pattern::~Pattern() { pcre2_code_free(code_); }

Pattern::Match Pattern::find(std::string_view text) const {
  const MatchData data(pcre2_match_data_create(1, nullptr));
  const MatchContext context(pcre2_match_context_create(nullptr));
  if (!data || !context) throw std::bad_alloc();
  pcre2_set_match_limit(context.get(), kMostSteps);
  pcre2_set_depth_limit(context.get(), kMostDepth);
  pcre2_set_heap_limit(context.get(), kMostHeapKib);
  const auto subject = reinterpret_cast<PCRE2_SPTR>(text.data());
  int rc = pcre2_match(code_, subject, text.size(), 0, 0, data.get(), context.get());
  if (rc == PCRE2_ERROR_JIT_STACKLIMIT) {  // the interpreter keeps its stack on the heap
    rc = pcre2_match(code_, subject, text.size(), 0, PCRE2_NO_JIT, data.get(), context.get());
  }
  if (rc == PCRE2_ERROR_NOMATCH) return Match::kNo;
  return rc >= 0 ? Match::kYes : Match::kTooLong;
}

}  // namespace llmops::data
