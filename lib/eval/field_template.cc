// Field names and templates over documents. Chat templates render what is missing as nothing; here it is an error, for
// a prompt without its question would be measured as if it were one.
#include "eval/field_template.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "core/error.h"
#include "core/spelling.h"
#include "text/jinja/failure.h"
#include "text/jinja/lexer.h"
#include "text/jinja/template.h"
#include "text/jinja/value_from_json.h"

namespace llmops::eval {
namespace {

using text::jinja::Token;

bool is_name(const std::string& text) {
  const auto part = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0 &&
         std::all_of(text.begin(), text.end(), part);
}

/// Variables that one {{ ... }} needs. None where it deals with missing ones itself.
std::set<std::string> names_in_print(const std::vector<Token>& tokens, std::size_t begin, std::size_t end) {
  static const std::set<std::string> kTolerant = {"is", "if", "default", "d"};
  static const std::set<std::string> kWords = {"true", "false", "none", "True", "False", "None", "not",      "and",
                                               "or",   "in",    "else", "loop", "range", "dict", "namespace"};
  std::set<std::string> names;
  for (std::size_t i = begin; i < end; ++i) {
    if (tokens[i].type != Token::Type::kName) continue;
    if (kTolerant.contains(tokens[i].text)) return {};
    const bool member = i > begin && (tokens[i - 1].text == "." || tokens[i - 1].text == "|");
    const bool argument = i + 1 < end && tokens[i + 1].text == "=";
    if (!member && !argument && !kWords.contains(tokens[i].text)) names.insert(tokens[i].text);
  }
  return names;
}

/// Fields that a document must have. Names that occur in tags ({% for x in y %}) are left to the template.
std::set<std::string> needed_fields(const std::string& source) {
  const std::vector<Token> tokens = text::jinja::lex(source);
  std::set<std::string> needed, in_tags;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool print = tokens[i].type == Token::Type::kPrintBegin, tag = tokens[i].type == Token::Type::kTagBegin;
    if (!print && !tag) continue;
    std::size_t end = i + 1;
    while (end < tokens.size() && tokens[end].type != Token::Type::kPrintEnd &&
           tokens[end].type != Token::Type::kTagEnd) {
      if (tag && tokens[end].type == Token::Type::kName) in_tags.insert(tokens[end].text);
      ++end;
    }
    if (print) needed.merge(names_in_print(tokens, i + 1, end));
    i = end;
  }
  for (const std::string& name : in_tags) needed.erase(name);
  return needed;
}

/// "choices" of "{{ choices }}"; none when the source is more than one expression.
std::optional<std::string> only_expression(const std::string& source) {
  const bool alone = source.starts_with("{{") && source.ends_with("}}") && source.size() > 4 &&
                     source.find("{{", 2) == std::string::npos && source.find("}}") == source.size() - 2 &&
                     source.find("{%") == std::string::npos;
  return alone ? std::optional(source.substr(2, source.size() - 4)) : std::nullopt;
}

/// The interpreter was made for chat templates and calls them so in its errors.
std::string renamed(const std::string& message, const std::string& key) {
  const std::string theirs = "chat_template:";
  return message.starts_with(theirs) ? key + ":" + message.substr(theirs.size()) : message;
}

}  // namespace

struct FieldTemplate::Parsed {
  std::string source, key;
  bool fields = true;
  std::optional<text::jinja::Template> whole, as_json;
  std::set<std::string> needed;
};

FieldTemplate::FieldTemplate(std::string source, std::string key, bool fields)
    : parsed_(new Parsed{std::move(source), std::move(key), fields, {}, {}, {}}) {
  Parsed& parsed = *parsed_;
  if (parsed.source.find('{') == std::string::npos) return;
  try {
    // One newline at the end is dropped, as chat templates want it; text templates keep theirs.
    parsed.whole.emplace(parsed.source.ends_with('\n') ? parsed.source + "\n" : parsed.source);
    parsed.needed = needed_fields(parsed.source);
    if (const auto expression = only_expression(parsed.source)) {
      parsed.as_json.emplace("{{ (" + *expression + ") | tojson }}");
    }
  } catch (const InputError& error) {
    throw ConfigError(renamed(error.what(), parsed.key), error.hint());
  } catch (const text::jinja::TemplateFailure& error) {
    throw ConfigError(fmt::format("{}: {}", parsed.key, error.what()));
  }
}
FieldTemplate::~FieldTemplate() = default;
FieldTemplate::FieldTemplate(FieldTemplate&&) noexcept = default;

bool FieldTemplate::empty() const { return parsed_->source.empty(); }

Json FieldTemplate::value(const Json& document, std::size_t index, bool as_value) const {
  const Parsed& parsed = *parsed_;
  const auto missing = [&](const std::string& name) {
    std::vector<std::string> known;
    for (const auto& [field, unused] : document.items()) known.push_back(field);
    throw InputError(fmt::format("document {}: field '{}' is missing, which '{}' names", index, name, parsed.key),
                     did_you_mean(name, known));
  };
  if (parsed.fields) {
    if (const auto found = document.find(parsed.source); found != document.end()) return *found;
    if (is_name(parsed.source)) missing(parsed.source);
  }
  if (!parsed.whole) return parsed.source;
  for (const std::string& name : parsed.needed) {
    if (!document.contains(name)) missing(name);
  }
  std::vector<std::pair<std::string, text::jinja::Value>> variables;
  for (const auto& [field, value] : document.items()) {
    variables.emplace_back(field, text::jinja::value_from_json(value));
  }
  try {
    if (as_value && parsed.as_json) return parse_json(parsed.as_json->render(variables).text, parsed.key);
    return parsed.whole->render(variables).text;
  } catch (const InputError& error) {
    throw InputError(fmt::format("document {}: {}", index, renamed(error.what(), parsed.key)), error.hint());
  }
}

std::string FieldTemplate::text(const Json& document, std::size_t index) const {
  const Json found = value(document, index);
  return found.is_string() ? found.get<std::string>() : dump_json(found);
}

}  // namespace llmops::eval
