// The rules of a pre_tokenizer one after another, the simple ones as the Split they stand for.
#include <fmt/format.h>

#include "core/error.h"
#include "text/component.h"
#include "text/pipeline/pre_tokenizer.h"

namespace llmops::text {
namespace {

// Words as Rust's expressions mean them, which differ from Oniguruma's in superscripts and joiners.
constexpr const char* kWords =
    R"([\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\x{200C}\x{200D}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\x{200C}\x{200D}\s]+)";
constexpr std::int64_t kMaxFixedLength = 65535;  // of a repetition in a pattern

Json split(Json pattern, const char* behavior, bool invert = false) {
  return {{"type", "Split"}, {"pattern", std::move(pattern)}, {"behavior", behavior}, {"invert", invert}};
}

using Rules = std::vector<Json>;

Rules as_it_is(const Json& rule, const std::string&) { return {rule}; }
Rules whitespace(const Json&, const std::string&) { return {split({{"Regex", kWords}}, "Removed", true)}; }
Rules whitespace_split(const Json&, const std::string&) { return {split({{"Regex", "\\s"}}, "Removed")}; }
Rules bert(const Json& rule, const std::string& where) {
  return {whitespace_split(rule, where)[0], {{"type", "Punctuation"}, {"behavior", "Isolated"}}};
}
Rules character_delimiter(const Json& rule, const std::string& where) {
  return {split({{"String", json_get<std::string>(rule, "delimiter", where)}}, "Removed")};
}
Rules fixed_length(const Json& rule, const std::string& where) {
  const auto length = json_get_or<std::int64_t>(rule, "length", 5, where);
  if (length < 1 || length > kMaxFixedLength) {
    throw InputError(fmt::format("{}: 'length' is {}, expected 1 to {}", where, length, kMaxFixedLength));
  }
  return {split({{"Regex", fmt::format("(?m:.){{1,{}}}", length)}}, "Isolated")};
}

struct Kind {
  const char* name;
  Rules (*rules)(const Json& rule, const std::string& where);
};

constexpr Kind kKinds[] = {
    {"ByteLevel", as_it_is},       {"Split", as_it_is},
    {"Digits", as_it_is},          {"Punctuation", as_it_is},
    {"Metaspace", as_it_is},       {"UnicodeScripts", as_it_is},
    {"Whitespace", whitespace},    {"WhitespaceSplit", whitespace_split},
    {"BertPreTokenizer", bert},    {"CharDelimiterSplit", character_delimiter},
    {"FixedLength", fixed_length},
};

void flatten(const Json& rule, const std::string& origin, int depth, Rules& out) {
  const std::string where = origin + ": pre_tokenizer";
  const auto type = json_get<std::string>(rule, "type", where);
  if (type == "Sequence") {
    for (const Json& part : sequence_parts(rule, "pretokenizers", depth, where)) flatten(part, origin, depth + 1, out);
    return;
  }
  std::string names = "Sequence";
  for (const Kind& kind : kKinds) {
    if (type == kind.name) {
      for (Json& simple : kind.rules(rule, where)) out.push_back(std::move(simple));
      return;
    }
    names += std::string(", ") + kind.name;
  }
  throw_unsupported(origin, "pre_tokenizer", type, names);
}

}  // namespace

std::vector<Json> flat_pre_tokenizer_rules(const Json& rule, const std::string& origin) {
  Rules rules;
  if (!rule.is_null()) flatten(rule, origin, 0, rules);
  return rules;
}

}  // namespace llmops::text
