// The Precompiled normalizer of tokenizer.json: SentencePiece's rules, applied to one grapheme at a time.
#include "text/normalize/precompiled.h"

#include <fmt/format.h>
#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include "core/error.h"
#include "text/normalize/charsmap.h"
#include "text/utf8.h"

namespace llmops::text {
namespace {

// Graphemes of this many bytes or more are taken character by character, as in the reference.
constexpr std::size_t kLongGrapheme = 6;

// Ends of the graphemes of a text.
class Graphemes {
 public:
  explicit Graphemes(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    iterator_.reset(icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
    text_ = utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status);
    if (U_SUCCESS(status)) iterator_->setText(text_, status);
    if (U_FAILURE(status)) throw InputError("the Unicode library has no data of graphemes");
    iterator_->first();
  }
  ~Graphemes() { utext_close(text_); }
  Graphemes(const Graphemes&) = delete;
  Graphemes& operator=(const Graphemes&) = delete;

  std::size_t next() { return static_cast<std::size_t>(iterator_->next()); }

 private:
  std::unique_ptr<icu::BreakIterator> iterator_;
  UText* text_ = nullptr;
};

class Precompiled : public Normalizer {
 public:
  Precompiled(std::string_view charsmap, const std::string& origin) : charsmap_(charsmap, origin) {}

  void apply(AlignedText& text) const override {
    if (charsmap_.empty() || text.text.empty()) return;
    AlignedText out;
    Graphemes graphemes(text.text);
    for (std::size_t begin = 0; begin < text.text.size();) {
      const std::size_t end = graphemes.next();
      if (end - begin >= kLongGrapheme || !replace(text, begin, end, out)) append_characters(text, begin, end, out);
      begin = end;
    }
    text = std::move(out);
  }

 private:
  // The rule for the shortest beginning stands for all of it: published models were converted with this in mind.
  bool replace(const AlignedText& text, std::size_t begin, std::size_t end, AlignedText& out) const {
    const auto match = charsmap_.shortest(std::string_view(text.text).substr(begin, end - begin));
    if (!match) return false;
    out.append(match->replacement, text.begin[begin], text.end[end - 1]);
    return true;
  }

  void append_characters(const AlignedText& text, std::size_t begin, std::size_t end, AlignedText& out) const {
    for (std::size_t at = begin; at < end;) {
      const std::size_t length = std::min(utf8_step(text.text, at).length, end - at);
      if (!replace(text, at, at + length, out)) out.append_from(text, at, length);
      at += length;
    }
  }

  Charsmap charsmap_;
};

}  // namespace

std::unique_ptr<Normalizer> make_precompiled(std::string_view charsmap, const std::string& origin) {
  return std::make_unique<Precompiled>(charsmap, origin);
}

}  // namespace llmops::text
