// What flows through `prepare`: a record that is kept so far, or the reason why one was lost.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/json.h"

namespace llmops::data {

struct Message {
  std::string role;  ///< "system", "user", "assistant" or "tool"
  std::string content;
};

/// Where a record stood: a file of the run's list, and the line (from 1) on which it begins; 0 is the whole file.
struct Origin {
  std::uint32_t file = 0;
  std::uint64_t line = 0;
};

/// One training example: a conversation, plain text when `messages` is empty, or two answers to a conversation.
struct Record {
  std::string id;
  std::vector<Message> messages;
  std::string text;
  std::string chosen, rejected;  ///< the better and the worse answer to `messages`; both "" for other records
  Json fields = Json::object();  ///< what else is known of it ("language", "url"), kept as it is

  bool is_pair() const { return !chosen.empty() || !rejected.empty(); }
  /// {"id", "messages": [{"role", "content"}]}, {"id", "text"} or {"id", "messages", "chosen", "rejected"}, then the
  /// fields.
  std::string json_text() const;
  /// What json_text() wrote.
  static Record from_json(Json json);
  Json turns() const;  ///< [{"role", "content"}]
  /// What the length rules look at: the text, or what the user wrote; the better of two answers to nothing.
  std::string prompt_text() const;
  /// What makes two records equal: the text, or all turns but the system's, and the answers of a pair.
  std::string content_text() const;
};

/// A record that is not in the output. Rejected: it could not be read. Dropped: it was read, and a rule took it out.
struct Loss {
  enum class Kind { kRejected, kDropped };
  Kind kind = Kind::kRejected;
  std::string rule;   ///< "bad_json", "too_short", ...
  std::string value;  ///< the offending text, cut to 200 bytes
  std::string id;     ///< "" where it is not known
  std::string of;     ///< id of the record this one duplicates; "" otherwise
};

/// @param value  kept up to 4 KiB, so that it can be redacted before it is cut to what is shown
Loss rejected(std::string rule, std::string_view value);
Loss dropped(std::string rule, std::string_view value);

/// The first `most` bytes, or a few less: no UTF-8 character is cut in two.
std::string_view cut_text(std::string_view text, std::size_t most);

constexpr std::size_t kShownBytes = 200;  ///< of a lost record, in rejects.jsonl

/// Counts by rule or type, in alphabetical order, so that reports do not depend on the order of records.
using Counts = std::map<std::string, std::uint64_t>;

}  // namespace llmops::data
