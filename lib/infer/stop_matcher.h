// Stop texts across token boundaries: text is held back while it may still become one.
#pragma once

#include <string>
#include <vector>

namespace llmops::infer {

class StopMatcher {
 public:
  explicit StopMatcher(std::vector<std::string> stops) : stops_(std::move(stops)) {}

  /// Takes new text and gives what can no longer be part of a stop text. After a match, everything before it has been
  /// given, and nothing more comes.
  std::string push(const std::string& text);
  /// What was held back, once no more text will come; "" after a match.
  std::string finish();
  bool matched() const { return matched_; }

 private:
  std::vector<std::string> stops_;
  std::string held_;
  bool matched_ = false;
};

}  // namespace llmops::infer
