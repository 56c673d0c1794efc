// Filters on PCRE2, which gives the groups that lm-evaluation-harness' regex filter selects from.
#include "eval/filter.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <fmt/format.h>
#include <pcre2.h>

#include <memory>

#include "core/error.h"
#include "eval/metrics/python_text.h"
#include "text/utf8.h"

namespace llmops::eval {
namespace {

constexpr std::uint32_t kMatchLimit = 5'000'000;

using Code = std::unique_ptr<pcre2_code, decltype(&pcre2_code_free)>;
using MatchData = std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)>;
using MatchContext = std::unique_ptr<pcre2_match_context, decltype(&pcre2_match_context_free)>;

std::string pcre2_message(int number) {
  char text[160] = "";
  pcre2_get_error_message(number, reinterpret_cast<PCRE2_UCHAR*>(text), sizeof text);
  return text;
}

Code compile(const std::string& pattern) {
  int number = 0;
  PCRE2_SIZE offset = 0;
  Code code(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), PCRE2_UTF | PCRE2_UCP, &number,
                          &offset, nullptr),
            &pcre2_code_free);
  if (code == nullptr) {
    throw ConfigError(fmt::format("filter pattern '{}', character {}: {}", pattern, offset + 1, pcre2_message(number)));
  }
  return code;
}

/// The text of a match: its first group that is not empty, or the whole where the pattern has no groups.
std::string text_of_match(const std::string& text, const pcre2_match_data* data, int groups) {
  const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(const_cast<pcre2_match_data*>(data));
  for (int group = groups > 1 ? 1 : 0; group < groups; ++group) {
    if (ends[2 * group] == ends[2 * group + 1]) continue;  // empty, or took no part
    return text.substr(ends[2 * group], ends[2 * group + 1] - ends[2 * group]);
  }
  return "";
}

/// All matches from left to right, as Python's re.findall.
std::vector<std::string> find_all(const std::string& pattern, const std::string& text) {
  const Code code = compile(pattern);
  const MatchData data(pcre2_match_data_create_from_pattern(code.get(), nullptr), &pcre2_match_data_free);
  const MatchContext context(pcre2_match_context_create(nullptr), &pcre2_match_context_free);
  pcre2_set_match_limit(context.get(), kMatchLimit);
  std::vector<std::string> found;
  for (std::size_t at = 0; at <= text.size();) {
    const int groups = pcre2_match(code.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), at, 0,
                                   data.get(), context.get());
    if (groups == PCRE2_ERROR_NOMATCH) break;
    if (groups < 0) throw InputError(fmt::format("filter pattern '{}': {}", pattern, pcre2_message(groups)));
    found.push_back(text_of_match(text, data.get(), groups));
    const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(data.get());
    at = ends[1] > ends[0] ? ends[1] : ends[1] + (ends[1] < text.size() ? text::utf8_step(text, ends[1]).length : 1);
  }
  return found;
}

std::string select_match(const FilterStep& step, const std::string& raw) {
  const std::vector<std::string> found = find_all(step.pattern, text::utf8_repair(raw));
  const auto count = static_cast<std::ptrdiff_t>(found.size());
  const std::ptrdiff_t index = step.group_select < 0 ? count + step.group_select : step.group_select;
  return index >= 0 && index < count ? python_strip(found[static_cast<std::size_t>(index)]) : step.fallback;
}

}  // namespace

void check_filters(const Task& task) {
  for (const FilterPipeline& pipeline : task.filters) {
    for (const FilterStep& step : pipeline.steps) compile(step.pattern);
  }
}

std::string apply_filter(const FilterPipeline& pipeline, const std::string& output) {
  std::string text = output;
  for (const FilterStep& step : pipeline.steps) {
    switch (step.function) {
      case FilterStep::Function::kTakeFirst: break;
      case FilterStep::Function::kStrip: text = python_strip(text); break;
      case FilterStep::Function::kLowercase: text = python_lower(text); break;
      case FilterStep::Function::kUppercase: text = python_upper(text); break;
      case FilterStep::Function::kRemoveWhitespace: {
        const std::string stripped = python_strip(text);
        text = stripped.empty() ? "" : text.substr(text.find(stripped));
        break;
      }
      case FilterStep::Function::kRegex: text = select_match(step, text); break;
    }
  }
  return text;
}

}  // namespace llmops::eval
