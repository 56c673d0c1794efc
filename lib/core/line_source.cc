#include "core/line_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/cancel.h"
#include "core/error.h"

namespace llmops {
namespace {

constexpr std::size_t kReadBytes = std::size_t{1} << 18;
constexpr std::size_t kMaxLineBytes = std::size_t{64} << 20;

}  // namespace

LineSource::LineSource(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}

LineSource::LineSource(const std::filesystem::path& file)
    : descriptor_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)), owned_(true), name_(file.string()) {
  if (descriptor_ >= 0) return;
  if (errno == ENOENT) throw NotFoundError(fmt::format("file '{}' does not exist", name_));
  throw SystemError(fmt::format("cannot open '{}': {}", name_, std::strerror(errno)));
}

LineSource::~LineSource() {
  if (owned_) ::close(descriptor_);
}

/// Whether a read would not block. Never restarted after a signal, so that Ctrl-C ends a wait.
bool LineSource::wait(int milliseconds) const {
  for (;;) {
    throw_if_cancelled();
    pollfd entry{descriptor_, POLLIN, 0};
    const int ready = ::poll(&entry, 1, milliseconds);
    if (ready >= 0) return ready > 0;
    if (errno != EINTR) throw SystemError(fmt::format("cannot wait for '{}': {}", name_, std::strerror(errno)));
  }
}

void LineSource::read_more() {
  if (begin_ > 0) {
    buffer_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;
  }
  const std::size_t size = buffer_.size();
  if (size > kMaxLineBytes) throw InputError(fmt::format("{}:{}: the line is over 64 MiB long", name_, number_ + 1));
  buffer_.resize(size + kReadBytes);
  const ssize_t count = ::read(descriptor_, buffer_.data() + size, kReadBytes);
  buffer_.resize(size + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  if (count < 0 && errno != EINTR && errno != EAGAIN)
    throw SystemError(fmt::format("cannot read '{}': {}", name_, std::strerror(errno)));
  ended_ = count == 0;
}

bool LineSource::next(Line& line) {
  std::size_t end = buffer_.find('\n', scanned_);
  const bool whole = end != std::string::npos;
  scanned_ = whole ? end + 1 : buffer_.size();
  if (!whole && (!ended_ || begin_ == buffer_.size())) return false;
  if (!whole) end = buffer_.size();
  line.text = buffer_.substr(begin_, end - begin_);
  line.number = ++number_;
  begin_ = scanned_;
  if (line.text.ends_with('\r')) line.text.pop_back();
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (number_ == 1 && line.text.starts_with(kByteOrderMark)) line.text.erase(0, kByteOrderMark.size());
  return true;
}

std::vector<LineSource::Line> LineSource::take(std::size_t most) {
  std::vector<Line> lines;
  while (lines.size() < most) {
    Line line;
    if (next(line)) {
      lines.push_back(std::move(line));
    } else if (ended_ || !wait(lines.empty() ? -1 : 0)) {
      break;
    } else {
      read_more();
    }
  }
  return lines;
}

}  // namespace llmops
