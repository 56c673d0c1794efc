#include "core/uri.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

#include "core/error.h"

namespace llmops {
namespace {

[[noreturn]] void malformed(std::string_view text, const char* form) {
  throw UsageError(fmt::format("'{}' is not a valid name", text), fmt::format("the form is {}", form));
}

/// Names go into folder names and SQL output; keep them to what every file system and shell takes.
bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 128 && text[0] != '.' &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.'; });
}

/// "NAME", "NAME/VERSION" or "NAME@ALIAS".
void parse_versioned(Uri& uri, std::string_view rest, const char* form) {
  const std::size_t at = rest.find_first_of("@/");
  uri.name = rest.substr(0, at);
  if (at != std::string_view::npos) {
    const std::string_view tail = rest.substr(at + 1);
    if (tail.empty() || tail.find_first_of("@/") != std::string_view::npos) malformed(uri.text, form);
    (rest[at] == '/' ? uri.version : uri.alias) = tail;
  }
  if (!is_name(uri.name)) malformed(uri.text, form);
  const bool digits =
      std::all_of(uri.version.begin(), uri.version.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  if (!digits || uri.version.size() > 9) malformed(uri.text, form);
}

void parse_data(Uri& uri, std::string_view rest) {
  constexpr const char* kForm = "data:/NAME@VERSION";
  const std::size_t at = rest.find('@');
  uri.name = rest.substr(0, at);
  if (at != std::string_view::npos) uri.version = rest.substr(at + 1);
  if (!is_name(uri.name) || (at != std::string_view::npos && uri.version.empty())) malformed(uri.text, kForm);
}

void parse_run(Uri& uri, std::string_view rest) {
  constexpr const char* kForm = "runs:/RUN_ID/ARTIFACT";
  const std::size_t slash = rest.find('/');
  uri.name = rest.substr(0, slash);
  if (slash != std::string_view::npos) uri.member = rest.substr(slash + 1);
  if (!is_name(uri.name)) malformed(uri.text, kForm);
}

void parse_hub(Uri& uri, std::string_view rest) {
  constexpr const char* kForm = "hf://OWNER/NAME[@REVISION]";
  const std::size_t at = rest.find('@');
  uri.name = rest.substr(0, at);
  if (at != std::string_view::npos) uri.version = rest.substr(at + 1);
  const std::size_t slash = uri.name.find('/');
  if (slash == std::string::npos || (at != std::string_view::npos && uri.version.empty())) malformed(uri.text, kForm);
  if (!is_name(std::string_view(uri.name).substr(0, slash)) || !is_name(std::string_view(uri.name).substr(slash + 1))) {
    malformed(uri.text, kForm);
  }
}

void parse_pypi(Uri& uri, std::string_view rest) {
  constexpr const char* kForm = "pypi://PACKAGE[==VERSION]/MEMBER";
  const std::size_t slash = rest.find('/');
  std::string_view package = rest.substr(0, slash);
  if (slash != std::string_view::npos) uri.member = rest.substr(slash + 1);
  if (const std::size_t equals = package.find("=="); equals != std::string_view::npos) {
    uri.version = package.substr(equals + 2);
    package = package.substr(0, equals);
    if (!is_name(uri.version)) malformed(uri.text, kForm);
  }
  uri.name = package;
  if (!is_name(uri.name)) malformed(uri.text, kForm);
}

}  // namespace

Uri parse_uri(std::string_view text) {
  Uri uri;
  uri.text = text;
  const auto after = [&](std::string_view scheme) -> std::optional<std::string_view> {
    if (!text.starts_with(scheme)) return std::nullopt;
    return text.substr(scheme.size());
  };
  if (const auto rest = after("models:/")) {
    uri.kind = Uri::Kind::kModel;
    parse_versioned(uri, *rest, "models:/NAME@ALIAS or models:/NAME/VERSION");
  } else if (const auto prompt = after("prompt://")) {
    uri.kind = Uri::Kind::kPrompt;
    parse_versioned(uri, *prompt, "prompt://NAME@LABEL or prompt://NAME/VERSION");
  } else if (const auto data = after("data:/")) {
    uri.kind = Uri::Kind::kData;
    parse_data(uri, *data);
  } else if (const auto run = after("runs:/")) {
    uri.kind = Uri::Kind::kRun;
    parse_run(uri, *run);
  } else if (const auto hub = after("hf://")) {
    uri.kind = Uri::Kind::kHub;
    parse_hub(uri, *hub);
  } else if (const auto package = after("pypi://")) {
    uri.kind = Uri::Kind::kPypi;
    parse_pypi(uri, *package);
  } else {
    const bool web = text.starts_with("https://") || text.starts_with("http://");
    uri.kind = web ? Uri::Kind::kWeb : Uri::Kind::kPath;
    uri.name = text;
    if (text.empty()) throw UsageError("the name is empty", "give a path or a name such as models:/NAME/1");
  }
  return uri;
}

}  // namespace llmops
