// One pass over the characters, and the table of the figures' names.
#include "data/rules/text_measures.h"

#include <algorithm>
#include <array>

#include "data/rules/character_class.h"
#include "data/rules/urls.h"

namespace llmops::data {

namespace {

struct Figure {
  std::string_view name;
  Json (*get)(const TextMeasures&);
};

constexpr std::array<Figure, 8> kFigures = {{
    {"words", [](const TextMeasures& m) { return Json(m.words); }},
    {"chars", [](const TextMeasures& m) { return Json(m.chars); }},
    {"lines", [](const TextMeasures& m) { return Json(m.lines); }},
    {"mean_word_length", [](const TextMeasures& m) { return Json(m.mean_word_length); }},
    {"digits_share", [](const TextMeasures& m) { return Json(m.digits_share); }},
    {"uppercase_share", [](const TextMeasures& m) { return Json(m.uppercase_share); }},
    {"unicode_letters_share", [](const TextMeasures& m) { return Json(m.unicode_letters_share); }},
    {"punctuation_share", [](const TextMeasures& m) { return Json(m.punctuation_share); }},
}};

double ratio(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

TextMeasures measure_text(std::string_view text) {
  TextMeasures measures;
  std::size_t digits = 0, letters = 0, upper = 0, punctuation = 0, visible = 0, feeds = 0;
  bool inside = false;
  for (std::size_t at = 0; at < text.size();) {
    const ClassStep step = class_step(text, at);
    const bool space = (step.bits & kSpace) != 0;
    feeds += text[at] == '\n';
    measures.words += !space && !inside;
    inside = !space;
    visible += !space;
    digits += (step.bits & kDigit) != 0;
    letters += (step.bits & kLetter) != 0;
    upper += (step.bits & kUpper) != 0;
    punctuation += (step.bits & kPunctuation) != 0;
    ++measures.chars;
    at += step.length;
  }
  measures.lines = feeds + (!text.empty() && text.back() != '\n');
  measures.mean_word_length = ratio(visible, measures.words);
  measures.digits_share = ratio(digits, visible);
  measures.uppercase_share = ratio(upper, letters);
  measures.unicode_letters_share = ratio(letters, visible);
  measures.punctuation_share = ratio(punctuation, visible);
  return measures;
}

bool is_text_figure(std::string_view name) {
  return name == "url_count" ||
         std::any_of(kFigures.begin(), kFigures.end(), [name](const Figure& figure) { return figure.name == name; });
}

std::optional<Json> text_figure(std::string_view name, std::string_view text, std::optional<TextMeasures>& measures) {
  if (name == "url_count") return Json(count_urls(text));
  for (const Figure& figure : kFigures) {
    if (figure.name != name) continue;
    if (!measures) measures = measure_text(text);
    return figure.get(*measures);
  }
  return std::nullopt;
}

}  // namespace llmops::data
