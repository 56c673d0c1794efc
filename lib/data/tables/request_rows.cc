// The requests table, read as it lies; a server may be writing to it.
#include "data/tables/request_rows.h"

#include <fmt/format.h>

#include "core/cancel.h"
#include "core/error.h"
#include "core/json.h"
#include "data/tables/sqlite_database.h"

namespace llmops::data {

namespace {

constexpr const char* kQuery =
    "SELECT id, request, response, model, coalesce(model_sha256, ''), coalesce(prompt_uri, ''), started_at FROM "
    "requests "
    "WHERE status < 400 AND error IS NULL AND request IS NOT NULL AND response IS NOT NULL "
    "AND (?1 = '' OR model = ?1) AND (?2 = '' OR started_at >= ?2) AND (?3 = '' OR started_at < ?3) "
    "ORDER BY started_at, sequence";

// A turn's text: a string, or a list of parts which must all be text. Null for anything else.
Json text_of(const Json& content) {
  if (content.is_string()) return content;
  if (content.is_null()) return "";  // an assistant that only called tools
  if (!content.is_array()) return nullptr;
  std::string text;
  for (const Json& part : content) {
    const auto found = part.is_object() ? part.find("text") : part.end();
    if (found == part.end() || !found->is_string()) return nullptr;
    text += found->get_ref<const std::string&>();
  }
  return text;
}

Json turn(std::string role, Json content) { return {{"role", std::move(role)}, {"content", std::move(content)}}; }

// The turns of a chat request, or the prompt as the only one; null where any of it is not text.
Json turns_of(const Json& request) {
  if (!request.is_object()) return nullptr;
  if (const auto prompt = request.find("prompt"); prompt != request.end()) {
    return prompt->is_string() ? Json::array({turn("user", *prompt)}) : Json(nullptr);
  }
  const auto messages = request.find("messages");
  if (messages == request.end() || !messages->is_array()) return nullptr;
  Json turns = Json::array();
  for (const Json& message : *messages) {
    const auto role = message.is_object() ? message.find("role") : message.end();
    if (role == message.end() || !role->is_string()) return nullptr;
    Json content = text_of(message.contains("content") ? message["content"] : Json(nullptr));
    if (content.is_null()) return nullptr;
    turns.push_back(turn(role->get<std::string>(), std::move(content)));
  }
  return turns;
}

// With several choices the recorded answer is a JSON list of their texts.
Json answer_of(const Json& request, const std::string& response, const std::string& origin) {
  const auto choices = request.find("n");
  if (choices == request.end() || !choices->is_number_integer() || *choices <= 1) return response;
  const Json texts = parse_json(response, origin);
  return texts.is_array() && !texts.empty() && texts[0].is_string() ? texts[0] : Json(nullptr);
}

class RequestRows final : public TableReader {
 public:
  explicit RequestRows(const RequestSpec& spec) : database_(spec.registry), statement_(nullptr, &sqlite3_finalize) {
    if (spec.min_feedback) {
      throw UsageError(fmt::format("registry '{}' keeps no feedback", spec.registry.string()),
                       "select by 'model', 'since' and 'until' instead");
    }
    statement_ = database_.prepare(kQuery);
    int place = 0;
    for (const std::string* value : {&spec.model, &spec.since, &spec.until}) {
      sqlite3_bind_text(statement_.get(), ++place, value->c_str(), -1, SQLITE_TRANSIENT);
    }
  }

  const std::vector<std::string>& columns() const override { return columns_; }

  bool next(std::string& json_lines, std::vector<std::uint64_t>& ends) override {
    throw_if_cancelled();
    json_lines.clear();
    ends.clear();
    while (!done_ && json_lines.size() < kTableBlockBytes) {
      done_ = !database_.step(statement_.get());
      if (done_) break;
      json_lines += dump_json(row());
      json_lines += '\n';
      ends.push_back(json_lines.size());
    }
    return !ends.empty();
  }

 private:
  std::string text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    return bytes == nullptr
               ? ""
               : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
  }

  Json row() const {
    const std::string origin = fmt::format("'{}', request '{}'", database_.path().string(), text(0));
    const Json request = parse_json(text(1), origin);
    Json messages = turns_of(request);
    if (!messages.is_null()) {
      Json answer = answer_of(request, text(2), origin);
      if (answer.is_null())
        messages = nullptr;
      else
        messages.push_back(turn("assistant", std::move(answer)));
    }
    return {{columns_[0], text(0)}, {columns_[1], std::move(messages)},
            {columns_[2], text(3)}, {columns_[3], text(4)},
            {columns_[4], text(5)}, {columns_[5], text(6)}};
  }

  SqliteDatabase database_;
  SqliteStatement statement_;  // finalised before the database closes
  std::vector<std::string> columns_ = {"id", "messages", "model", "model_sha256", "prompt", "started_at"};
  bool done_ = false;
};

}  // namespace

std::unique_ptr<TableReader> open_requests(const RequestSpec& spec) { return std::make_unique<RequestRows>(spec); }

}  // namespace llmops::data
