// BLEU: the 13a tokenizer, statistics of a segment, the score of a corpus.
#include "eval/metrics/bleu.h"

#include <fmt/format.h>

#include <cmath>

#include "eval/metrics/ngrams.h"
#include "eval/metrics/python_text.h"

namespace llmops::eval {
namespace {

constexpr std::size_t kOrders = 4;

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_period_or_comma(char c) { return c == '.' || c == ','; }

/// ASCII symbols that always stand alone: all but the apostrophe, comma, hyphen and period.
bool stands_alone(char c) { return is_ascii_punctuation(c) && c != '\'' && c != ',' && c != '-' && c != '.'; }

/// Where two neighbours satisfy `matches`, writes both as `write` says and goes on behind them, as a regular
/// expression's substitution does. Bytes will do: every class is ASCII or the complement of one.
template <typename Matches, typename Write>
std::string rewrite_pairs(const std::string& text, Matches matches, Write write) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i + 1 < text.size() && matches(text[i], text[i + 1])) {
      out += write(text[i], text[i + 1]);
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string both_apart(char a, char b) { return {a, ' ', b, ' '}; }

}  // namespace

std::vector<std::string> tokenize_13a(std::string_view raw) {
  std::string text(python_rstrip(raw));
  replace_all(text, "<skipped>", "");
  replace_all(text, "-\n", "");
  replace_all(text, "\n", " ");
  replace_all(text, "&quot;", "\"");
  replace_all(text, "&amp;", "&");
  replace_all(text, "&lt;", "<");
  replace_all(text, "&gt;", ">");
  std::string spaced = " ";
  for (const char c : text) spaced += stands_alone(c) ? std::string{' ', c, ' '} : std::string(1, c);
  spaced += ' ';
  spaced = rewrite_pairs(spaced, [](char a, char b) { return !is_digit(a) && is_period_or_comma(b); }, both_apart);
  spaced = rewrite_pairs(
      spaced, [](char a, char b) { return is_period_or_comma(a) && !is_digit(b); },
      [](char a, char b) { return std::string{' ', a, ' ', b}; });
  spaced = rewrite_pairs(spaced, [](char a, char b) { return is_digit(a) && b == '-'; }, both_apart);
  return python_split(spaced);
}

std::vector<double> bleu_statistics(std::string_view output, std::span<const std::string> references) {
  const std::vector<std::string> words = tokenize_13a(output);
  std::vector<std::vector<std::string>> reference_words;
  for (const std::string& reference : references) reference_words.push_back(tokenize_13a(reference));

  std::vector<double> statistics(kBleuStatistics, 0.0);
  statistics[0] = static_cast<double>(words.size());
  double closest = -1;
  for (const auto& reference : reference_words) {  // nearest length; of equally near ones the shorter
    const double length = static_cast<double>(reference.size());
    const double gap = std::abs(length - statistics[0]), best = std::abs(closest - statistics[0]);
    if (closest < 0 || gap < best || (gap == best && length < closest)) closest = length;
  }
  statistics[1] = std::max(closest, 0.0);
  for (std::size_t order = 1; order <= kOrders; ++order) {
    NgramCounts allowed;
    for (const auto& reference : reference_words) {
      for (const auto& [ngram, count] : count_ngrams(reference, order)) {
        allowed[ngram] = std::max(allowed[ngram], count);
      }
    }
    statistics[1 + order] = count_common(count_ngrams(words, order), allowed);
    statistics[1 + kOrders + order] = static_cast<double>(words.size() >= order ? words.size() - order + 1 : 0);
  }
  return statistics;
}

double bleu_score(std::span<const double> sums) {
  const std::span<const double> correct = sums.subspan(2, kOrders), total = sums.subspan(2 + kOrders, kOrders);
  if (correct[0] + correct[1] + correct[2] + correct[3] == 0) return 0;
  double log_precisions = 0, smoothing = 1;
  for (std::size_t i = 0; i < kOrders; ++i) {
    if (total[i] == 0) return 0;  // no output is long enough for this order
    if (correct[i] == 0) smoothing *= 2;
    log_precisions += std::log(correct[i] == 0 ? 100 / (smoothing * total[i]) : 100 * correct[i] / total[i]);
  }
  const double brevity = sums[0] < sums[1] ? std::exp(1 - sums[1] / sums[0]) : 1;
  return brevity * std::exp(log_precisions / kOrders);
}

std::string bleu_signature(std::size_t references) {
  return fmt::format("nrefs:{}|case:mixed|eff:no|tok:13a|smooth:exp",
                     references == 0 ? "var" : std::to_string(references));
}

}  // namespace llmops::eval
