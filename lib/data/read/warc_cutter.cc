// Records by their lengths, and a search for the next where a length cannot be trusted.
#include <algorithm>

#include "data/read/header_fields.h"
#include "data/read/warc.h"

namespace llmops::data {

namespace {

constexpr std::size_t kLargestHeader = std::size_t{64} << 10;
constexpr std::size_t kLargestRecord = std::size_t{64} << 20;
constexpr std::string_view kMagic = "WARC/1.";

// Behind the blank lines that follow a record.
std::size_t skip_line_ends(std::string_view bytes, std::size_t at) {
  return std::min(bytes.find_first_not_of("\r\n", std::min(at, bytes.size())), bytes.size());
}

}  // namespace

std::size_t WarcCutter::cut(std::string_view bytes, bool last, std::vector<Slice>& slices) {
  bytes_ = bytes;
  last_ = last;
  slices_ = &slices;
  start_ = 0;
  while (start_ < bytes_.size() && (damage_.empty() ? cut_record() : cut_damaged(searched_, damage_)) == Step::kDone) {
  }
  const std::size_t done = start_;
  searched_ -= std::min(searched_, done);
  return done;
}

// Ends what begins at start_.
void WarcCutter::push(std::size_t end, std::string_view rule) {
  const std::string_view passed = bytes_.substr(start_, end - start_);
  if (!told_ && passed.find_first_not_of("\r\n") != std::string_view::npos) slices_->push_back({line_, passed, rule});
  line_ += static_cast<std::uint64_t>(std::count(passed.begin(), passed.end(), '\n'));
  start_ = end;
}

WarcCutter::Step WarcCutter::cut_record() {
  push(skip_line_ends(bytes_, start_), "");  // blank lines: counted, and no slice
  const std::string_view rest = bytes_.substr(start_);
  if (rest.size() < kMagic.size() && !last_) return Step::kMore;
  if (rest.substr(0, kMagic.size()) != kMagic) return cut_damaged(start_, "bad_warc");
  const std::optional<HeaderFields> header = read_header_fields(rest.substr(0, kLargestHeader));
  if (!header && rest.size() < kLargestHeader && !last_) return Step::kMore;
  const std::optional<std::uint64_t> length = header ? parse_length(header->value("Content-Length")) : std::nullopt;
  if (!length) return cut_damaged(start_ + 1, "bad_warc");
  const auto body = static_cast<std::size_t>(header->body.data() - bytes_.data());
  // A header that was cut off runs on into the next record's.
  const bool cut_off = bytes_.substr(start_ + 1, body - start_ - 1).find("\nWARC/1.") != std::string_view::npos;
  if (cut_off) return cut_damaged(start_ + 1, "bad_warc");
  if (*length > kLargestRecord) return cut_damaged(body, "too_large");
  const std::size_t end = body + static_cast<std::size_t>(*length);
  // Two line ends must follow, or the next record at once, so that a wrong length is not believed.
  const std::size_t next = skip_line_ends(bytes_, end);
  const bool seen = bytes_.size() >= next + kMagic.size();
  if (!seen && !last_) return Step::kMore;
  if (end > bytes_.size()) return cut_damaged(body, "bad_warc");
  const std::string_view behind = bytes_.substr(end), follows = bytes_.substr(next, kMagic.size());
  const bool ended = behind.starts_with("\r\n\r\n") || behind.starts_with("\n\n");
  if (!ended && follows != kMagic.substr(0, follows.size())) return cut_damaged(body, "bad_warc");
  push(end, "");
  return Step::kDone;
}

WarcCutter::Step WarcCutter::cut_damaged(std::size_t from, std::string_view rule) {
  damage_ = rule;
  for (std::size_t at = std::max(from, start_); (at = bytes_.find(kMagic, at)) != std::string_view::npos; ++at) {
    if (at == 0 || bytes_[at - 1] != '\n') continue;
    push(at, rule);
    damage_ = "";
    told_ = false;
    return Step::kDone;
  }
  if (last_) {
    push(bytes_.size(), rule);
    return Step::kDone;
  }
  // All but what may be the beginning of "\nWARC/1." has been looked at; too much of it is told and let go.
  searched_ = std::max(from, bytes_.size() - std::min(bytes_.size(), kMagic.size()));
  if (bytes_.size() - start_ > kLargestHeader && (rule == "too_large" || bytes_.size() - start_ > kLargestRecord)) {
    push(std::max(start_, searched_ > 0 ? searched_ - 1 : 0), rule);
    told_ = true;
  }
  return Step::kMore;
}

}  // namespace llmops::data
