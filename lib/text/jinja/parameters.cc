// Arguments of a filter, test or method, by the names of its parameters.
#include "text/jinja/parameters.h"

#include <fmt/format.h>

#include <algorithm>

#include "text/jinja/failure.h"

namespace llmops::text::jinja {

void no_arguments(const char* function, const Arguments& arguments) {
  if (!arguments.positional.empty() || !arguments.named.empty())
    throw TemplateFailure(fmt::format("{} takes no arguments", function));
}

Arguments positional_only(const char* function, Arguments arguments) {
  if (!arguments.named.empty()) throw TemplateFailure(fmt::format("{}() takes no keyword arguments", function));
  return arguments;
}

Parameters::Parameters(const char* function, Arguments arguments, std::initializer_list<std::string_view> names,
                       std::size_t required)
    : function_(function), values_(names.size()), given_(names.size()) {
  if (arguments.positional.size() > names.size()) {
    throw TemplateFailure(
        fmt::format("{}() takes at most {} arguments ({} given)", function, names.size(), arguments.positional.size()));
  }
  for (std::size_t i = 0; i < arguments.positional.size(); ++i) {
    values_[i] = std::move(arguments.positional[i]);
    given_[i] = true;
  }
  for (auto& [name, value] : arguments.named) {
    const auto at = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    if (at == names.size()) throw TemplateFailure(fmt::format("{}() has no argument '{}'", function, name));
    if (given_[at]) throw TemplateFailure(fmt::format("{}() got argument '{}' twice", function, name));
    values_[at] = std::move(value);
    given_[at] = true;
  }
  for (std::size_t i = 0; i < required; ++i) {
    if (!given_[i]) throw TemplateFailure(fmt::format("{}() lacks argument '{}'", function, *(names.begin() + i)));
  }
}

std::string Parameters::text(std::size_t at, const std::string& fallback) const {
  if (!has(at)) return fallback;
  if (!values_[at].is_string()) {
    throw TemplateFailure(fmt::format("{}() wants a str, not {}", function_, values_[at].type_name()));
  }
  return values_[at].text();
}

std::int64_t Parameters::integer(std::size_t at, std::int64_t fallback) const {
  if (!has(at)) return fallback;
  if (!values_[at].is_integral()) {
    throw TemplateFailure(fmt::format("{}() wants an int, not {}", function_, values_[at].type_name()));
  }
  return values_[at].integer();
}

}  // namespace llmops::text::jinja
