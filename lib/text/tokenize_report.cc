// What `llmops tokenize` shows of a text or of ids.
#include "text/tokenize_report.h"

#include <fmt/format.h>

#include <chrono>

#include "core/table.h"
#include "core/units.h"
#include "text/encode_batch.h"
#include "text/utf8.h"

namespace llmops::text {
namespace {

std::string joined(std::span<const TokenId> ids) { return fmt::format("{}\n", fmt::join(ids, " ")); }

std::string decode_own(const Tokenizer& tokenizer, std::string_view input, std::span<const TokenId> ids,
                       bool add_special) {
  if (!add_special) return tokenizer.decode(ids, /*skip_special=*/false);
  return tokenizer.decode(tokenizer.encode(input, /*add_special=*/false), /*skip_special=*/false);
}

// On one line of a terminal, with what cannot be seen spelled out.
std::string visible(std::string_view text) {
  std::string out;
  for (const char c : utf8_repair(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

// For each byte the number of the character it belongs to; one more at the end.
std::vector<std::uint32_t> character_numbers(std::string_view text) {
  std::vector<std::uint32_t> numbers;
  numbers.reserve(text.size() + 1);
  std::uint32_t number = 0;
  for (std::size_t at = 0; at < text.size(); ++number) {
    const std::size_t length = utf8_step(text, at).length;
    numbers.insert(numbers.end(), length, number);
    at += length;
  }
  numbers.push_back(number);
  return numbers;
}

double rate(std::uint64_t tokens, double seconds) { return seconds > 0 ? static_cast<double>(tokens) / seconds : 0; }

Json count_json(const TokenCount& count) {
  return {{"tokens", count.tokens}, {"characters", count.characters}, {"bytes", count.bytes}};
}

}  // namespace

TokenizeReport report_ids(const Tokenizer& tokenizer, std::string_view input, std::span<const TokenId> ids,
                          bool add_special) {
  Json json = {{"ids", ids}, {"text", decode_own(tokenizer, input, ids, add_special)}};
  return {std::move(json), joined(ids)};
}

TokenizeReport report_offsets(const Tokenizer& tokenizer, std::string_view input, bool add_special, int width) {
  const std::vector<std::uint32_t> number = character_numbers(input);
  Table table({{"id", Table::Align::kRight}, {"token"}, {"bytes"}, {"characters"}, {"text"}});
  std::vector<TokenId> ids;
  Json tokens = Json::array();
  for (const TokenSpan& span : tokenizer.encode_with_spans(input, add_special)) {
    const std::uint32_t char_begin = number[span.begin];
    const std::uint32_t char_end = span.end > span.begin ? number[span.end - 1] + 1 : char_begin;
    const std::string_view part = input.substr(span.begin, span.end - span.begin);
    const std::string token = tokenizer.id_to_token(span.id);
    ids.push_back(span.id);
    tokens.push_back({{"id", span.id},
                      {"token", token},
                      {"begin", span.begin},
                      {"end", span.end},
                      {"char_begin", char_begin},
                      {"char_end", char_end},
                      {"text", utf8_repair(part)}});
    table.add_row({std::to_string(span.id), visible(token), fmt::format("{}-{}", span.begin, span.end),
                   fmt::format("{}-{}", char_begin, char_end), visible(part)});
  }
  TokenizeReport report = report_ids(tokenizer, input, ids, add_special);
  report.json["tokens"] = std::move(tokens);
  report.text = table.render(width);
  return report;
}

TokenizeReport report_decoded(const Tokenizer& tokenizer, std::span<const TokenId> ids, bool skip_special) {
  std::string text = tokenizer.decode(ids, skip_special);
  return {{{"text", text}, {"ids", ids}}, text + "\n"};
}

TokenizeReport report_counts(std::span<const TokenCount> counts, double seconds, int width) {
  TokenCount all{"total"};
  Json texts = Json::array();
  Table table({{"text"},
               {"tokens", Table::Align::kRight},
               {"characters", Table::Align::kRight},
               {"bytes", Table::Align::kRight},
               {"bytes a token", Table::Align::kRight}});
  const auto add_row = [&](const TokenCount& count) {
    const double bytes_a_token =
        count.tokens > 0 ? static_cast<double>(count.bytes) / static_cast<double>(count.tokens) : 0;
    table.add_row({count.name, format_count(count.tokens), format_count(count.characters), format_count(count.bytes),
                   format_number(bytes_a_token, 3)});
  };
  for (const TokenCount& count : counts) {
    all.tokens += count.tokens;
    all.characters += count.characters;
    all.bytes += count.bytes;
    add_row(count);
    texts.push_back(count_json(count));
    texts.back()["name"] = count.name;
  }
  if (counts.size() > 1) add_row(all);
  Json json = count_json(all);
  json["seconds"] = seconds;
  json["tokens_per_second"] = rate(all.tokens, seconds);
  if (counts.size() > 1) json["texts"] = std::move(texts);
  return {std::move(json),
          table.render(width) +
              fmt::format("{} tokens a second\n", format_count(static_cast<std::uint64_t>(rate(all.tokens, seconds))))};
}

TokenizeReport count_texts(const Tokenizer& tokenizer, std::span<const NamedText> texts, bool add_special, int threads,
                           int width) {
  std::vector<std::string_view> views;
  for (const NamedText& one : texts) views.push_back(one.text);
  const auto start = std::chrono::steady_clock::now();
  const auto encoded = encode_batch(tokenizer, views, add_special, threads);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::vector<TokenCount> counts;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    counts.push_back({texts[i].name, encoded[i].size(), count_characters(views[i]), views[i].size()});
  }
  return report_counts(counts, seconds.count(), width);
}

std::uint64_t count_characters(std::string_view text) {
  std::uint64_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) at += utf8_step(text, at).length;
  return count;
}

}  // namespace llmops::text
