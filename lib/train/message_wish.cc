// Reads what messages say of themselves.
#include "train/message_wish.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "text/utf8.h"

namespace llmops::train {
namespace {

using text::ByteSpan;

constexpr const char* kWeight = "weight";

/// null where the message does not say.
Json take(Json& message, const std::string& key) {
  const auto found = key.empty() ? message.end() : message.find(key);
  if (found == message.end()) return nullptr;
  Json value = std::move(*found);
  message.erase(found);
  return value;
}

bool truth(const Json& value, std::size_t message, const std::string& key) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number() && (value == 0 || value == 1)) return value == 1;
  refuse_message(message, fmt::format(".{} is {}, expected true or false", key, value.dump()));
}

/// Characters [0, count] of `text` as bytes.
std::vector<std::size_t> character_offsets(const std::string& text) {
  std::vector<std::size_t> offsets;
  for (std::size_t at = 0; at < text.size(); at += text::utf8_step(text, at).length) offsets.push_back(at);
  offsets.push_back(text.size());
  return offsets;
}

/// [{begin_offset, end_offset, train}]: characters of the content, the last one included.
class ContentParts {
 public:
  ContentParts(const text::TurnSpans& spans, const Json& message, std::size_t index) : index_(index) {
    const auto content = message.find("content");
    if (content == message.end() || !content->is_string())
      refuse_message(index, ".content is no text, of which parts are learnt");
    const std::string bytes = *content;
    offsets_ = character_offsets(bytes);
    const std::string_view inner = text::trimmed(bytes);
    leading_ = static_cast<std::size_t>(inner.data() - bytes.data());
    const auto found = spans.content(index);
    if (!found) return;
    place_ = *found;
    if (std::string_view(spans.text()).substr(place_.first, place_.second - place_.first) != inner) {
      refuse_message(index, ".content is written otherwise by the chat template, so that its parts cannot be found");
    }
  }

  std::vector<ByteSpan> learnt(const Json& parts) const {
    if (!parts.is_array()) refuse_message(index_, " gives parts to learn that are no list");
    std::vector<ByteSpan> spans;
    for (const Json& part : parts) {
      const auto number = [&](const char* key) {
        const Json value = part.is_object() ? part.value(key, Json(nullptr)) : Json(nullptr);
        const bool good = value.is_number_integer() && value >= 0 && value < offsets_.size() - 1;
        if (!good) {
          refuse_message(index_, fmt::format(" has the part {}, whose '{}' is no place in its {} characters",
                                             part.dump(), key, offsets_.size() - 1));
        }
        return value.get<std::size_t>();
      };
      const std::size_t begin = number("begin_offset"), end = number("end_offset");
      if (end < begin)
        refuse_message(index_, fmt::format(" has the part {}, which ends before it begins", part.dump()));
      if (truth(part.value("train", Json(true)), index_, "train"))
        spans.push_back({at(offsets_[begin]), at(offsets_[end + 1])});
    }
    return spans;
  }

 private:
  /// A byte of the content in the text; of white space around it, its edge.
  std::size_t at(std::size_t byte) const {
    return std::clamp(place_.first + std::max(byte, leading_) - leading_, place_.first, place_.second);
  }

  std::size_t index_;
  std::vector<std::size_t> offsets_;
  std::size_t leading_ = 0;
  ByteSpan place_{0, 0};
};

}  // namespace

void refuse_message(std::size_t message, const std::string& what) {
  throw InputError(fmt::format("messages[{}]{}", message, what));
}

MessageWish take_wish(Json& message, std::size_t index, const ChatData& data) {
  const Json weight = take(message, kWeight);
  const Json said = take(message, data.message_field_training);
  MessageWish wish;
  wish.parts = take(message, data.message_field_training_detail);
  wish.learnt = data.trains(message.value("role", ""));
  if (!said.is_null()) {
    wish.learnt = truth(said, index, data.message_field_training);
    wish.refused = !wish.learnt;
  } else if (!wish.parts.is_null()) {
    wish.learnt = !wish.parts.empty();
  }
  if (!weight.is_null() && !truth(weight, index, kWeight)) {
    wish.learnt = false;
    wish.refused = true;
  }
  return wish;
}

std::vector<ByteSpan> learnt_parts(const text::TurnSpans& spans, const Json& message, std::size_t index,
                                   const Json& parts) {
  return ContentParts(spans, message, index).learnt(parts);
}

}  // namespace llmops::train
