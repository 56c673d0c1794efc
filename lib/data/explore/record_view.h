// A record of any shape as the texts in it: plain text, a conversation, a pair of answers, or a row of strings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/explore/json_scan.h"

namespace llmops::data::explore {

enum class RecordShape { kText, kConversation, kPair, kRow };
constexpr int kRecordShapes = 4;
/// "text", "conversation", "pair", "row"
const char* record_shape_name(RecordShape shape);

struct TextPart {
  std::string_view
      role;  ///< "user", "assistant", ...; of other shapes the field: "text", "prompt", "chosen", "rejected"
  std::string_view text;
};

struct RecordView {
  RecordShape shape = RecordShape::kText;
  std::string_view id;  ///< "" where there is none
  std::vector<JsonField> fields;
  std::vector<TextPart> parts;

  std::string text() const;  ///< all parts, a line end between two
};

/// Reads lines one after the other; what a view shows stays until the next line is read.
class RecordReader {
 public:
  /// A pair has "chosen" and "rejected", a conversation "messages" (role, content) or "conversations" (from, value). Of
  /// a row without any of these and without "text", every string is text but for what describes the record (id, url,
  /// source, language, ...).
  /// @returns false for a line that is not a JSON object in valid UTF-8
  bool read(std::string_view line);
  const RecordView& view() const { return view_; }

 private:
  std::string_view decoded(const JsonField& field);
  void add(std::string_view role, const JsonField& field);
  void add_turns(const JsonField& list, std::string_view outer_role);
  void add_content(std::string_view role, const JsonField& content);

  RecordView view_;
  std::string decoded_;           ///< never grows beyond the line, so that views into it stay
  std::vector<JsonField> items_;  ///< of a list of turns
};

/// Fields that describe a record and are not its text: "id", "url", "source", "language", ...
bool is_metadata_field(std::string_view name);

}  // namespace llmops::data::explore
