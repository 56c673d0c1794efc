// Steps of a pre-tokenizer that do more than cut, or cut by more than a pattern.
#include "text/pipeline/pre_tokenizer_steps.h"

#include <fmt/format.h>

#include "core/error.h"
#include "text/bpe/byte_alphabet.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::text {
namespace {

std::uint32_t input_begin(const AlignedText& text, const Word& word) {
  return static_cast<std::uint32_t>(input_range(text, word.range.begin, word.range.end).begin);
}

class SplitWords : public PreTokenizerStep {
 public:
  explicit SplitWords(WordSplitter splitter) : splitter_(std::move(splitter)) {}

  void apply(WordedText& worded) const override {
    std::vector<Word> out;
    for (const Word& word : worded.words) {
      const std::size_t first = out.size();
      splitter_.split(std::string_view(worded.text.text).substr(word.range.begin, word.range.size()), out);
      for (std::size_t i = first; i < out.size(); ++i) {
        out[i].range.begin += word.range.begin;
        out[i].range.end += word.range.begin;
      }
    }
    worded.words = std::move(out);
  }

 private:
  WordSplitter splitter_;
};

class Metaspace : public PreTokenizerStep {
 public:
  Metaspace(const Json& rule, const std::string& where) {
    replacement_ = json_get_or<std::string>(rule, "replacement", "\u2581", where);
    split_ = json_get_or(rule, "split", true, where);
    const bool add = json_get_or(rule, "add_prefix_space", true, where);
    const auto scheme = json_get_or<std::string>(rule, "prepend_scheme", add ? "always" : "never", where);
    if (scheme != "always" && scheme != "first" && scheme != "never") {
      throw InputError(fmt::format("{}: 'prepend_scheme' is '{}'", where, scheme), "one of always, first, never");
    }
    if (replacement_.empty()) throw InputError(where + ": 'replacement' is empty");
    prepend_ = scheme != "never";
    first_only_ = scheme == "first";
  }

  void apply(WordedText& worded) const override {
    WordedText out;
    for (const Word& word : worded.words) append_word(worded.text, word, out);
    worded = std::move(out);
  }

 private:
  void append_word(const AlignedText& text, const Word& word, WordedText& out) const {
    const std::size_t begin = out.text.text.size();
    const std::string_view bytes = std::string_view(text.text).substr(word.range.begin, word.range.size());
    const std::uint32_t from = input_begin(text, word);
    const bool has_one = bytes.starts_with(' ') || bytes.starts_with(replacement_);
    if (prepend_ && !has_one && !bytes.empty() && (!first_only_ || from == 0))
      out.text.append(replacement_, from, from);
    for (std::size_t i = word.range.begin; i < word.range.end; ++i) {
      if (text.text[i] == ' ') {
        out.text.append(replacement_, text.begin[i], text.end[i]);
      } else {
        out.text.append_from(text, i, 1);
      }
    }
    cut(begin, out);
  }

  void cut(std::size_t begin, WordedText& out) const {
    const std::string& text = out.text.text;
    while (split_ && begin < text.size()) {
      const std::size_t next = text.find(replacement_, begin + 1);
      if (next == std::string::npos) break;
      out.words.push_back({{begin, next}, false});
      begin = next;
    }
    if (begin < text.size()) out.words.push_back({{begin, text.size()}, false});
  }

  std::string replacement_;
  bool prepend_ = true;
  bool first_only_ = false;  // only where the word begins the text
  bool split_ = true;
};

class ByteLevelWords : public PreTokenizerStep {
 public:
  ByteLevelWords(const Json& rule, const std::string& where)
      : add_space_(json_get_or(rule, "add_prefix_space", true, where)) {
    if (!json_get_or(rule, "use_regex", true, where)) return;
    const Json words = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}};
    words_ = make_split_step(make_word_splitter(words, where));
  }

  void apply(WordedText& worded) const override {
    if (add_space_) add_spaces(worded);
    if (words_ != nullptr) words_->apply(worded);
    WordedText out;
    for (const Word& word : worded.words) {
      const std::size_t begin = out.text.text.size();
      for (std::size_t i = word.range.begin; i < word.range.end; ++i) {
        const std::string letter = bytes_to_alphabet(std::string_view(worded.text.text).substr(i, 1));
        out.text.append(letter, worded.text.begin[i], worded.text.end[i]);
      }
      out.words.push_back({{begin, out.text.text.size()}, false});
    }
    worded = std::move(out);
  }

 private:
  void add_spaces(WordedText& worded) const {
    WordedText out;
    for (const Word& word : worded.words) {
      const std::size_t begin = out.text.text.size();
      const std::uint32_t from = input_begin(worded.text, word);
      if (worded.text.text[word.range.begin] != ' ') out.text.append(" ", from, from);
      out.text.append_from(worded.text, word.range.begin, word.range.size());
      out.words.push_back({{begin, out.text.text.size()}, false});
    }
    worded = std::move(out);
  }

  bool add_space_;
  std::unique_ptr<PreTokenizerStep> words_;
};

class Scripts : public PreTokenizerStep {
 public:
  void apply(WordedText& worded) const override {
    std::vector<Word> out;
    for (const Word& word : worded.words) {
      std::optional<int> last;
      std::size_t begin = word.range.end;
      for (std::size_t at = word.range.begin; at < word.range.end;) {
        const Utf8Step step = utf8_step(worded.text.text, at);
        const int script = script_of(step.code_point);
        if (script != kAnyScript && last != script) {
          if (last) out.push_back({{begin, at}, false});
          begin = at;
          last = script;
        }
        at += step.length;
      }
      if (begin < word.range.end) out.push_back({{begin, word.range.end}, false});
    }
    worded.words = std::move(out);
  }
};

}  // namespace

std::unique_ptr<PreTokenizerStep> make_split_step(WordSplitter splitter) {
  return std::make_unique<SplitWords>(std::move(splitter));
}
std::unique_ptr<PreTokenizerStep> make_metaspace_step(const Json& rule, const std::string& where) {
  return std::make_unique<Metaspace>(rule, where);
}
std::unique_ptr<PreTokenizerStep> make_byte_level_step(const Json& rule, const std::string& where) {
  return std::make_unique<ByteLevelWords>(rule, where);
}
std::unique_ptr<PreTokenizerStep> make_scripts_step() { return std::make_unique<Scripts>(); }

}  // namespace llmops::text
