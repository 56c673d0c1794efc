// Chat templates: parsing, then rendering a conversation with tools under the engine's limits.
#include "core/json.h"
#include "fuzz/fuzz.h"
#include "text/chat_template.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace llmops;
  static const Json kMessages = Json::parse(R"([{"role": "system", "content": "s"}, {"role": "user", "content": "u"},
    {"role": "assistant", "content": "", "tool_calls": [{"type": "function", "function": {"name": "f",
     "arguments": {"a": [1, 2.5, null, true]}}}]}, {"role": "tool", "content": "r"}])");
  static const Json kTools = Json::parse(R"([{"type": "function", "function": {"name": "f", "description": "d",
    "parameters": {"type": "object", "properties": {"a": {"type": "array"}}}}}])");
  return fuzz::expect_typed_errors([&] {
    const text::ChatTemplate chat(std::string(fuzz::text_of(data, size)), "<s>", "</s>");
    chat.render(kMessages, true, kTools);
    chat.render_for_training(kMessages);
  });
}
