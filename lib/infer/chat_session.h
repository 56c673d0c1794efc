// A conversation with a model: what was said so far, and its next answer.
#pragma once

#include <functional>
#include <string>

#include "infer/engine.h"

namespace llmops::infer {

class ChatSession {
 public:
  /// @param system  the conversation's first message; "" for none
  /// @throws InputError  for a model without a chat template
  ChatSession(Engine& engine, SamplingOptions sampling, std::string system);

  struct Answer {
    std::string text;
    std::string finish_reason;  ///< "stop", "length" or "cancelled"
    int prompt_tokens = 0, tokens = 0;
    int forgotten = 0;  ///< oldest messages left out, because the context holds no more
    double first_token_s = 0, total_s = 0;
  };

  /// Adds `text` as the user's message and waits for the answer, which is added too, whole or cut short.
  /// Ctrl-C ends the answer and nothing else.
  /// @param on_text  new pieces of the answer as they come, on the caller's thread
  /// @throws InputError  for a message that does not fit the context by itself; it is then not added
  Answer ask(const std::string& text, const std::function<void(const std::string&)>& on_text);

  /// Takes the last question and answer back. @returns the question; "" where there is none
  std::string take_back();
  void clear() { messages_ = Json::array(); }  ///< all but the system message
  void set_system(std::string system) { system_ = std::move(system); }
  /// Another model or adapter goes on with the same conversation. @throws InputError  as the constructor
  void use(Engine& engine);

  /// {"role", "content"} of each, the system message first.
  Json messages() const;
  /// @throws InputError  for anything else than messages() gives
  void restore(const Json& messages, const std::string& origin);

 private:
  /// Leaves out oldest exchanges until the rest fits with room for an answer.
  std::vector<TokenId> prompt(int& forgotten) const;

  Engine* engine_;
  SamplingOptions sampling_;
  std::string system_;
  Json messages_ = Json::array();
};

}  // namespace llmops::infer
