// Reading by blocks; what lies behind the last line's end is kept for the next one.
#include "data/explore/line_blocks.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/cancel.h"
#include "core/error.h"

namespace llmops::data::explore {

LineBlocks::LineBlocks(const std::filesystem::path& path) : path_(path) {
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) {
    const std::string message = fmt::format("cannot open '{}': {}", path.string(), std::strerror(errno));
    if (errno == ENOENT) throw NotFoundError(message);
    throw SystemError(message);
  }
  ::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_SEQUENTIAL);
}

LineBlocks::~LineBlocks() { ::close(descriptor_); }

// Bytes read behind the first `held` ones; 0 at the end of the file.
std::size_t LineBlocks::read_more(std::vector<char>& buffer, std::size_t held) {
  if (buffer.size() < held + kBlockBytes) buffer.resize(std::max(held + kBlockBytes, 2 * held));
  ssize_t count = 0;
  do count = ::read(descriptor_, buffer.data() + held, kBlockBytes);
  while (count < 0 && errno == EINTR);
  if (count < 0) throw SystemError(fmt::format("cannot read '{}': {}", path_.string(), std::strerror(errno)));
  return static_cast<std::size_t>(count);
}

// Passes over the rest of a line; of what was read, that which follows it is kept.
void LineBlocks::skip_line(std::vector<char>& buffer) {
  for (;;) {
    throw_if_cancelled();
    const std::string_view read(buffer.data(), read_more(buffer, 0));
    if (read.empty()) return;
    const std::size_t end = read.find('\n');
    offset_ += std::min(end, read.size() - 1) + 1;
    if (end == std::string_view::npos) continue;
    rest_ = read.substr(end + 1);
    return;
  }
}

bool LineBlocks::next(LineBlock& block) {
  throw_if_cancelled();
  block.offset = offset_;
  block.first_line = line_;
  block.buffer.resize(std::max(block.buffer.size(), rest_.size()));
  std::copy(rest_.begin(), rest_.end(), block.buffer.begin());
  std::size_t held = rest_.size(), end = 0;  // `end`: of the last whole line
  rest_.clear();
  while (end == 0) {
    if (held > kLongestLine) {
      std::vector<char> rest;
      block.bytes = {block.buffer.data(), held};
      offset_ += held;
      ++line_;
      skip_line(rest);
      return true;
    }
    const std::size_t more = read_more(block.buffer, held);
    // Only what is new can hold a line's end.
    const std::size_t last = std::string_view(block.buffer.data() + held, more).rfind('\n');
    if (last != std::string_view::npos) end = held + last + 1;
    held += more;
    if (more == 0) end = held;
    if (held == 0) return false;
  }
  rest_.assign(block.buffer.data() + end, held - end);
  block.bytes = {block.buffer.data(), end};
  offset_ += end;
  line_ += count_newlines(block.bytes);
  return true;
}

std::uint64_t count_newlines(std::string_view bytes) {
  // Sixteen at a time, each lane its own counter of at most 255.
  using Lanes = unsigned char __attribute__((vector_size(16)));
  const Lanes newline = Lanes{} + static_cast<unsigned char>('\n');
  std::uint64_t count = 0;
  std::size_t at = 0;
  while (at + 16 <= bytes.size()) {
    Lanes counts{};
    for (int i = 0; i < 255 && at + 16 <= bytes.size(); ++i, at += 16) {
      Lanes lanes;
      std::memcpy(&lanes, bytes.data() + at, 16);
      counts -= reinterpret_cast<Lanes>(lanes == newline);
    }
    for (int lane = 0; lane < 16; ++lane) count += counts[lane];
  }
  for (; at < bytes.size(); ++at) count += bytes[at] == '\n';
  return count;
}

}  // namespace llmops::data::explore
