// Slots, filling, linting and line differences.
#include "registry/prompt_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <sstream>

#include "core/error.h"
#include "core/json.h"
#include "core/spelling.h"

namespace llmops::registry {
namespace {

bool is_variable(const std::string& name) {
  const auto allowed = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '-'; };
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 &&
         std::all_of(name.begin(), name.end(), allowed);
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Calls `slot` for each {{name}} and `plain` for the text between.
void scan(const std::string& origin, const std::string& body, const std::function<void(const std::string&)>& plain,
          const std::function<void(const std::string&)>& slot) {
  std::size_t at = 0;
  while (true) {
    const std::size_t open = body.find("{{", at);
    plain(body.substr(at, open - at));
    if (open == std::string::npos) return;
    const auto line = 1 + std::count(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(open), '\n');
    const std::size_t close = body.find("}}", open);
    if (close == std::string::npos) throw InputError(fmt::format("{}:{}: '{{{{' is not closed", origin, line));
    const std::string name = trimmed(body.substr(open + 2, close - open - 2));
    if (!is_variable(name)) {
      throw InputError(fmt::format("{}:{}: '{}' is not a variable name", origin, line, name),
                       "a variable is letters, digits, '_', '-' and '.', as in {{customer_name}}");
    }
    slot(name);
    at = close + 2;
  }
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

void check_messages(const std::string& origin, const Json& messages) {
  if (!messages.is_array() || messages.empty()) {
    throw InputError(fmt::format("{}: a chat prompt is a list of messages", origin),
                     R"(as in [{"role": "user", "content": "{{question}}"}])");
  }
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const std::string where = fmt::format("{}: message {}", origin, i + 1);
    json_get<std::string>(messages[i], "role", where);
    json_get<std::string>(messages[i], "content", where);
  }
}

}  // namespace

std::vector<std::string> prompt_variables(const std::string& origin, const std::string& body) {
  std::vector<std::string> names;
  scan(
      origin, body, [](const std::string&) {},
      [&](const std::string& name) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
      });
  return names;
}

std::string fill_prompt(const std::string& origin, const std::string& body,
                        const std::map<std::string, std::string>& values) {
  std::string filled;
  std::vector<std::string> unbound;
  scan(
      origin, body, [&](const std::string& text) { filled += text; },
      [&](const std::string& name) {
        if (const auto value = values.find(name); value != values.end()) {
          filled += value->second;
        } else {
          unbound.push_back(name);
        }
      });
  if (!unbound.empty()) throw InputError(fmt::format("{}: no value for '{}'", origin, fmt::join(unbound, "', '")));
  return filled;
}

void check_prompt_body(const std::string& origin, const std::string& format, const std::string& body) {
  if (format != "text" && format != "chat") {
    throw InputError(fmt::format("{}: unknown format '{}'", origin, format), did_you_mean(format, {"text", "chat"}));
  }
  if (format == "chat") check_messages(origin, parse_json(body, origin));
  prompt_variables(origin, body);
}

std::vector<LintFinding> lint_prompt(const std::string& origin, const std::string& body,
                                     const std::vector<std::string>& given) {
  std::vector<LintFinding> findings;
  const auto used = prompt_variables(origin, body);
  const auto has = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const std::string& name : used) {
    if (!has(given, name)) findings.push_back({true, fmt::format("variable '{}' is unbound", name)});
  }
  for (const std::string& name : given) {
    if (has(used, name)) continue;
    const std::string near = did_you_mean(name, used);
    findings.push_back({false, fmt::format("'{}' is given but never used{}", name, near.empty() ? "" : ", " + near)});
  }
  return findings;
}

std::string line_diff(const std::string& before, const std::string& after) {
  if (before == after) return "";
  const auto a = lines_of(before), b = lines_of(after);
  // length[i][j]: longest common subsequence of a[i..] and b[j..]
  std::vector<std::vector<int>> length(a.size() + 1, std::vector<int>(b.size() + 1, 0));
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) {
      length[i][j] = a[i] == b[j] ? length[i + 1][j + 1] + 1 : std::max(length[i + 1][j], length[i][j + 1]);
    }
  }
  std::string text;
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      text += "  " + a[i++] + "\n";
      ++j;
    } else if (i < a.size() && (j == b.size() || length[i + 1][j] >= length[i][j + 1])) {
      text += "- " + a[i++] + "\n";
    } else {
      text += "+ " + b[j++] + "\n";
    }
  }
  return text;
}

}  // namespace llmops::registry
