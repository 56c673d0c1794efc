// Arguments of a filter, test or method, by the names of its parameters.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "text/jinja/value.h"

namespace llmops::text::jinja {

/// @throws TemplateFailure  for arguments given to what takes none
void no_arguments(const char* function, const Arguments& arguments);
/// The arguments themselves. @throws TemplateFailure  for named ones, which Python's own methods refuse
Arguments positional_only(const char* function, Arguments arguments);

/// Binds arguments to parameters once, then hands them out by position.
class Parameters {
 public:
  /// @param required  how many must be given
  /// @throws TemplateFailure  for too many, unknown, repeated or missing arguments
  Parameters(const char* function, Arguments arguments, std::initializer_list<std::string_view> names,
             std::size_t required = 0);

  bool has(std::size_t at) const { return given_[at]; }
  const Value& operator[](std::size_t at) const { return values_[at]; }
  /// @throws TemplateFailure  when it is given and is not of that type
  std::string text(std::size_t at, const std::string& fallback) const;
  std::int64_t integer(std::size_t at, std::int64_t fallback) const;
  bool truthy(std::size_t at, bool fallback) const { return has(at) ? values_[at].truthy() : fallback; }

 private:
  const char* function_;
  std::vector<Value> values_;
  std::vector<bool> given_;
};

}  // namespace llmops::text::jinja
