// Errors that the parts of tokenizer.json share.
#include "text/component.h"

#include <fmt/format.h>

#include <vector>

#include "core/error.h"
#include "core/spelling.h"

namespace llmops::text {

void throw_unsupported(const std::string& origin, const char* what, const std::string& type,
                       const std::string& supported) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at < supported.size();) {
    const std::size_t end = std::min(supported.find(", ", at), supported.size());
    names.push_back(supported.substr(at, end - at));
    at = end + 2;
  }
  throw InputError(fmt::format("{}: {} type '{}' is not supported", origin, what, type),
                   did_you_mean(type, names, "supported: " + supported));
}

const Json& sequence_parts(const Json& rule, const char* key, int depth, const std::string& where) {
  if (depth > kMaxRuleDepth) throw InputError(fmt::format("{}: more than {} nested rules", where, kMaxRuleDepth));
  const auto found = rule.find(key);
  if (found == rule.end()) throw_json_missing(key, where);
  if (!found->is_array()) throw_json_type(key, *found, where);
  return *found;
}

}  // namespace llmops::text
