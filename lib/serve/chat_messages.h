// The `messages` of a chat request, checked and flattened to what chat templates read.
#pragma once

#include "core/json.h"

namespace llmops::serve {

/// Every message keeps its role and other fields; a content of text parts becomes one string, and the role "developer"
/// becomes "system", the name templates know.
/// @throws ApiError (400)  naming the message and field
Json read_messages(const Json& messages);

}  // namespace llmops::serve
