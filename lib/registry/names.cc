// Checking names.
#include "registry/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "core/error.h"
#include "core/spelling.h"

namespace llmops::registry {
namespace {

constexpr std::size_t kLongestName = 128;
constexpr std::size_t kMostListed = 8;

bool is_allowed(unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.'; }

}  // namespace

void check_name(const std::string& what, const std::string& name) {
  const bool good = !name.empty() && name.size() <= kLongestName && name[0] != '.' &&
                    std::all_of(name.begin(), name.end(), is_allowed);
  if (good) return;
  throw UsageError(fmt::format("'{}' is not a valid {} name", name, what),
                   fmt::format("use letters, digits, '-', '_' and '.', at most {} of them", kLongestName));
}

void check_alias(const std::string& what, const std::string& name) {
  check_name(what, name);
  if (name.find_first_not_of("0123456789") != std::string::npos) return;
  throw UsageError(fmt::format("'{}' is not a valid {} name", name, what), "a number alone would read as a version");
}

std::string near_name_hint(const std::string& name, std::vector<std::string> known, const std::string& what) {
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  if (known.empty()) return fmt::format("the registry holds no {} yet", what);
  const bool more = known.size() > kMostListed;
  const std::vector<std::string> first(known.begin(), known.begin() + std::min(known.size(), kMostListed));
  return did_you_mean(name, known, fmt::format("there are: {}{}", fmt::join(first, ", "), more ? ", ..." : ""));
}

}  // namespace llmops::registry
