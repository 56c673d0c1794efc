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

bool LineBlocks::read_more(std::string& bytes) {
  if (ended_) return false;
  const std::size_t held = bytes.size();
  bytes.resize(held + kBlockBytes);
  ssize_t count = 0;
  do count = ::read(descriptor_, bytes.data() + held, kBlockBytes);
  while (count < 0 && errno == EINTR);
  if (count < 0) throw SystemError(fmt::format("cannot read '{}': {}", path_.string(), std::strerror(errno)));
  bytes.resize(held + static_cast<std::size_t>(count));
  ended_ = count == 0;
  return !ended_;
}

// Passes over the rest of a line; what follows it is in rest_. False where the file ends with it.
bool LineBlocks::skip_line() {
  do {
    rest_.clear();
    throw_if_cancelled();
    if (!read_more(rest_)) return false;
    const std::size_t end = rest_.find('\n');
    offset_ += std::min(end, rest_.size() - 1) + 1;
    if (end != std::string::npos) {
      rest_.erase(0, end + 1);
      return true;
    }
  } while (true);
}

bool LineBlocks::next(LineBlock& block) {
  throw_if_cancelled();
  block.bytes.swap(rest_);
  rest_.clear();
  block.offset = offset_;
  block.first_line = line_;
  std::size_t end = std::string::npos;
  do {
    const std::size_t held = block.bytes.size();
    if (held > kLongestLine) {
      offset_ += held;
      ++line_;
      skip_line();
      return true;
    }
    if (!read_more(block.bytes)) break;
    // Only what is new can hold a line's end.
    end = std::string_view(block.bytes).substr(held).rfind('\n');
    if (end != std::string::npos) end += held;
  } while (end == std::string::npos);
  if (end != std::string::npos) {
    rest_.assign(block.bytes, end + 1);
    block.bytes.resize(end + 1);
  }
  offset_ += block.bytes.size();
  line_ += count_newlines(block.bytes);
  return !block.bytes.empty();
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
