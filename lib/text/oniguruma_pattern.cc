// Patterns written for Oniguruma, which tokenizer files use, as PCRE2 reads them.
#include "text/oniguruma_pattern.h"

#include <unicode/uchar.h>

#include <cctype>
#include <vector>

namespace llmops::text {
namespace {

constexpr int kMaxDepth = 50;  // of classes in classes

struct ClassEscape {
  char letter;
  const char* members;  // as they stand in a class
};
// \w takes the superscripts and fractions of Latin-1 too.
constexpr ClassEscape kClassEscapes[] = {
    {'s', "\\p{White_Space}"},
    {'w', "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Nl}\\p{Pc}\\x{B2}\\x{B3}\\x{B9}\\x{BC}-\\x{BE}"},
    {'h', "0-9a-fA-F"},
};

const char* members_of(char letter) {
  for (const ClassEscape& escape : kClassEscapes) {
    if (escape.letter == std::tolower(static_cast<unsigned char>(letter))) return escape.members;
  }
  return nullptr;
}

bool is_script(const std::string& name) {
  return name.size() > 2 && u_getPropertyValueEnum(UCHAR_SCRIPT, name.c_str()) != UCHAR_INVALID_CODE &&
         u_getPropertyEnum(name.c_str()) == UCHAR_INVALID_CODE;
}

class Translator {
 public:
  explicit Translator(std::string_view pattern) : pattern_(pattern) {}

  std::string run() {
    while (!done()) step();
    return out_;
  }

 private:
  bool done(std::size_t ahead = 0) const { return at_ + ahead >= pattern_.size(); }
  char peek(std::size_t ahead = 0) const { return done(ahead) ? '\0' : pattern_[at_ + ahead]; }
  bool looking_at(std::string_view text) const { return pattern_.substr(at_).starts_with(text); }

  void step() {
    const char c = peek();
    if (c == '(') {
      groups_.push_back(out_.size());
      out_ += c;
      ++at_;
      if (peek() == '?') options();
    } else if (c == ')') {
      if (!groups_.empty()) {
        atom_ = groups_.back();
        groups_.pop_back();
      }
      out_ += c;
      ++at_;
    } else if (c == '{' && interval()) {
      return;
    } else if (c == '*' || c == '+' || c == '?' || c == '|') {
      out_ += c;
      ++at_;
    } else {
      atom_ = out_.size();
      out_ += c == '[' ? character_class(0) : c == '\\' ? escape() : std::string(1, pattern_[at_++]);
    }
  }

  // (?im-x) or (?im-x: with Oniguruma's m, which lets a dot match a newline.
  void options() {
    std::size_t end = at_ + 1;
    while (end < pattern_.size() && std::string_view("imx-").find(pattern_[end]) != std::string_view::npos) ++end;
    if (end == pattern_.size() || (pattern_[end] != ':' && pattern_[end] != ')')) return;
    for (; at_ < end; ++at_) out_ += pattern_[at_] == 'm' ? 's' : pattern_[at_];
  }

  // {n}, {n,}, {,m} or {n,m}; a + behind it repeats it. False for a brace that is none of these.
  bool interval() {
    const std::size_t close = pattern_.find('}', at_);
    if (close == std::string_view::npos || close == at_ + 1) return false;
    std::string inner(pattern_.substr(at_ + 1, close - at_ - 1));
    if (inner == "," || inner.find_first_not_of("0123456789,") != std::string::npos) return false;
    if (inner[0] == ',') inner.insert(0, 1, '0');
    out_ += '{' + inner + '}';
    at_ = close + 1;
    if (peek() == '+') {
      ++at_;
      out_.insert(atom_, "(?:");
      out_ += ")+";
    }
    return true;
  }

  std::string escape() {
    const char letter = peek(1);
    if (const char* members = members_of(letter)) {
      at_ += 2;
      return (std::isupper(static_cast<unsigned char>(letter)) ? "[^" : "[") + std::string(members) + ']';
    }
    return plain_escape();
  }

  std::string plain_escape() {
    const std::size_t begin = at_;
    at_ += done(1) ? 1 : 2;
    if (at_ == begin + 2 && pattern_[begin + 1] == 'u' && !done(3)) {
      at_ += 4;
      return "\\x{" + std::string(pattern_.substr(begin + 2, 4)) + '}';
    }
    if (at_ == begin + 2 && peek() == '{') {  // \p{L}, \x{41}
      const std::size_t close = pattern_.find('}', at_);
      if (close == std::string_view::npos) return std::string(pattern_.substr(begin, at_ - begin));
      at_ = close + 1;
      const std::string name(pattern_.substr(begin + 3, close - begin - 3));
      const bool negated = name.starts_with('^');
      // By its name alone a script is its characters in one, and those of its extensions in the other.
      if (is_script(name.substr(negated ? 1 : 0))) {
        return std::string(pattern_.substr(begin, 3)) + (negated ? "^sc:" : "sc:") + name.substr(negated ? 1 : 0) + '}';
      }
    }
    return std::string(pattern_.substr(begin, at_ - begin));
  }

  // One side of &&: members written out, and classes within.
  struct Operand {
    std::string members;
    std::vector<std::string> nested;
    std::string pattern() const {
      std::string text = members.empty() ? "" : '[' + members + ']';
      for (const std::string& inner : nested) text += (text.empty() ? "" : "|") + inner;
      return nested.empty() || (members.empty() && nested.size() == 1) ? text : "(?:" + text + ')';
    }
  };

  std::string character_class(int depth) {
    ++at_;
    const bool negated = peek() == '^';
    if (negated) ++at_;
    std::vector<Operand> operands(1);
    if (peek() == ']') {
      operands[0].members = "\\]";
      ++at_;
    }
    while (!done() && peek() != ']') class_item(operands, depth);
    const bool closed = !done();
    if (closed) ++at_;
    if (!closed || (operands.size() == 1 && operands[0].nested.empty())) {
      return (negated ? "[^" : "[") + operands[0].members + (closed ? "]" : "");
    }
    std::string text;
    for (std::size_t i = 0; i + 1 < operands.size(); ++i) text += "(?=" + operands[i].pattern() + ')';
    text += operands.back().pattern();
    return negated ? "(?:(?!" + text + ")(?s:.))" : "(?:" + text + ')';
  }

  void class_item(std::vector<Operand>& operands, int depth) {
    Operand& operand = operands.back();
    if (looking_at("&&")) {
      operands.emplace_back();
      at_ += 2;
    } else if (looking_at("[:") && pattern_.find(":]", at_) != std::string_view::npos) {
      const std::size_t end = pattern_.find(":]", at_) + 2;
      operand.members += pattern_.substr(at_, end - at_);
      at_ = end;
    } else if (peek() == '[' && depth < kMaxDepth) {
      operand.nested.push_back(character_class(depth + 1));
    } else if (peek() == '\\' && members_of(peek(1)) != nullptr) {
      if (std::isupper(static_cast<unsigned char>(peek(1)))) {
        operand.nested.push_back(escape());
      } else {
        operand.members += members_of(peek(1));
        at_ += 2;
      }
    } else if (peek() == '\\') {
      operand.members += plain_escape();
    } else {
      operand.members += pattern_[at_++];
    }
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
  std::string out_;
  std::vector<std::size_t> groups_;  // where the open ones begin in out_
  std::size_t atom_ = 0;             // where in out_ begins what a quantifier would repeat
};

}  // namespace

std::string oniguruma_to_pcre2(std::string_view pattern) { return Translator(pattern).run(); }

}  // namespace llmops::text
