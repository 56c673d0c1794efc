// Records as JSON, and the texts the rules look at.
#include "data/record.h"

#include <algorithm>
#include <utility>

#include "data/json_text.h"

namespace llmops::data {

namespace {

constexpr std::size_t kKeptBytes = 4096;

Loss make_loss(Loss::Kind kind, std::string rule, std::string_view value) {
  return {kind, std::move(rule), std::string(cut_text(value, kKeptBytes)), "", ""};
}

std::string dump_turns(const std::vector<Message>& messages) {
  std::string out = "[";
  for (const Message& message : messages) {
    out += out.size() > 1 ? ",{\"role\":" : "{\"role\":";
    append_json_string(out, message.role);
    out += ",\"content\":";
    append_json_string(out, message.content);
    out += '}';
  }
  return out += ']';
}

}  // namespace

// Written by hand: a general writer looks at every byte of every text.
std::string Record::json_text() const {
  std::string out = "{\"id\":";
  append_json_string(out, id);
  if (messages.empty() && !is_pair()) {
    out += ",\"text\":";
    append_json_string(out, text);
  } else {
    out += ",\"messages\":" + dump_turns(messages);
  }
  if (is_pair()) {
    out += ",\"chosen\":";
    append_json_string(out, chosen);
    out += ",\"rejected\":";
    append_json_string(out, rejected);
  }
  for (const auto& [name, value] : fields.items()) {  // the mapping keeps out the names above
    out += ',';
    append_json_string(out, name);
    out += ':' + dump_json(value);
  }
  return out += '}';
}

Json Record::turns() const {
  Json turns = Json::array();
  for (const Message& message : messages) turns.push_back({{"role", message.role}, {"content", message.content}});
  return turns;
}

Record Record::from_json(Json json) {
  Record record;
  for (auto& [name, value] : json.items()) {
    if (name == "id") {
      record.id = value.get<std::string>();
    } else if (name == "text") {
      record.text = value.get<std::string>();
    } else if (name == "messages") {
      for (Json& turn : value) record.messages.push_back({turn["role"], turn["content"]});
    } else if (name == "chosen") {
      record.chosen = value.get<std::string>();
    } else if (name == "rejected") {
      record.rejected = value.get<std::string>();
    } else {
      record.fields[name] = std::move(value);
    }
  }
  return record;
}

std::string Record::prompt_text() const {
  if (messages.empty()) return is_pair() ? chosen : text;
  std::string joined;
  for (const Message& message : messages) {
    if (message.role != "user") continue;
    if (!joined.empty()) joined += '\n';
    joined += message.content;
  }
  return joined;
}

std::string Record::content_text() const {
  if (messages.empty() && !is_pair()) return text;
  std::string joined;
  for (const Message& message : messages) {
    if (message.role == "system") continue;
    if (!joined.empty()) joined += '\n';
    joined += message.content;
  }
  if (is_pair()) joined += '\n' + chosen + '\n' + rejected;
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
