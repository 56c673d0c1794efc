// Python's regular expressions for names of modules, by PCRE2.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <fmt/format.h>
#include <pcre2.h>

#include <charconv>

#include "core/error.h"
#include "model/lora_targets.h"

namespace llmops::model {

ModulePattern::ModulePattern(const std::string& pattern, const std::string& key, bool whole) : key_(key) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  const std::uint32_t options = PCRE2_UTF | PCRE2_ANCHORED | (whole ? PCRE2_ENDANCHORED : 0);
  pcre2_code* code =
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), options, &error, &offset, nullptr);
  if (code == nullptr) {
    PCRE2_UCHAR reason[256] = {};
    pcre2_get_error_message(error, reason, sizeof(reason));
    throw InputError(fmt::format("{}: pattern '{}' does not compile at offset {}: {}", key, pattern, offset,
                                 reinterpret_cast<char*>(reason)));
  }
  code_ = std::shared_ptr<void>(code, [](void* held) { pcre2_code_free(static_cast<pcre2_code*>(held)); });
}

bool ModulePattern::match(std::string_view path, std::string* index) const {
  const auto* code = static_cast<const pcre2_code*>(code_.get());
  const std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> data(
      pcre2_match_data_create_from_pattern(code, nullptr), pcre2_match_data_free);
  const int found =
      pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(path.data()), path.size(), 0, 0, data.get(), nullptr);
  if (found == PCRE2_ERROR_NOMATCH) return false;
  if (found < 0) {
    throw InputError(fmt::format("{}: the pattern takes too many steps on '{}' (code {})", key_, path, found));
  }
  if (index == nullptr) return true;
  const int group = pcre2_substring_number_from_name(code, reinterpret_cast<PCRE2_SPTR>("idx"));
  if (group < 0 || group >= found) return true;
  const PCRE2_SIZE* bounds = pcre2_get_ovector_pointer(data.get()) + 2 * group;
  *index = path.substr(bounds[0], bounds[1] - bounds[0]);
  return true;
}

std::optional<int> ModulePattern::index(std::string_view path) const {
  std::string digits;
  if (!match(path, &digits)) return std::nullopt;
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end == digits.data()) return std::nullopt;
  return value;
}

}  // namespace llmops::model
