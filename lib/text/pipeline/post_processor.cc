// Post-processors of tokenizer.json: the tokens put around a text, a BOS say.
#include "text/pipeline/post_processor.h"

#include <fmt/format.h>

#include "core/error.h"
#include "text/bpe/tokenizer_file.h"
#include "text/component.h"

namespace llmops::text {
namespace {

TokenId checked(std::int64_t id, const std::string& name, const Vocabulary& vocabulary, const std::string& where) {
  if (id < 0 || id >= kMaxTokenId || !vocabulary.has(static_cast<TokenId>(id))) {
    throw InputError(fmt::format("{}: '{}' has id {}, which is not in the vocabulary", where, name, id));
  }
  return static_cast<TokenId>(id);
}

// One item of a template: {"SpecialToken": {"id": "<s>"}} through the "special_tokens" table, which gives the ids.
std::vector<TokenId> template_ids(const Json& rule, const std::string& name, const Vocabulary& vocabulary,
                                  const std::string& where) {
  const auto table = json_get_or(rule, "special_tokens", Json::object(), where);
  const auto entry = json_get_or(table, name.c_str(), Json::object(), where);
  std::vector<TokenId> ids;
  for (const auto id : json_get_or(entry, "ids", std::vector<std::int64_t>{}, where)) {
    ids.push_back(checked(id, name, vocabulary, where));
  }
  if (ids.empty()) throw InputError(fmt::format("{}: the template names '{}', which has no ids", where, name));
  return ids;
}

void add_template(const Json& rule, const Vocabulary& vocabulary, const std::string& where, PostProcessor& out) {
  bool before = true;
  std::vector<TokenId> prefix;
  for (const Json& item : json_get<Json>(rule, "single", where)) {
    if (item.is_object() && item.contains("Sequence")) {
      if (!before) throw InputError(where + ": a template with the text twice is not supported");
      before = false;
      continue;
    }
    const auto special = json_get<Json>(item, "SpecialToken", where);
    const auto ids = template_ids(rule, json_get<std::string>(special, "id", where), vocabulary, where);
    auto& side = before ? prefix : out.suffix;
    side.insert(side.end(), ids.begin(), ids.end());
  }
  out.prefix.insert(out.prefix.begin(), prefix.begin(), prefix.end());  // what is applied later stands further out
}

TokenId pair_id(const Json& rule, const char* key, const Vocabulary& vocabulary, const std::string& where) {
  const auto pair = json_get<Json>(rule, key, where);
  if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string() || !pair[1].is_number_integer()) {
    throw_json_type(key, pair, where);
  }
  return checked(pair[1].get<std::int64_t>(), pair[0].get<std::string>(), vocabulary, where);
}

void add_rule(const Json& rule, const Vocabulary& vocabulary, const std::string& origin, int depth,
              PostProcessor& out) {
  const std::string where = origin + ": post_processor";
  const auto type = json_get<std::string>(rule, "type", where);
  if (type == "Sequence") {
    for (const Json& part : sequence_parts(rule, "processors", depth, where)) {
      add_rule(part, vocabulary, origin, depth + 1, out);
    }
  } else if (type == "TemplateProcessing") {
    add_template(rule, vocabulary, where, out);
  } else if (type == "BertProcessing" || type == "RobertaProcessing") {
    out.prefix.insert(out.prefix.begin(), pair_id(rule, "cls", vocabulary, where));
    out.suffix.push_back(pair_id(rule, "sep", vocabulary, where));
  } else if (type != "ByteLevel") {
    throw_unsupported(origin, "post_processor", type,
                      "ByteLevel, TemplateProcessing, BertProcessing, RobertaProcessing, Sequence");
  }
}

}  // namespace

PostProcessor make_post_processor(const Json& rule, const Vocabulary& vocabulary, const std::string& origin) {
  PostProcessor processor;
  if (!rule.is_null()) add_rule(rule, vocabulary, origin, 0, processor);
  return processor;
}

}  // namespace llmops::text
