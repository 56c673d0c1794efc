// Records as JSON, and the texts the rules look at.
#include "data/record.h"

#include <utility>

namespace llmops::data {

namespace {

constexpr std::size_t kShownBytes = 200;

Loss make_loss(Loss::Kind kind, std::string rule, std::string_view value) {
  std::size_t end = std::min(value.size(), kShownBytes);
  // Not within a UTF-8 character: a continuation byte belongs to the one before.
  while (end < value.size() && end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0) == 0x80) --end;
  return {kind, std::move(rule), std::string(value.substr(0, end)), "", ""};
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

Loss rejected(std::string rule, std::string_view value) {
  return make_loss(Loss::Kind::kRejected, std::move(rule), value);
}

Loss dropped(std::string rule, std::string_view value) {
  return make_loss(Loss::Kind::kDropped, std::move(rule), value);
}

}  // namespace llmops::data
