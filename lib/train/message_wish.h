// What a message says of itself: whether it is learnt, and which parts of it.
#pragma once

#include <string>
#include <vector>

#include "text/turn_spans.h"
#include "train/chat_data_recipe.h"

namespace llmops::train {

struct MessageWish {
  bool learnt = false;   ///< by its role or by its own word
  bool refused = false;  ///< by its own word
  Json parts = nullptr;  ///< of its content, else the whole turn
};

/// Takes out of the message what is not for the template. @throws InputError  naming it
MessageWish take_wish(Json& message, std::size_t index, const ChatData& data);

/// Where those parts of a message's content lie in the text that are to be learnt.
/// @param parts  [{begin_offset, end_offset, train}]: characters of the content, the last one included
/// @throws InputError  naming the message: parts that are no such list, or a content that the template changes
std::vector<text::ByteSpan> learnt_parts(const text::TurnSpans& spans, const Json& message, std::size_t index,
                                         const Json& parts);

/// @throws InputError  "messages[2] is ..." @param what  " is ..."
[[noreturn]] void refuse_message(std::size_t message, const std::string& what);

}  // namespace llmops::train
