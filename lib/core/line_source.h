// Lines of a stream as they arrive: waits for the first, then takes those that are there already.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace llmops {

/// For filters: a program that writes one line and waits gets its answer, and one that writes many has them batched.
class LineSource {
 public:
  struct Line {
    std::string text;        ///< without its end ("\n" or "\r\n") and, for the first, without a byte order mark
    std::size_t number = 0;  ///< from 1
  };

  /// @param descriptor  open for reading (0 is standard input); not closed
  /// @param name        what errors call it
  LineSource(int descriptor, std::string name);
  /// @throws NotFoundError, SystemError
  explicit LineSource(const std::filesystem::path& file);
  ~LineSource();
  LineSource(const LineSource&) = delete;
  LineSource& operator=(const LineSource&) = delete;

  /// Waits for one line, then takes up to `most` of those that can be read without waiting; the last may lack its end.
  /// @returns none at the end of the stream only
  /// @throws InputError  for a line over 64 MiB; SystemError; Interrupted
  std::vector<Line> take(std::size_t most);

  const std::string& name() const { return name_; }

 private:
  bool wait(int milliseconds) const;
  void read_more();
  bool next(Line& line);

  int descriptor_ = -1;
  bool owned_ = false;
  std::string name_;
  std::string buffer_;
  std::size_t begin_ = 0;    ///< of what has not been given out, in buffer_
  std::size_t scanned_ = 0;  ///< no line ends before here
  std::size_t number_ = 0;
  bool ended_ = false;
};

}  // namespace llmops
