// Records as JSON, and the texts the rules look at.
#include "data/record.h"

#include <algorithm>
#include <utility>

namespace llmops::data {

namespace {

constexpr std::size_t kKeptBytes = 4096;

Loss make_loss(Loss::Kind kind, std::string rule, std::string_view value) {
  return {kind, std::move(rule), std::string(cut_text(value, kKeptBytes)), "", ""};
}

}  // namespace

Json Record::json() const {
  if (messages.empty()) return {{"id", id}, {"text", text}};
  Json turns = Json::array();
  for (const Message& message : messages) turns.push_back({{"role", message.role}, {"content", message.content}});
  return {{"id", id}, {"messages", std::move(turns)}};
}

std::string Record::prompt_text() const {
  if (messages.empty()) return text;
  std::string joined;
  for (const Message& message : messages) {
    if (message.role != "user") continue;
    if (!joined.empty()) joined += '\n';
    joined += message.content;
  }
  return joined;
}

std::string Record::content_text() const {
  if (messages.empty()) return text;
  std::string joined;
  for (const Message& message : messages) {
    if (message.role == "system") continue;
    if (!joined.empty()) joined += '\n';
    joined += message.content;
  }
  return joined;
}

std::string_view cut_text(std::string_view text, std::size_t most) {
  std::size_t end = std::min(text.size(), most);
  // A continuation byte belongs to the character before.
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

Loss rejected(std::string rule, std::string_view value) {
  return make_loss(Loss::Kind::kRejected, std::move(rule), value);
}

Loss dropped(std::string rule, std::string_view value) {
  return make_loss(Loss::Kind::kDropped, std::move(rule), value);
}

}  // namespace llmops::data
