// Decoders of tokenizer.json: what a token stands for in the text.
#include "text/bpe/token_decoder.h"

#include <charconv>

#include "core/error.h"
#include "text/bpe/byte_alphabet.h"
#include "text/bpe/normalizer.h"

namespace llmops::text {
namespace {

void add_strip(const Json& rule, const std::string& where, bool fused, TokenDecoder& decoder) {
  const auto stop = json_get_or<std::int64_t>(rule, "stop", 0, where);
  const auto start = json_get_or<std::int64_t>(rule, "start", 0, where);
  if (!fused || stop != 0 || start < 0 || json_get_or<std::string>(rule, "content", " ", where) != " ") {
    throw InputError(where + ": Strip is supported for spaces at the start, after Fuse");
  }
  decoder.strip_spaces = static_cast<std::size_t>(start);
}

void add_replacement(const Json& rule, const std::string& where, TokenDecoder& decoder) {
  const auto pattern = json_get<Json>(rule, "pattern", where);
  const auto literal =
      pattern.is_string() ? pattern.get<std::string>() : json_get<std::string>(pattern, "String", where);
  if (literal.empty()) throw InputError(where + ": Replace has an empty pattern");
  decoder.replacements.emplace_back(literal, json_get<std::string>(rule, "content", where));
}

void add_rule(const Json& rule, const std::string& origin, bool& fused, TokenDecoder& decoder) {
  const std::string where = origin + ": decoder";
  const auto type = json_get<std::string>(rule, "type", where);
  if (type == "Sequence") {
    for (const Json& part : json_get_or(rule, "decoders", Json::array(), where)) add_rule(part, origin, fused, decoder);
  } else if (type == "ByteLevel") {
    decoder.byte_level = true;
  } else if (type == "ByteFallback") {
    decoder.byte_fallback = true;
  } else if (type == "Fuse") {
    fused = true;
  } else if (type == "Strip") {
    add_strip(rule, where, fused, decoder);
  } else if (type == "Replace") {
    add_replacement(rule, where, decoder);
  } else if (type == "Metaspace") {
    const bool add = json_get_or(rule, "add_prefix_space", true, where);
    const auto scheme = json_get_or<std::string>(rule, "prepend_scheme", add ? "always" : "never", where);
    decoder.replacements.emplace_back(json_get_or<std::string>(rule, "replacement", "\u2581", where), " ");
    if (scheme != "never") decoder.strip_spaces = 1;
  } else {
    throw_unsupported(origin, "decoder", type, "ByteLevel, Replace, ByteFallback, Fuse, Strip, Metaspace, Sequence");
  }
}

}  // namespace

int byte_of_token(std::string_view token) {
  if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>') return -1;
  int byte = -1;
  const auto [end, error] = std::from_chars(token.data() + 3, token.data() + 5, byte, 16);
  return error == std::errc() && end == token.data() + 5 ? byte : -1;
}

std::string TokenDecoder::bytes_of(std::string_view token) const {
  if (byte_level) {
    if (auto bytes = alphabet_to_bytes(token)) return *bytes;
    return std::string(token);
  }
  if (byte_fallback) {
    if (const int byte = byte_of_token(token); byte >= 0) return {static_cast<char>(byte)};
  }
  std::string text(token);
  for (const auto& [from, to] : replacements) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
      text.replace(at, from.size(), to);
    }
  }
  return text;
}

TokenDecoder make_token_decoder(const Json& rule, const std::string& origin) {
  TokenDecoder decoder;
  bool fused = false;
  if (!rule.is_null()) add_rule(rule, origin, fused, decoder);
  return decoder;
}

}  // namespace llmops::text
