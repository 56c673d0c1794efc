// Decoders over a source: one buffer of compressed bytes, and an error that waits until what came before it is read.
#include "data/read/compression.h"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "core/error.h"
#include "text/utf8.h"

namespace llmops::data {

namespace {

constexpr std::size_t kBufferBytes = std::size_t{128} << 10;
constexpr int kWindowLog = 27;  // zstd's own limit for streams: 128 MiB

class Decoder : public ByteSource {
 public:
  Decoder(std::unique_ptr<ByteSource> source, std::string_view name) : source_(std::move(source)), name_(name) {}

  std::size_t read(char* out, std::size_t most) final {
    while (!done_) {
      if (begin_ == end_ && !ended_) fill();
      if (done_) break;
      const std::size_t got = decode(out, most);
      if (got > 0) return got;
    }
    if (!damage_.empty()) throw InputError(damage_, hint_);
    return 0;
  }

 protected:
  // Decodes from pending() on; 0 where more input is needed, or where finish() or fail() was called.
  virtual std::size_t decode(char* out, std::size_t most) = 0;

  std::string_view pending() const { return std::string_view(buffer_).substr(begin_, end_ - begin_); }
  void consume(std::size_t bytes) { begin_ += bytes; }
  bool at_end() const { return ended_ && begin_ == end_; }

  // Reads behind what is pending, for a decoder that cannot begin with so little.
  void fill() {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
    offset_ += begin_;
    end_ -= begin_;
    begin_ = 0;
    try {
      const std::size_t got = source_->read(buffer_.data() + end_, buffer_.size() - end_);
      end_ += got;
      ended_ = got == 0;
    } catch (const InputError& error) {  // a decoder below this one
      damage_ = error.what();
      hint_ = error.hint();
      done_ = ended_ = true;
    }
  }

  void finish() { done_ = true; }
  // The error is thrown by the next read, behind all bytes that were decoded.
  void fail(std::string_view format, std::string_view reason, std::string hint = "") {
    damage_ = fmt::format("'{}' is no whole {} stream: {} at byte {}", name_, format, reason, offset_ + begin_);
    hint_ = std::move(hint);
    done_ = true;
  }

 private:
  std::unique_ptr<ByteSource> source_;
  std::string name_;
  std::string buffer_ = std::string(kBufferBytes, '\0');
  std::size_t begin_ = 0, end_ = 0;  ///< what is left to decode, in buffer_
  std::uint64_t offset_ = 0;         ///< of buffer_ in the stream
  bool ended_ = false, done_ = false;
  std::string damage_, hint_;
};

// Members of gzip; or one zlib or bare deflate stream.
class Inflater : public Decoder {
 public:
  Inflater(std::unique_ptr<ByteSource> source, std::string_view name, bool gzip)
      : Decoder(std::move(source), name), gzip_(gzip) {}
  ~Inflater() override {
    if (open_) inflateEnd(&stream_);
  }

 protected:
  std::size_t decode(char* out, std::size_t most) override {
    if (!open_ && !open()) return 0;
    const std::string_view input = pending();
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream_.avail_in = static_cast<uInt>(input.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(most, std::numeric_limits<uInt>::max()));
    const uInt room = stream_.avail_out;
    const int status = inflate(&stream_, Z_NO_FLUSH);
    consume(input.size() - stream_.avail_in);
    const std::size_t got = room - stream_.avail_out;
    if (status == Z_STREAM_END) {
      inflateEnd(&stream_);
      open_ = false;
      ++members_;
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      fail(format(), stream_.msg != nullptr ? stream_.msg : "damaged data");
    } else if (got == 0 && at_end()) {
      fail(format(), "it is cut off");
    }
    return got;
  }

 private:
  const char* format() const { return gzip_ ? "gzip" : "deflate"; }

  // Begins a stream; false where none follows. Zeros behind the last member pad a tape's block, and are no damage.
  bool open() {
    if (members_ > 0) skip_padding();
    if (!gzip_ && pending().size() == 1) fill();
    const std::string_view input = pending();
    if (input.empty()) {
      if (at_end() && members_ == 0) fail(format(), "it is empty");
      if (at_end()) finish();
      return false;
    }
    if (members_ > 0 && (!gzip_ || input[0] != '\x1f')) {
      if (gzip_) fail(format(), "other data follow");
      finish();
      return false;
    }
    stream_ = {};
    if (inflateInit2(&stream_, window_bits(input)) != Z_OK) throw SystemError("zlib has no memory for a stream");
    open_ = true;
    return true;
  }

  void skip_padding() {
    const std::string_view input = pending();
    const std::size_t zeros = std::min(input.find_first_not_of('\0'), input.size());
    consume(zeros);
  }

  // zlib streams begin with two bytes that are a multiple of 31, of method 8; some servers leave them away.
  int window_bits(std::string_view input) const {
    if (gzip_) return 16 + MAX_WBITS;
    const auto byte = [&](std::size_t i) { return i < input.size() ? static_cast<unsigned char>(input[i]) : 0U; };
    const bool zlib = (byte(0) & 0x0F) == 8 && (byte(0) * 256 + byte(1)) % 31 == 0;
    return zlib ? MAX_WBITS : -MAX_WBITS;
  }

  bool gzip_;
  bool open_ = false;
  std::uint64_t members_ = 0;
  z_stream stream_{};
};

class ZstdDecoder : public Decoder {
 public:
  ZstdDecoder(std::unique_ptr<ByteSource> source, std::string_view name) : Decoder(std::move(source), name) {
    if (context_ == nullptr) throw SystemError("zstd has no memory for a stream");
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kWindowLog);
  }

 protected:
  std::size_t decode(char* out, std::size_t most) override {
    const std::string_view bytes = pending();
    if (bytes.empty() && !in_frame_) {
      if (at_end() && frames_ == 0) fail("zstd", "it is empty");
      if (at_end()) finish();
      return 0;
    }
    ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
    ZSTD_outBuffer output{out, most, 0};
    const std::size_t status = ZSTD_decompressStream(context_.get(), &output, &input);
    consume(input.pos);
    if (ZSTD_isError(status) != 0) {
      const bool window = ZSTD_getErrorCode(status) == ZSTD_error_frameParameter_windowTooLarge;
      fail("zstd", ZSTD_getErrorName(status), window ? "compress it again without --long" : "");
    } else {
      in_frame_ = status != 0;
      if (!in_frame_) ++frames_;
      if (in_frame_ && output.pos == 0 && at_end()) fail("zstd", "it is cut off");
    }
    return output.pos;
  }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context_{ZSTD_createDCtx()};
  bool in_frame_ = false;
  std::uint64_t frames_ = 0;
};

bool looks_like_text(std::string_view head) {
  if (head.find('\0') != std::string_view::npos) return false;
  const std::size_t valid = text::utf8_valid_prefix(head);
  return valid + text::utf8_partial_suffix(head) >= head.size();
}

}  // namespace

Compression compression_of(std::string_view head, std::string_view extension) {
  if (head.substr(0, 3) == "\x1f\x8b\x08") return Compression::kGzip;
  // A zstd frame, or one of the sixteen kinds that are skipped.
  const bool skippable = head.size() >= 4 && (head[0] & '\xF0') == '\x50' && head.substr(1, 3) == "\x2a\x4d\x18";
  if (head.substr(0, 4) == "\x28\xb5\x2f\xfd" || skippable) return Compression::kZstd;
  if (!head.empty() && looks_like_text(head)) return Compression::kNone;
  if (extension == ".gz" || extension == ".gzip") return Compression::kGzip;
  if (extension == ".zst" || extension == ".zstd") return Compression::kZstd;
  return Compression::kNone;
}

Compression compression_of(const std::filesystem::path& path) {
  std::array<char, 512> head{};
  const std::size_t got = open_file_bytes(path)->read(head.data(), head.size());
  return compression_of(std::string_view(head.data(), got), path.extension().string());
}

std::unique_ptr<ByteSource> decompressed(std::unique_ptr<ByteSource> source, Compression compression,
                                         std::string_view name) {
  switch (compression) {
    case Compression::kGzip: return std::make_unique<Inflater>(std::move(source), name, true);
    case Compression::kDeflate: return std::make_unique<Inflater>(std::move(source), name, false);
    case Compression::kZstd: return std::make_unique<ZstdDecoder>(std::move(source), name);
    case Compression::kNone: break;
  }
  return source;
}

}  // namespace llmops::data
