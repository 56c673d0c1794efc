// The four sets of rules, each on what was measured of a text; private to data/rules.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/rules/quality_spec.h"
#include "data/rules/words.h"

namespace llmops::data {

/// What several rules ask of one text, each measured when it is first asked for. The text must outlive it.
class MeasuredText {
 public:
  explicit MeasuredText(std::string_view text) : text_(text) {}

  std::string_view text() const { return text_; }
  const std::vector<Word>& words();
  const std::vector<std::string_view>& lines();  ///< between line feeds
  std::size_t chars();                           ///< code points

 private:
  std::string_view text_;
  std::optional<std::vector<Word>> words_;
  std::optional<std::vector<std::string_view>> lines_;
  std::optional<std::size_t> chars_;
};

/// Each is "" or the name of the rule that the text breaks.
std::string broken_gopher_quality(MeasuredText& text, const GopherQualitySpec& spec);
std::string broken_gopher_repetition(MeasuredText& text, const GopherRepetitionSpec& spec);
std::string broken_fineweb(MeasuredText& text, const FineWebSpec& spec);

/// What C4's rules make of a text.
struct C4Text {
  std::string broken;  ///< "" or the rule that drops the whole text
  std::string text;    ///< the lines kept, when it is not dropped
};
C4Text apply_c4(std::string_view text, const C4Spec& spec);

/// part / whole; 0 of nothing.
inline double share_of(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace llmops::data
