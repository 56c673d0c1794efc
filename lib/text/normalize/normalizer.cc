// Normalizers of tokenizer.json: from a rule to what applies it.
#include "text/normalize/normalizer.h"

#include <fmt/format.h>

#include "core/error.h"
#include "text/base64.h"
#include "text/bpe/pattern.h"
#include "text/component.h"
#include "text/normalize/character_map.h"
#include "text/normalize/edits.h"
#include "text/normalize/precompiled.h"
#include "text/normalize/unicode_form.h"

namespace llmops::text {
namespace {

using Made = std::unique_ptr<Normalizer>;

class NormalizerSequence : public Normalizer {
 public:
  void add(Made part) {
    if (part != nullptr) parts_.push_back(std::move(part));
  }
  bool leaves(std::string_view text) const override {
    for (const auto& part : parts_) {
      if (!part->leaves(text)) return false;
    }
    return true;
  }
  void apply(AlignedText& text) const override {
    for (const auto& part : parts_) part->apply(text);
  }

 private:
  std::vector<Made> parts_;
};

Made bert(const Json& rule, const std::string& where) {
  const bool lower = json_get_or(rule, "lowercase", true, where);
  auto sequence = std::make_unique<NormalizerSequence>();
  if (json_get_or(rule, "clean_text", true, where)) sequence->add(make_character_map(clean_for_bert));
  if (json_get_or(rule, "handle_chinese_chars", true, where)) sequence->add(make_character_map(space_out_ideographs));
  if (json_get_or(rule, "strip_accents", lower, where)) {  // null: as lowercase says
    sequence->add(make_unicode_form("NFD", where));
    sequence->add(make_character_map(drop_nonspacing_marks));
  }
  if (lower) sequence->add(make_character_map(lowercase));
  return sequence;
}

template <CharacterRule rule>
Made character_map(const Json&, const std::string&) {
  return make_character_map(rule);
}

Made unicode_form(const Json& rule, const std::string& where) {
  return make_unicode_form(json_get<std::string>(rule, "type", where), where);
}
Made prepend_rule(const Json& rule, const std::string& where) {
  return make_prepend(json_get<std::string>(rule, "prepend", where));
}
Made append_rule(const Json& rule, const std::string& where) {
  return make_append(json_get<std::string>(rule, "append", where));
}
Made replace(const Json& rule, const std::string& where) {
  return make_replace(read_pattern(rule, where), json_get<std::string>(rule, "content", where));
}
Made strip(const Json& rule, const std::string& where) {
  return make_strip(json_get_or(rule, "strip_left", true, where), json_get_or(rule, "strip_right", true, where));
}
Made precompiled(const Json& rule, const std::string& where) {
  const std::string key = where + ": precompiled_charsmap";
  const auto text = json_get_or<std::string>(rule, "precompiled_charsmap", "", where);
  return make_precompiled(decode_base64(text, key), where);
}

struct Kind {
  const char* name;
  Made (*make)(const Json& rule, const std::string& where);
};

constexpr Kind kKinds[] = {
    {"NFC", unicode_form},
    {"NFD", unicode_form},
    {"NFKC", unicode_form},
    {"NFKD", unicode_form},
    {"Lowercase", character_map<lowercase>},
    {"StripAccents", character_map<drop_marks>},
    {"Nmt", character_map<clean_for_nmt>},
    {"ByteLevel", character_map<write_as_bytes>},
    {"BertNormalizer", bert},
    {"Prepend", prepend_rule},
    {"Append", append_rule},
    {"Replace", replace},
    {"Strip", strip},
    {"Precompiled", precompiled},
};

Made make(const Json& rule, const std::string& origin, int depth) {
  const std::string where = origin + ": normalizer";
  const auto type = json_get<std::string>(rule, "type", where);
  if (type == "Sequence") {
    auto sequence = std::make_unique<NormalizerSequence>();
    for (const Json& part : sequence_parts(rule, "normalizers", depth, where)) {
      sequence->add(make(part, origin, depth + 1));
    }
    return sequence;
  }
  std::string names = "Sequence";
  for (const Kind& kind : kKinds) {
    if (type == kind.name) return kind.make(rule, where);
    names += std::string(", ") + kind.name;
  }
  throw_unsupported(origin, "normalizer", type, names);
}

}  // namespace

Normalizer::~Normalizer() = default;
bool Normalizer::leaves(std::string_view) const { return false; }

std::unique_ptr<Normalizer> make_normalizer(const Json& rule, const std::string& origin) {
  return rule.is_null() ? nullptr : make(rule, origin, 0);
}

}  // namespace llmops::text
