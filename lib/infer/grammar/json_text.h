// The parts of a JSON document that no schema speaks of: strings, numbers, white space, values of any kind.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "infer/grammar/grammar.h"
#include "infer/grammar/grammar_source.h"

namespace llmops::infer::grammar {

// Digits are bounded, since a small model may else write them until its tokens are used up; a double holds 17.
constexpr const char* kIntegerPattern = "0|-?[1-9][0-9]{0,15}";
constexpr const char* kMagnitudePattern = R"((0|[1-9][0-9]{0,15})(\.[0-9]{1,16})?([eE][+\-]?[0-9]{1,2})?)";
constexpr const char* kNumberPattern = R"(-?(0|[1-9][0-9]{0,15})(\.[0-9]{1,16})?([eE][+\-]?[0-9]{1,2})?)";

/// One character of a set in the one spelling that JSON's own writers give it: escaped only where it must be.
ExprId json_characters(Grammar& grammar, const CodePointSet& set);

/// Builds what several schemas use, each once.
class JsonText {
 public:
  JsonText(Grammar& grammar, GrammarSource::WhiteSpace white_space);

  ExprId space() const { return space_; }  ///< after "{[," and before "]}"
  ExprId space_after_colon() const { return colon_; }
  ExprId character() {
    return grammar_.reference(rule(character_, "a character", &JsonText::build_character));
  }  ///< of a string, escaped in any valid way
  ExprId string();  ///< with its quotes
  /// With its quotes, in one spelling, so that no name slips through.
  /// @param names  ascending, none twice, each at most kMaxKeyBytes
  ExprId key_other_than(std::span<const std::string> names);
  ExprId number() { return grammar_.reference(rule(number_, "a number", &JsonText::build_number)); }
  ExprId integer() { return grammar_.reference(rule(integer_, "an integer", &JsonText::build_integer)); }
  ExprId object_value();  ///< any object
  ExprId array_value();   ///< any array
  ExprId value();         ///< anything

  ExprId literal(std::string text) { return grammar_.literal(std::move(text)); }
  /// "," and the space behind it.
  ExprId comma();
  /// `open`, the content with space around it, `close`; or nothing between them where `may_be_empty`.
  ExprId enclosed(const char* open, ExprId content, bool may_be_empty, const char* close);
  /// {"key": value}, without the braces.
  ExprId member(ExprId key, ExprId value);
  /// Elements of one kind with commas between.
  ExprId list(ExprId element, std::uint32_t least, std::uint32_t most);
  /// A regular expression over the text itself.
  ExprId pattern(const char* regex);

 private:
  RuleId rule(RuleId& known, const char* name, ExprId (JsonText::*build)());
  ExprId build_character();
  ExprId build_string();
  ExprId build_number() { return pattern(kNumberPattern); }
  ExprId build_integer() { return pattern(kIntegerPattern); }
  ExprId build_key_rest();
  ExprId other_key_from(std::span<const std::string> names, std::size_t at);
  ExprId build_object();
  ExprId build_array();
  ExprId build_value();

  static constexpr RuleId kNone = UINT32_MAX;
  Grammar& grammar_;
  ExprId space_ = 0;
  ExprId colon_ = 0;
  RuleId character_ = kNone;
  RuleId string_ = kNone;
  RuleId number_ = kNone;
  RuleId integer_ = kNone;
  RuleId key_rest_ = kNone;
  RuleId object_ = kNone;
  RuleId array_ = kNone;
  RuleId value_ = kNone;
};

}  // namespace llmops::infer::grammar
