// Converting a stream to UTF-8, by ICU, through a buffer of UTF-16.
#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

#include <algorithm>
#include <array>

#include "core/error.h"
#include "data/read/encoding.h"
#include "text/utf8.h"

namespace llmops::data {

namespace {

constexpr std::size_t kPieceBytes = std::size_t{64} << 10;

// Called by ICU for what does not convert.
void replace_and_count(const void* context, UConverterToUnicodeArgs* args, const char* /*bytes*/,
                       std::int32_t /*length*/, UConverterCallbackReason reason, UErrorCode* status) {
  if (reason > UCNV_IRREGULAR) return;  // the converter is reset or closed
  *status = U_ZERO_ERROR;
  constexpr UChar kReplacement = 0xFFFD;
  ucnv_cbToUWriteUChars(args, &kReplacement, 1, 0, status);
  ++*static_cast<std::uint64_t*>(const_cast<void*>(context));
}

class Converter {
 public:
  explicit Converter(const std::string& encoding) {
    UErrorCode status = U_ZERO_ERROR;
    converter_.reset(ucnv_open(encoding.c_str(), &status));
    ucnv_setToUCallBack(converter_.get(), replace_and_count, &replaced_, nullptr, nullptr, &status);
    if (U_FAILURE(status)) throw InputError("encoding '" + encoding + "' cannot be opened");
  }

  // Appends what `bytes` convert to; a character cut off at their end waits for more, or for `last`.
  void convert(std::string_view bytes, bool last, std::string& out) {
    const char* from = bytes.data();
    const char* end = from + bytes.size();
    UErrorCode status = U_BUFFER_OVERFLOW_ERROR;
    while (status == U_BUFFER_OVERFLOW_ERROR) {
      status = U_ZERO_ERROR;
      UChar* to = wide_.data();
      ucnv_toUnicode(converter_.get(), &to, wide_.data() + wide_.size(), &from, end, nullptr, last ? 1 : 0, &status);
      append(static_cast<std::size_t>(to - wide_.data()), out);
    }
    if (U_FAILURE(status)) throw InputError(std::string("text cannot be converted: ") + u_errorName(status));
  }

  std::uint64_t replaced() const { return replaced_; }

 private:
  // A pair of surrogates may be cut in two by the buffer's end.
  void append(std::size_t units, std::string& out) {
    for (std::size_t i = 0; i < units; ++i) {
      const UChar unit = wide_[i];
      if (U16_IS_LEAD(unit)) {
        high_ = unit;
      } else if (U16_IS_TRAIL(unit)) {
        text::append_utf8(out, static_cast<char32_t>(U16_GET_SUPPLEMENTARY(high_, unit)));
        high_ = 0;
      } else if (unit < 0x80) {
        out += static_cast<char>(unit);
      } else {
        text::append_utf8(out, unit);
      }
    }
  }

  std::unique_ptr<UConverter, void (*)(UConverter*)> converter_{nullptr, ucnv_close};
  std::array<UChar, 16384> wide_;
  UChar high_ = 0;  ///< a surrogate whose second half is to come
  std::uint64_t replaced_ = 0;
};

class ConvertingSource : public Utf8Source {
 public:
  ConvertingSource(std::unique_ptr<ByteSource> source, Encoding encoding)
      : source_(std::move(source)), encoding_(std::move(encoding)), converter_(encoding_.name) {}

  std::size_t read(char* out, std::size_t most) override {
    while (begin_ == text_.size()) {
      if (error_ != nullptr) std::rethrow_exception(error_);
      if (ended_) return 0;
      refill();
    }
    const std::size_t got = text_.copy(out, most, begin_);
    begin_ += got;
    return got;
  }

  std::uint64_t replaced() const override { return converter_.replaced(); }
  const Encoding& encoding() const override { return encoding_; }

 private:
  void refill() {
    text_.clear();
    begin_ = 0;
    std::size_t got = 0;
    try {
      got = source_->read(bytes_.data(), bytes_.size());
    } catch (...) {
      error_ = std::current_exception();  // once the character before it is out
    }
    ended_ = got == 0;
    const std::size_t mark = std::min(got, mark_);
    mark_ -= mark;
    converter_.convert(std::string_view(bytes_).substr(mark, got - mark), ended_, text_);
  }

  std::unique_ptr<ByteSource> source_;
  Encoding encoding_;
  std::size_t mark_ = encoding_.mark;  ///< of which so much is still to be skipped
  Converter converter_;
  std::string bytes_ = std::string(kPieceBytes, '\0');
  std::string text_;
  std::size_t begin_ = 0;  ///< of what is unread, in text_
  bool ended_ = false;
  std::exception_ptr error_;
};

class PassingSource : public Utf8Source {
 public:
  PassingSource(std::unique_ptr<ByteSource> source, Encoding encoding)
      : source_(std::move(source)), encoding_(std::move(encoding)) {}

  std::size_t read(char* out, std::size_t most) override {
    while (mark_ > 0) {
      std::array<char, 4> mark{};
      const std::size_t got = source_->read(mark.data(), std::min(mark_, mark.size()));
      if (got == 0) return 0;
      mark_ -= got;
    }
    return source_->read(out, most);
  }

  std::uint64_t replaced() const override { return 0; }
  const Encoding& encoding() const override { return encoding_; }

 private:
  std::unique_ptr<ByteSource> source_;
  Encoding encoding_;
  std::size_t mark_ = encoding_.mark;
};

}  // namespace

std::unique_ptr<Utf8Source> as_utf8(std::unique_ptr<ByteSource> source, const Encoding& encoding) {
  if (encoding.is_utf8()) return std::make_unique<PassingSource>(std::move(source), encoding);
  return std::make_unique<ConvertingSource>(std::move(source), encoding);
}

std::unique_ptr<Utf8Source> as_utf8(std::unique_ptr<ByteSource> source) {
  auto peekable = std::make_unique<PeekableSource>(std::move(source));
  const std::string_view head = peekable->peek(kEncodingHead);
  const Encoding encoding = detect_encoding(head, peekable->ended());
  return as_utf8(std::move(peekable), encoding);
}

std::string to_utf8(std::string_view text, const Encoding& encoding, std::uint64_t& replaced) {
  text.remove_prefix(std::min(encoding.mark, text.size()));
  if (encoding.is_utf8()) return std::string(text);
  std::string out;
  out.reserve(text.size() + text.size() / 2);
  Converter converter(encoding.name);
  converter.convert(text, true, out);
  replaced += converter.replaced();
  return out;
}

}  // namespace llmops::data
