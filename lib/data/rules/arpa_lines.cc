// Reading through zlib, which passes plain files as they are.
#include "data/rules/arpa_lines.h"

#include <zlib.h>

#include <cerrno>
#include <cstring>

#include "core/error.h"

namespace llmops::data {

namespace {

constexpr std::size_t kBlock = std::size_t{1} << 18, kLongestLine = std::size_t{1} << 24;

}  // namespace

struct ArpaLines::File {
  gzFile handle = nullptr;
};

ArpaLines::ArpaLines(const std::filesystem::path& path) : file_(std::make_unique<File>()), name_(path.string()) {
  if (!std::filesystem::exists(path)) throw NotFoundError("'" + name_ + "' is not there");
  if (std::filesystem::is_directory(path)) throw InputError("'" + name_ + "' is a folder");
  file_->handle = ::gzopen(path.c_str(), "rb");
  if (file_->handle == nullptr) throw SystemError("cannot open '" + name_ + "': " + std::strerror(errno));
  ::gzbuffer(file_->handle, kBlock);
}

ArpaLines::~ArpaLines() { ::gzclose(file_->handle); }

void ArpaLines::fail(const std::string& why) const {
  throw InputError(name_ + ":" + std::to_string(number_) + ": " + why);
}

bool ArpaLines::read_more() {
  if (ended_) return false;
  buffer_.erase(0, begin_);
  begin_ = 0;
  if (buffer_.size() > kLongestLine) fail("the line is longer than 16 MiB");
  const std::size_t held = buffer_.size();
  buffer_.resize(held + kBlock);
  const int count = ::gzread(file_->handle, buffer_.data() + held, kBlock);
  buffer_.resize(held + static_cast<std::size_t>(count > 0 ? count : 0));
  int status = Z_OK;
  if (count <= 0) ::gzerror(file_->handle, &status);
  if (status != Z_OK && status != Z_STREAM_END) fail("the compressed data is broken or cut");
  ended_ = count <= 0;
  return !ended_;
}

bool ArpaLines::next(std::string_view& line) {
  std::size_t from = begin_, end = buffer_.find('\n', from);
  while (end == std::string::npos) {
    from = buffer_.size() - begin_;  // after what is read the line begins at 0
    if (!read_more()) break;
    end = buffer_.find('\n', from);
  }
  if (end == std::string::npos && begin_ == buffer_.size()) return false;
  const std::size_t stop = std::min(end, buffer_.size());
  line = std::string_view(buffer_).substr(begin_, stop - begin_);
  begin_ = std::min(stop + 1, buffer_.size());
  if (line.ends_with('\r')) line.remove_suffix(1);
  ++number_;
  return true;
}

}  // namespace llmops::data
