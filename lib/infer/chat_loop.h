// The terminal side of a conversation: lines in, answers out, and commands that begin with a slash.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/line_source.h"
#include "infer/chat_session.h"

namespace llmops::infer {

struct ChatLoopOptions {
  SamplingOptions sampling;
  std::string system;
  /// Kept up to date after each answer, and read at the start where it is there; "" for none.
  std::filesystem::path history;
  bool interactive = false;  ///< prompts and remarks; otherwise answers alone
};

struct ChatLoopHooks {
  std::function<void(const std::string& text)> write;   ///< of answers, flushed
  std::function<void(const std::string& text)> remark;  ///< of the loop itself: prompts, errors, figures
  std::function<void(const ChatSession::Answer&)> on_answer;
  /// Opens the model with another adapter; "" is none. @throws what opening throws
  std::function<std::unique_ptr<Engine>(const std::string& adapter)> open;
};

/// Runs until the input ends or says /quit. A line is a message; one that ends with a backslash goes on in the next.
/// @returns the number of messages that could not be answered
int run_chat(std::unique_ptr<Engine> engine, LineSource& lines, const ChatLoopOptions& options,
             const ChatLoopHooks& hooks);

}  // namespace llmops::infer
