// A terminal that gives single keys, and is itself again however the program ends.
#pragma once

#include <string>

namespace llmops {

/// Keys come one by one and are not echoed while one of these lives; at most one at a time. The terminal is restored by
/// the destructor, by Ctrl-C and Ctrl-Z, and by every signal that ends the program but SIGKILL.
class RawTerminal {
 public:
  /// @param descriptor  a terminal. @throws SystemError
  explicit RawTerminal(int descriptor = 0);
  ~RawTerminal();
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

  static constexpr int kEnd = -1;     ///< the terminal is gone
  static constexpr int kUnknown = 0;  ///< an arrow, a function key, half a character
  static constexpr int kBackspace = 127;

  /// Waits for a key: its character (Enter is '\n', Ctrl-D the end), or one of those above.
  /// @throws Interrupted
  int read_key();

  /// A line, echoed and edited as the terminal does it; without its end. @throws Interrupted
  std::string read_line();

  /// The terminal as it was, while another program uses it.
  void suspend();
  void resume();

 private:
  int read_byte(int wait_ms);

  int descriptor_;
};

}  // namespace llmops
