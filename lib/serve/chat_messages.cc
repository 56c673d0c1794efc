// The `messages` of a chat request.
#include "serve/chat_messages.h"

#include <fmt/format.h>

#include <array>

#include "serve/api_error.h"
#include "serve/request_fields.h"

namespace llmops::serve {
namespace {

constexpr std::array kRoles{"system", "developer", "user", "assistant", "tool"};

std::string read_role(const Json& message, const std::string& where) {
  const RequestFields fields(message, where + ".");
  const std::string role = fields.required_string("role");
  for (const char* known : kRoles) {
    if (role == known) return role == "developer" ? "system" : role;
  }
  throw invalid_field(
      where + ".role",
      fmt::format("'{}' is not a role; the roles are system, developer, user, assistant and tool", role),
      "invalid_value");
}

std::string read_parts(const Json& parts, const std::string& where) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string name = fmt::format("{}[{}]", where, i);
    const RequestFields fields(parts[i], name + ".");
    const std::string type = fields.required_string("type");
    if (type != "text") {
      throw invalid_field(name + ".type", fmt::format("content of type '{}' is not supported, only 'text' is", type),
                          "unsupported_content");
    }
    text += fields.required_string("text");
  }
  return text;
}

std::string read_content(const Json& message, const std::string& role, const std::string& where) {
  const auto content = message.find("content");
  if (content == message.end() || content->is_null()) {
    // An assistant's turn that only calls tools has none.
    if (role == "assistant") return "";
    throw invalid_field(where + ".content", fmt::format("'{}.content' is missing", where),
                        "missing_required_parameter");
  }
  if (content->is_string()) return content->get<std::string>();
  if (content->is_array()) return read_parts(*content, where + ".content");
  throw invalid_field(
      where + ".content",
      fmt::format("'{}.content' must be a string or an array of text parts, not {}", where, json_kind(*content)),
      "invalid_type");
}

}  // namespace

Json read_messages(const Json& messages) {
  if (messages.is_null()) {
    throw invalid_field("messages", "you must provide 'messages'", "missing_required_parameter");
  }
  if (!messages.is_array()) {
    throw invalid_field("messages", fmt::format("'messages' must be an array, not {}", json_kind(messages)),
                        "invalid_type");
  }
  if (messages.empty()) throw invalid_field("messages", "'messages' is empty", "empty_array");
  Json checked = Json::array();
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const std::string where = fmt::format("messages[{}]", i);
    Json message = messages[i];
    const std::string role = read_role(message, where);
    const std::string content = read_content(message, role, where);
    message["role"] = role;
    message["content"] = content;
    checked.push_back(std::move(message));
  }
  return checked;
}

}  // namespace llmops::serve
