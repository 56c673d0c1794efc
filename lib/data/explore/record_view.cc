#include "data/explore/record_view.h"

#include <algorithm>
#include <array>

#include "text/utf8.h"

namespace llmops::data::explore {

const char* record_shape_name(RecordShape shape) {
  constexpr std::array<const char*, kRecordShapes> kNames = {"text", "conversation", "pair", "row"};
  return kNames[static_cast<std::size_t>(shape)];
}

bool is_metadata_field(std::string_view name) {
  constexpr std::array<std::string_view, 16> kNames = {"id",    "_id",   "uuid",  "url",      "source",    "language",
                                                       "lang",  "split", "score", "date",     "timestamp", "created",
                                                       "added", "dump",  "label", "file_path"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

std::string RecordView::text() const {
  std::string joined;
  for (const TextPart& part : parts) {
    if (!joined.empty()) joined += '\n';
    joined += part.text;
  }
  return joined;
}

std::string_view RecordReader::decoded(const JsonField& field) {
  if (!field.escaped) return field.raw;
  const std::size_t begin = decoded_.size();
  unescape(field.raw, decoded_);
  return std::string_view(decoded_).substr(begin);
}

void RecordReader::add(std::string_view role, const JsonField& field) {
  if (field.kind == JsonKind::kString) view_.parts.push_back({role, decoded(field)});
}

// Content is a string, or a list of pieces of which those with "text" are text.
void RecordReader::add_content(std::string_view role, const JsonField& content) {
  if (content.kind != JsonKind::kArray) return add(role, content);
  std::vector<JsonField> pieces, members;
  scan_list(content.raw, pieces);
  for (const JsonField& piece : pieces) {
    if (piece.kind != JsonKind::kObject) continue;
    scan_object(piece.raw, members);
    if (const JsonField* text = find_field(members, "text")) add(role, *text);
  }
}

void RecordReader::add_turns(const JsonField& list, std::string_view outer_role) {
  std::vector<JsonField> members;
  scan_list(list.raw, items_);
  for (const JsonField& turn : items_) {
    if (turn.kind != JsonKind::kObject) continue;
    scan_object(turn.raw, members);
    const JsonField* role = find_field(members, "role");
    if (role == nullptr) role = find_field(members, "from");
    const JsonField* content = find_field(members, "content");
    if (content == nullptr) content = find_field(members, "value");
    if (content == nullptr) continue;
    const bool named = outer_role.empty() && role != nullptr && role->kind == JsonKind::kString;
    add_content(named ? role->raw : outer_role, *content);
  }
}

bool RecordReader::read(std::string_view line) {
  decoded_.clear();
  decoded_.reserve(line.size());
  view_.parts.clear();
  view_.id = {};
  if (!text::utf8_valid(line) || !scan_object(line, view_.fields)) return false;
  const JsonField *text = nullptr, *turns = nullptr, *chosen = nullptr, *rejected = nullptr, *prompt = nullptr;
  for (const JsonField& field : view_.fields) {
    const bool list = field.kind == JsonKind::kArray, string = field.kind == JsonKind::kString;
    if (field.is("id") && (string || field.kind == JsonKind::kNumber)) view_.id = string ? decoded(field) : field.raw;
    if (field.is("text") && string) text = &field;
    if ((field.is("messages") || field.is("conversations")) && list) turns = &field;
    if (field.is("chosen") && (string || list)) chosen = &field;
    if (field.is("rejected") && (string || list)) rejected = &field;
    if (field.is("prompt") && (string || list)) prompt = &field;
  }
  const auto add_answer = [this](std::string_view role, const JsonField& field) {
    field.kind == JsonKind::kArray ? add_turns(field, role) : add(role, field);
  };
  if (chosen != nullptr && rejected != nullptr) {
    view_.shape = RecordShape::kPair;
    if (prompt != nullptr) add_answer("prompt", *prompt);
    add_answer("chosen", *chosen);
    add_answer("rejected", *rejected);
  } else if (turns != nullptr) {
    view_.shape = RecordShape::kConversation;
    add_turns(*turns, "");
  } else if (text != nullptr) {
    view_.shape = RecordShape::kText;
    add("text", *text);
  } else {
    view_.shape = RecordShape::kRow;
    for (const JsonField& field : view_.fields) {
      if (!is_metadata_field(field.key)) add(field.key, field);
    }
  }
  return true;
}

}  // namespace llmops::data::explore
