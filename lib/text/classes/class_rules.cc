// The rules of a tokenizer.json as a tokenizer class writes them: normalizer, pre-tokenizer, decoder.
#include "text/classes/class_rules.h"

#include "text/base64.h"
#include "text/spm/sentencepiece_normalizer.h"

namespace llmops::text {
namespace {

constexpr const char* kQwen2Words =
    R"re((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|)re"
    R"re(\s+(?!\S)|\s+)re";

Json replace(Json pattern, std::string_view content) {
  return {{"type", "Replace"}, {"pattern", std::move(pattern)}, {"content", content}};
}

Json regex(const char* pattern) { return {{"Regex", pattern}}; }
Json text(std::string_view pattern) { return {{"String", pattern}}; }

Json sequence(const char* key, const Json& parts) {
  if (parts.empty()) return nullptr;
  return parts.size() == 1 ? parts[0] : Json{{"type", "Sequence"}, {key, parts}};
}

void add_step(NormalizerStep step, const ClassSettings& settings, const std::string& charsmap, Json& out) {
  switch (step) {
    case NormalizerStep::kCharsmap:
      if (charsmap.empty()) return;
      return out.push_back({{"type", "Precompiled"}, {"precompiled_charsmap", encode_base64(charsmap)}});
    case NormalizerStep::kQuotes:
      out.push_back(replace(text("``"), "\""));
      return out.push_back(replace(text("''"), "\""));
    case NormalizerStep::kAccents:
      if (settings.option("keep_accents")) return;
      out.push_back({{"type", "NFKD"}});
      return out.push_back({{"type", "StripAccents"}});
    case NormalizerStep::kLower:
      if (settings.option("do_lower_case")) out.push_back({{"type", "Lowercase"}});
      return;
    case NormalizerStep::kOneSpace: return out.push_back(replace(regex(" {2,}"), " "));
    case NormalizerStep::kOneSpaceForLines: return out.push_back(replace(regex(R"(\s{2,}|[\n\r\t])"), " "));
    case NormalizerStep::kNfc: return out.push_back({{"type", "NFC"}});
    case NormalizerStep::kTrimEnd:
      return out.push_back({{"type", "Strip"}, {"strip_left", false}, {"strip_right", true}});
    case NormalizerStep::kUnderlines: return out.push_back(replace(text(" "), kSpaceSymbol));
    case NormalizerStep::kBertText:
      return out.push_back({{"type", "BertNormalizer"},
                            {"clean_text", true},
                            {"handle_chinese_chars", settings.option("tokenize_chinese_chars")},
                            {"strip_accents", settings.value("strip_accents")},
                            {"lowercase", settings.option("do_lower_case")}});
  }
}

Json metaspace(const char* scheme, bool split) {
  return {{"type", "Metaspace"}, {"replacement", kSpaceSymbol}, {"prepend_scheme", scheme}, {"split", split}};
}

const char* scheme_of(const ClassSettings& settings) {
  return settings.option("add_prefix_space") ? "always" : "never";
}

Json byte_level(const ClassSettings& settings, bool use_regex) {
  return {{"type", "ByteLevel"},
          {"add_prefix_space", settings.option("add_prefix_space")},
          {"trim_offsets", true},
          {"use_regex", use_regex}};
}

void add_step(WordStep step, const ClassSettings& settings, Json& out) {
  switch (step) {
    case WordStep::kAtSpaces: return out.push_back({{"type", "WhitespaceSplit"}});
    case WordStep::kUnderline: return out.push_back(metaspace(scheme_of(settings), true));
    case WordStep::kUnderlineOnce: {
      const bool first = settings.option("add_prefix_space") && !settings.option("legacy");
      return out.push_back(metaspace(first ? "first" : scheme_of(settings), false));
    }
    case WordStep::kPunctuation:
      if (settings.option("split_by_punct")) out.push_back({{"type", "Punctuation"}, {"behavior", "Isolated"}});
      return;
    case WordStep::kBeforeSpaces:
      return out.push_back(
          {{"type", "Split"}, {"pattern", text(" ")}, {"behavior", "MergedWithPrevious"}, {"invert", false}});
    case WordStep::kByteLevel: return out.push_back(byte_level(settings, true));
    case WordStep::kQwen2:
      out.push_back({{"type", "Split"}, {"pattern", regex(kQwen2Words)}, {"behavior", "Isolated"}, {"invert", false}});
      return out.push_back(byte_level(settings, false));
    case WordStep::kBertWords: return out.push_back({{"type", "BertPreTokenizer"}});
  }
}

}  // namespace

Json class_normalizer(const ClassSettings& settings, const std::string& charsmap) {
  Json steps = Json::array();
  for (const NormalizerStep step : settings.kind().normalizer) add_step(step, settings, charsmap, steps);
  return sequence("normalizers", steps);
}

Json class_pre_tokenizer(const ClassSettings& settings) {
  Json steps = Json::array();
  for (const WordStep step : settings.kind().words) add_step(step, settings, steps);
  return sequence("pretokenizers", steps);
}

Json class_decoder(const ClassSettings& settings) {
  switch (settings.kind().decoder) {
    case DecoderKind::kUnderline: return metaspace(scheme_of(settings), true);
    case DecoderKind::kByteLevel: return byte_level(settings, true);
    case DecoderKind::kWordPiece: return {{"type", "WordPiece"}, {"prefix", "##"}, {"cleanup", true}};
    case DecoderKind::kBytes: break;
  }
  Json steps = Json::array({replace(text(kSpaceSymbol), " "), {{"type", "ByteFallback"}}, {{"type", "Fuse"}}});
  // What is not added is not taken away.
  if (settings.option("add_prefix_space")) {
    steps.push_back({{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}});
  }
  return sequence("decoders", steps);
}

}  // namespace llmops::text
