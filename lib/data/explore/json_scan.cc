// A checker of JSON that notes where the members of the outermost value lie.
#include "data/explore/json_scan.h"

#include <array>
#include <cstring>

#include "text/utf8.h"

namespace llmops::data::explore {
namespace {

constexpr int kMaxDepth = 512;
constexpr std::uint64_t kOnes = 0x0101010101010101ULL, kHighs = 0x8080808080808080ULL;

constexpr std::uint64_t zero_bytes(std::uint64_t x) { return (x - kOnes) & ~x & kHighs; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Four hexadecimal digits at the beginning, or -1.
int code_unit(std::string_view text) {
  if (text.size() < 4) return -1;
  int value = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = hex_digit(text[static_cast<std::size_t>(i)]);
    if (digit < 0) return -1;
    value = value << 4 | digit;
  }
  return value;
}

constexpr bool is_high_surrogate(int unit) { return unit >= 0xD800 && unit < 0xDC00; }
constexpr bool is_low_surrogate(int unit) { return unit >= 0xDC00 && unit < 0xE000; }

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
  }
  bool take(char c) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool at_end() {
    skip_space();
    return at_ == text_.size();
  }

  bool string(std::string_view& raw, bool& escaped);
  bool value(JsonField& field, int depth);
  bool members(char open, char close, bool keyed, std::vector<JsonField>* out, int depth);

 private:
  bool escape();
  bool literal(std::string_view word);
  bool number();
  bool digits();

  std::string_view text_;
  std::size_t at_ = 0;
};

bool Scanner::escape() {
  if (++at_ >= text_.size()) return false;
  const char c = text_[at_++];
  if (c != 'u') return std::strchr("\"\\/bfnrt", c) != nullptr && c != '\0';
  const int unit = code_unit(text_.substr(at_));
  if (unit < 0 || is_low_surrogate(unit)) return false;
  at_ += 4;
  if (!is_high_surrogate(unit)) return true;
  if (text_.substr(at_, 2) != "\\u" || !is_low_surrogate(code_unit(text_.substr(at_ + 2)))) return false;
  at_ += 6;
  return true;
}

bool Scanner::string(std::string_view& raw, bool& escaped) {
  if (!take('"')) return false;
  const std::size_t begin = at_;
  escaped = false;
  while (at_ < text_.size()) {
    // Eight bytes at a time until one is a quote, a backslash or a control character.
    while (at_ + 8 <= text_.size()) {
      std::uint64_t x = 0;
      std::memcpy(&x, text_.data() + at_, 8);
      const std::uint64_t control = (x - kOnes * 0x20) & ~x & kHighs;
      if ((zero_bytes(x ^ kOnes * '"') | zero_bytes(x ^ kOnes * '\\') | control) != 0) break;
      at_ += 8;
    }
    if (at_ >= text_.size()) return false;
    const char c = text_[at_];
    if (c == '"') {
      raw = text_.substr(begin, at_++ - begin);
      return true;
    }
    if (c == '\\') {
      escaped = true;
      if (!escape()) return false;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      return false;
    } else {
      ++at_;
    }
  }
  return false;
}

bool Scanner::literal(std::string_view word) {
  if (text_.substr(at_, word.size()) != word) return false;
  at_ += word.size();
  return true;
}

bool Scanner::digits() {
  const std::size_t begin = at_;
  while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
  return at_ > begin;
}

bool Scanner::number() {
  if (text_[at_] == '-') ++at_;
  const std::size_t whole = at_;
  if (!digits() || (text_[whole] == '0' && at_ - whole > 1)) return false;
  if (at_ < text_.size() && text_[at_] == '.') {
    ++at_;
    if (!digits()) return false;
  }
  if (at_ < text_.size() && (text_[at_] | 0x20) == 'e') {
    ++at_;
    if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
    return digits();
  }
  return true;
}

bool Scanner::value(JsonField& field, int depth) {
  skip_space();
  if (at_ >= text_.size() || depth > kMaxDepth) return false;
  const std::size_t begin = at_;
  bool good = false;
  switch (text_[at_]) {
    case '"': field.kind = JsonKind::kString; return string(field.raw, field.escaped);
    case '{':
      field.kind = JsonKind::kObject;
      good = members('{', '}', true, nullptr, depth);
      break;
    case '[':
      field.kind = JsonKind::kArray;
      good = members('[', ']', false, nullptr, depth);
      break;
    case 't':
    case 'f':
      field.kind = JsonKind::kBool;
      good = literal(text_[at_] == 't' ? "true" : "false");
      break;
    case 'n':
      field.kind = JsonKind::kNull;
      good = literal("null");
      break;
    default: field.kind = JsonKind::kNumber; good = number();
  }
  field.raw = text_.substr(begin, at_ - begin);
  return good;
}

// The whole of an object or a list; `out`, where it is wanted, gets its members.
bool Scanner::members(char open, char close, bool keyed, std::vector<JsonField>* out, int depth) {
  if (!take(open)) return false;
  if (take(close)) return true;
  do {
    JsonField field;
    bool key_escaped = false;
    if (keyed && (!string(field.key, key_escaped) || !take(':'))) return false;
    if (!value(field, depth + 1)) return false;
    if (out != nullptr) out->push_back(field);
  } while (take(','));
  return take(close);
}

bool scan_whole(std::string_view text, char open, char close, bool keyed, std::vector<JsonField>& out) {
  out.clear();
  Scanner scanner(text);
  return scanner.members(open, close, keyed, &out, 1) && scanner.at_end();
}

char control_of(char letter) {
  switch (letter) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return letter;
  }
}

}  // namespace

const char* json_kind_name(JsonKind kind) {
  constexpr std::array<const char*, kJsonKinds> kNames = {"null", "bool", "number", "string", "list", "object"};
  return kNames[static_cast<std::size_t>(kind)];
}

bool JsonField::empty() const {
  switch (kind) {
    case JsonKind::kNull: return true;
    case JsonKind::kString: return raw.empty();
    case JsonKind::kArray:
    case JsonKind::kObject: return raw.find_first_not_of(" \t\r\n", 1) == raw.size() - 1;
    default: return false;
  }
}

bool JsonField::is(std::string_view name) const {
  if (key.find('\\') == std::string_view::npos) return key == name;
  std::string spelled;
  unescape(key, spelled);
  return spelled == name;
}

bool scan_object(std::string_view line, std::vector<JsonField>& fields) {
  return scan_whole(line, '{', '}', true, fields);
}
bool scan_list(std::string_view raw, std::vector<JsonField>& items) { return scan_whole(raw, '[', ']', false, items); }

void unescape(std::string_view raw, std::string& out) {
  for (std::size_t at = 0; at < raw.size();) {
    const std::size_t slash = std::min(raw.find('\\', at), raw.size());
    out.append(raw.substr(at, slash - at));
    if (slash + 1 >= raw.size()) return;
    at = slash + 2;
    if (raw[slash + 1] != 'u') {
      out += control_of(raw[slash + 1]);
      continue;
    }
    const int unit = code_unit(raw.substr(at));
    auto code_point = static_cast<char32_t>(unit < 0 ? 0xFFFD : unit);
    at = std::min(at + 4, raw.size());
    if (is_high_surrogate(unit)) {
      const int low = code_unit(raw.substr(std::min(at + 2, raw.size())));
      code_point = 0x10000 + static_cast<char32_t>((unit - 0xD800) << 10 | ((low - 0xDC00) & 0x3FF));
      at = std::min(at + 6, raw.size());
    }
    text::append_utf8(out, code_point);
  }
}

std::string field_text(const JsonField& field) {
  if (!field.escaped) return std::string(field.raw);
  std::string out;
  unescape(field.raw, out);
  return out;
}

const JsonField* find_field(const std::vector<JsonField>& fields, std::string_view name) {
  for (const JsonField& field : fields) {
    if (field.is(name)) return &field;
  }
  return nullptr;
}

}  // namespace llmops::data::explore
