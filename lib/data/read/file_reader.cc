#include "data/read/file_reader.h"

#include <algorithm>

#include "core/error.h"

namespace llmops::data {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kReadBytes = std::size_t{1} << 20;
constexpr std::size_t kFirstRead = std::size_t{1} << 16;  ///< small, as most of many files are
constexpr std::size_t kHeadBytes = 4096;                  ///< of a record too long to be read

bool has_header(Format format) { return format == Format::kCsv || format == Format::kTsv; }

bool is_one_record(Format format, const std::string& records) {
  return format == Format::kMarkdown || (format == Format::kText && records == "file");
}

}  // namespace

FileReader::FileReader(const InputFile& file, std::uint32_t index, std::string records)
    : file_(file), index_(index), records_(std::move(records)), source_(open_file_bytes(file.path)) {}

// @returns bytes added to the buffer; 0 at the end, which damage is too
std::size_t FileReader::read_more(std::size_t most) {
  if (ended_) return 0;
  const std::size_t before = buffer_.size();
  buffer_.resize(before + most);
  std::size_t count = 0;
  try {
    count = source_->read(buffer_.data() + before, most);
  } catch (const InputError& error) {
    damage_ = error.what();
  } catch (const SystemError& error) {
    damage_ = error.what();
  }
  buffer_.resize(before + count);
  ended_ = count == 0;
  hash_.update(std::string_view(buffer_).substr(before));
  bytes_ += count;
  decoded_ += count;
  if (!started_ && (ended_ || buffer_.size() >= kByteOrderMark.size())) {
    started_ = true;
    if (buffer_.starts_with(kByteOrderMark)) buffer_.erase(0, kByteOrderMark.size());
  }
  return count;
}

bool FileReader::next(std::size_t most, Part& part) {
  part = {};
  part.file = index_;
  while (true) {
    while (buffer_.size() < most && read_more(std::clamp(buffer_.size(), kFirstRead, kReadBytes)) > 0) continue;
    if (buffer_.empty()) break;
    part.bytes = std::make_unique<std::string>();
    part.bytes->swap(buffer_);
    const std::size_t used = cut_slices(*part.bytes, ended_, file_.format, records_, line_, part.slices);
    buffer_.assign(*part.bytes, used);
    part.bytes->resize(used);  // never moves the bytes: it only grows shorter
    if (used == 0 && buffer_.size() > kLargestRecord) return skip_long_record(part);
    take_header(part);
    if (!part.slices.empty()) return true;
    if (used == 0) most = 2 * buffer_.size();  // one record, longer than a part
    part.bytes.reset();
  }
  if (damage_.empty() || damage_told_) return false;
  damage_told_ = true;
  part.damage = damage_;
  return true;
}

// Reads on to the end of the line, or of a file that is one record, keeping only the head of what is passed.
bool FileReader::skip_long_record(Part& part) {
  part.bytes = std::make_unique<std::string>(buffer_, 0, kHeadBytes);
  part.slices = {{line_, *part.bytes, "too_large"}};
  part.header = header_;
  std::size_t from = kHeadBytes;
  while (true) {
    const bool whole_file = is_one_record(file_.format, records_);
    const std::size_t feed = whole_file ? std::string::npos : buffer_.find('\n', from);
    if (feed != std::string::npos) {
      buffer_.erase(0, feed + 1);
      ++line_;
      return true;
    }
    buffer_.clear();
    from = 0;
    if (read_more(kReadBytes) == 0) return true;
  }
}

void FileReader::take_header(Part& part) {
  if (!has_header(file_.format)) return;
  if (!header_taken_ && !part.slices.empty()) {
    header_taken_ = true;
    const Slice& first = part.slices.front();
    if (first.broken.empty()) header_ = split_csv_row(first.text, file_.format == Format::kCsv ? ',' : '\t');
    part.slices.erase(part.slices.begin());
  }
  part.header = header_;
}

std::string FileReader::sha256() { return damage_.empty() ? hash_.hex() : ""; }

}  // namespace llmops::data
