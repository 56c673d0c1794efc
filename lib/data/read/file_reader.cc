#include "data/read/file_reader.h"

#include <algorithm>

#include "core/error.h"
#include "core/hash.h"
#include "data/read/compression.h"
#include "data/read/encoding.h"
#include "data/read/record_cutter.h"
#include "data/tables/table_spec.h"

namespace llmops::data {
namespace {

constexpr std::size_t kReadBytes = std::size_t{1} << 20;
constexpr std::size_t kFirstRead = std::size_t{1} << 16;  ///< small, as most of many files are

bool has_header(Format format) { return format == Format::kCsv || format == Format::kTsv; }

// These say themselves which encoding their text is in, or have none.
bool holds_bytes(Format format) { return format == Format::kWarc || format == Format::kPdf; }

// The text of a file, with what it was made of still within reach.
class TextFile {
 public:
  TextFile(const InputFile& file, const InputSpec& spec) {
    auto raw = std::make_unique<HashingSource>(open_file_bytes(file.path));
    raw_ = raw.get();
    source_ = std::make_unique<PeekableSource>(std::move(raw));
    const Compression compression = compression_of(file.path);
    if (compression != Compression::kNone) source_ = decompressed(std::move(source_), compression, file.name);
    if (holds_bytes(file.format)) return;
    const auto encoding = spec.encoding == "auto" ? std::nullopt : find_encoding(spec.encoding);
    source_ = encoding.has_value() ? as_utf8(std::move(source_), *encoding) : as_utf8(std::move(source_));
  }

  std::size_t read(char* out, std::size_t most) { return source_->read(out, most); }
  std::uint64_t bytes() const { return raw_->bytes(); }
  std::string sha256() { return raw_->finish(); }

 private:
  std::unique_ptr<ByteSource> source_;
  HashingSource* raw_;  ///< at the bottom of source_
};

class CutFileReader : public FileReader {
 public:
  CutFileReader(const InputFile& file, std::uint32_t index, const InputSpec& spec)
      : file_(file),
        index_(index),
        one_record_(is_one_record(file.format, spec.records)),
        text_(file, spec),
        cutter_(make_cutter(file.format, spec.records)) {}

  bool next(std::size_t most, Part& part) override {
    part = {};
    part.file = index_;
    while (true) {
      while (buffer_.size() < most && read_more(std::clamp(buffer_.size(), kFirstRead, kReadBytes)) > 0) continue;
      if (buffer_.empty()) break;
      part.bytes = std::make_unique<std::string>();
      part.bytes->swap(buffer_);
      const std::size_t used = cutter_->cut(*part.bytes, ended_, part.slices);
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

  std::uint64_t bytes() const override { return text_.bytes(); }
  std::string sha256() override { return broken_off_ ? "" : text_.sha256(); }

 private:
  // @returns bytes added to the buffer; 0 at the end, which damage is too
  std::size_t read_more(std::size_t most) {
    if (ended_) return 0;
    const std::size_t before = buffer_.size();
    buffer_.resize(before + most);
    std::size_t count = 0;
    try {
      count = text_.read(buffer_.data() + before, most);
    } catch (const InputError& error) {
      damage_ = error.what();
    } catch (const SystemError& error) {
      damage_ = error.what();
      broken_off_ = true;
    }
    buffer_.resize(before + count);
    ended_ = count == 0;
    return count;
  }

  // Reads on to the end of the line, or of a file that is one record, keeping only the head of what is passed.
  bool skip_long_record(Part& part) {
    part.bytes = std::make_unique<std::string>(buffer_, 0, kHeadBytes);
    part.slices = {{cutter_->skip_line(), *part.bytes, "too_large"}};
    part.header = header_;
    std::size_t from = kHeadBytes;
    while (true) {
      const std::size_t feed = one_record_ ? std::string::npos : buffer_.find('\n', from);
      if (feed != std::string::npos) {
        buffer_.erase(0, feed + 1);
        return true;
      }
      buffer_.clear();
      from = 0;
      if (read_more(kReadBytes) == 0) return true;
    }
  }

  void take_header(Part& part) {
    if (!has_header(file_.format)) return;
    if (!header_taken_ && !part.slices.empty()) {
      header_taken_ = true;
      const Slice& first = part.slices.front();
      if (first.broken.empty()) header_ = split_csv_row(first.text, file_.format == Format::kCsv ? ',' : '\t');
      part.slices.erase(part.slices.begin());
    }
    part.header = header_;
  }

  InputFile file_;
  std::uint32_t index_;
  bool one_record_;
  TextFile text_;
  std::unique_ptr<RecordCutter> cutter_;
  std::string buffer_;  ///< of the file, not yet cut
  std::vector<std::string> header_;
  std::string damage_;
  bool ended_ = false, broken_off_ = false, header_taken_ = false, damage_told_ = false;
};

// Tables come as JSON lines already; the number of a row stands for its line.
class TableFileReader : public FileReader {
 public:
  TableFileReader(const InputFile& file, std::uint32_t index, const InputSpec& spec) : file_(file), index_(index) {
    table_ = open_table_input(file.path, kind_of(file.format), spec.table);
  }

  bool next(std::size_t, Part& part) override {
    part = {};
    part.file = index_;
    if (ended_) return false;
    part.bytes = std::make_unique<std::string>();
    std::vector<std::uint64_t> ends;
    try {
      ended_ = !table_->next(*part.bytes, ends);
    } catch (const InputError& error) {
      ended_ = true;
      part.bytes.reset();
      part.damage = error.what();
      return true;
    }
    rows_hash_.update(*part.bytes);
    std::uint64_t begin = 0;
    for (const std::uint64_t end : ends) {
      part.slices.push_back({++row_, std::string_view(*part.bytes).substr(begin, end - 1 - begin), ""});
      begin = end;
    }
    return !ended_;
  }

  std::uint64_t bytes() const override {
    std::error_code ignored;
    const std::uint64_t size = std::filesystem::file_size(file_.path, ignored);
    return ignored ? 0 : size;
  }
  // The registry's file changes with every run: there the rows are what is hashed.
  std::string sha256() override {
    return file_.format == Format::kRequests ? rows_hash_.hex() : sha256_file(file_.path);
  }

 private:
  static TableKind kind_of(Format format) {
    if (format == Format::kParquet) return TableKind::kParquet;
    if (format == Format::kArrow) return TableKind::kArrow;
    return format == Format::kSqlite ? TableKind::kSqlite : TableKind::kRequests;
  }

  InputFile file_;
  std::uint32_t index_;
  std::unique_ptr<TableReader> table_;
  Sha256 rows_hash_;
  std::uint64_t row_ = 0;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<FileReader> open_file(const InputFile& file, std::uint32_t index, const InputSpec& spec) {
  if (is_table(file.format)) return std::make_unique<TableFileReader>(file, index, spec);
  return std::make_unique<CutFileReader>(file, index, spec);
}

}  // namespace llmops::data
