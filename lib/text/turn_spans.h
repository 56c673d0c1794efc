// Where the messages of a conversation lie in the text that a chat template makes of it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "text/chat_template.h"

namespace llmops::text {

using ByteSpan = std::pair<std::size_t, std::size_t>;  ///< [begin, end)

/// The conversation is rendered whole and once. What the template writes for a message is seen while it runs, from the
/// passes of its loops, so that a template may render a message otherwise in a longer conversation (as those do that
/// drop earlier reasoning).
class TurnSpans {
 public:
  /// @param chat_template  outlives the spans
  /// @param messages, tools  as ChatTemplate::render() @throws InputError  likewise
  TurnSpans(const ChatTemplate& chat_template, Json messages, Json tools);

  const ChatTemplate::Rendered& rendered() const { return rendered_; }
  const std::string& text() const { return rendered_.text; }
  /// All that is written for a message, without the white space at its end; none where it is written outside of the
  /// template's loops, or in several places. What follows the last message is its own.
  std::optional<ByteSpan> turn(std::size_t message) const { return turns_.at(message); }
  /// What the assistant is to produce of a turn of its: the {% generation %} blocks within it, where the template has
  /// any, else what follows the generation prompt, or as many of its words and tags as the turn begins with.
  /// @throws InputError  naming the message, where that cannot be told
  std::vector<ByteSpan> answer(std::size_t message) const;
  /// A message's content, white space around it left out; none where it is empty or absent.
  /// @throws InputError  naming the message, where the template changes more of it than that
  std::optional<ByteSpan> content(std::size_t message) const;

 private:
  void find_turns();
  const std::string& generation_prompt() const;
  [[noreturn]] void refuse(std::size_t message, const std::string& why) const;

  const ChatTemplate& template_;
  Json messages_, tools_;
  ChatTemplate::Rendered rendered_;
  std::vector<std::optional<ByteSpan>> turns_;            ///< of each message
  mutable std::optional<std::string> generation_prompt_;  ///< once asked for
};

/// `text` without the white space, in Unicode's sense, at both ends, as a part of it.
std::string_view trimmed(std::string_view text);

}  // namespace llmops::text
