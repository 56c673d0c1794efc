// Normalizers that add, replace or cut text.
#include "text/normalize/edits.h"

#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::text {
namespace {

class Prepend : public Normalizer {
 public:
  explicit Prepend(std::string bytes) : bytes_(std::move(bytes)) {}
  bool leaves(std::string_view text) const override { return text.empty(); }
  void apply(AlignedText& text) const override {
    if (!text.text.empty()) prepend(text, bytes_, text.begin.front());
  }

 private:
  std::string bytes_;
};

class Append : public Normalizer {
 public:
  explicit Append(std::string bytes) : bytes_(std::move(bytes)) {}
  bool leaves(std::string_view text) const override { return text.empty(); }
  void apply(AlignedText& text) const override {
    if (!text.text.empty()) text.append(bytes_, text.end.back(), text.end.back());
  }

 private:
  std::string bytes_;
};

class Replace : public Normalizer {
 public:
  Replace(Regex pattern, std::string content) : pattern_(std::move(pattern)), content_(std::move(content)) {}

  void apply(AlignedText& text) const override {
    std::vector<Range> matches;
    pattern_.find_all(text.text, matches, /*with_empty=*/true);
    if (matches.empty()) return;
    AlignedText out;
    std::size_t at = 0;
    for (const Range& match : matches) {
      out.append_from(text, at, match.begin - at);
      const Range input = input_range(text, match.begin, match.end);
      out.append(content_, static_cast<std::uint32_t>(input.begin), static_cast<std::uint32_t>(input.end));
      at = match.end;
    }
    out.append_from(text, at, text.text.size() - at);
    text = std::move(out);
  }

 private:
  Regex pattern_;
  std::string content_;
};

class Strip : public Normalizer {
 public:
  Strip(bool left, bool right) : left_(left), right_(right) {}

  void apply(AlignedText& text) const override {
    std::size_t begin = text.text.size();  // of the first character that is no white space
    std::size_t end = 0;                   // behind the last
    for (std::size_t at = 0; at < text.text.size();) {
      const Utf8Step step = utf8_step(text.text, at);
      if (!step.valid || !is_white_space(step.code_point)) {
        begin = std::min(begin, at);
        end = at + step.length;
      }
      at += step.length;
    }
    if (!left_) begin = 0;
    if (!right_) end = text.text.size();
    AlignedText out;
    if (begin < end) out.append_from(text, begin, end - begin);
    text = std::move(out);
  }

 private:
  bool left_;
  bool right_;
};

}  // namespace

std::unique_ptr<Normalizer> make_prepend(std::string bytes) { return std::make_unique<Prepend>(std::move(bytes)); }
std::unique_ptr<Normalizer> make_append(std::string bytes) { return std::make_unique<Append>(std::move(bytes)); }
std::unique_ptr<Normalizer> make_replace(Regex pattern, std::string content) {
  return std::make_unique<Replace>(std::move(pattern), std::move(content));
}
std::unique_ptr<Normalizer> make_strip(bool left, bool right) { return std::make_unique<Strip>(left, right); }

}  // namespace llmops::text
