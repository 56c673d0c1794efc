// A text file in pieces, cut where no word is.
#include "train/text_pieces.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/cancel.h"
#include "core/error.h"
#include "text/training/text_cut.h"
#include "text/utf8.h"

namespace llmops::train {
namespace {

constexpr std::size_t kReadBytes = std::size_t{1} << 20;
constexpr std::size_t kMostHeld = std::size_t{64} << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

class TextPieces {
 public:
  TextPieces(const std::filesystem::path& file, bool lines, const std::function<void(std::string_view)>& sink)
      : name_(file == "-" ? "stdin" : file.string()), lines_(lines), sink_(sink) {
    descriptor_ = file == "-" ? STDIN_FILENO : ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_ >= 0) return;
    if (errno == ENOENT) throw NotFoundError(fmt::format("file '{}' does not exist", name_));
    throw SystemError(fmt::format("cannot open '{}': {}", name_, std::strerror(errno)));
  }
  ~TextPieces() {
    if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
  }
  TextPieces(const TextPieces&) = delete;
  TextPieces& operator=(const TextPieces&) = delete;

  void run() {
    for (bool ended = false; !ended;) {
      throw_if_cancelled();
      ended = !read_more();
      check(ended);
      if (first_ && text_.starts_with(kByteOrderMark)) drop(kByteOrderMark.size());
      first_ = false;
      const std::string_view good = std::string_view(text_).substr(0, checked_);
      std::size_t cut = ended ? good.size() : lines_ ? good.rfind('\n') + 1 : text::last_text_cut(good);
      if (cut == 0 && good.size() >= kMostHeld) cut = good.size();
      send(cut);
    }
  }

 private:
  bool read_more() {
    const std::size_t size = text_.size();
    text_.resize(size + kReadBytes);
    ssize_t count = 0;
    do {
      throw_if_cancelled();
      count = ::read(descriptor_, text_.data() + size, kReadBytes);
    } while (count < 0 && errno == EINTR);
    text_.resize(size + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count < 0) throw SystemError(fmt::format("cannot read '{}': {}", name_, std::strerror(errno)));
    return count > 0;
  }

  void check(bool ended) {
    const std::string_view fresh = std::string_view(text_).substr(checked_);
    const std::size_t good = text::utf8_valid_prefix(fresh);
    checked_ += good;
    if (good == fresh.size() || (!ended && fresh.size() - good == text::utf8_partial_suffix(fresh))) return;
    const auto line = line_ + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(checked_), '\n');
    throw InputError(
        fmt::format("{}:{}: byte 0x{:02X} is not UTF-8", name_, line, static_cast<unsigned char>(text_[checked_])),
        "convert the file (iconv -f WINDOWS-1252 -t UTF-8), or leave it out");
  }

  /// Gives out bytes [0, end).
  void send(std::size_t end) {
    const std::string_view piece = std::string_view(text_).substr(0, end);
    for (std::size_t at = 0; at < end;) {
      const std::size_t stop = lines_ ? std::min(piece.find('\n', at), end - 1) + 1 : end;
      sink_(piece.substr(at, stop - at));
      at = stop;
    }
    line_ += std::count(piece.begin(), piece.end(), '\n');
    drop(end);
  }

  void drop(std::size_t end) {
    text_.erase(0, end);
    checked_ -= end;
  }

  std::string name_;
  bool lines_;
  const std::function<void(std::string_view)>& sink_;
  int descriptor_ = -1;
  std::string text_;         // read and not given out
  std::size_t checked_ = 0;  // of text_, known to be UTF-8
  std::ptrdiff_t line_ = 1;  // at the beginning of text_
  bool first_ = true;
};

}  // namespace

void read_text_pieces(const std::filesystem::path& file, bool lines,
                      const std::function<void(std::string_view)>& sink) {
  TextPieces(file, lines, sink).run();
}

}  // namespace llmops::train
