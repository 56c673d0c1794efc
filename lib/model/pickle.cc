// The stack machine of a pickle, with the opcodes that containers, numbers, strings and calls need.
#include "model/pickle.h"

#include <fmt/format.h>

#include <cstring>
#include <unordered_map>

#include "core/error.h"
#include "model/pickle_bytes.h"
#include "model/pickle_names.h"
#include "text/utf8.h"

namespace llmops::model {

using Kind = PickleValue::Kind;

/// Four million values take half a gigabyte; a checkpoint has about thirty for each of its tensors.
constexpr std::size_t kMaxValues = std::size_t{1} << 22;
constexpr int kHighestProtocol = 5;

class PickleReader : PickleBytes {
 public:
  PickleReader(Pickle& pickle, std::span<const std::byte> bytes, std::uint64_t base)
      : PickleBytes(bytes, pickle.origin(), base), pickle_(pickle) {}

  void read() {
    if (number<std::uint8_t>() != 0x80) fail("not a pickle of protocol 2 or newer");
    if (const int version = number<std::uint8_t>(); version < 2 || version > kHighestProtocol)
      fail(fmt::format("pickle protocol {}, expected 2 to 5", version));
    while (true) {
      const int opcode = next_opcode();
      if (opcode == '.') break;
      if (!literal(opcode) && !container(opcode) && !memo(opcode) && !call(opcode)) {
        fail(fmt::format("pickle opcode 0x{:02x}, which weights do not need", opcode), "save them as safetensors");
      }
    }
    pickle_.root_ = pop();
    pickle_.size_ = position();
  }

 private:
  PickleValue& push(Kind kind) {
    if (pickle_.values_.size() >= kMaxValues) fail(fmt::format("more than {} values", kMaxValues));
    stack_.push_back(static_cast<std::uint32_t>(pickle_.values_.size()));
    PickleValue& value = pickle_.values_.emplace_back();
    value.kind = kind;
    value.offset = offset();
    return value;
  }

  std::size_t bottom() const { return marks_.empty() ? 0 : marks_.back(); }

  std::uint32_t pop() {
    if (stack_.size() <= bottom()) fail("the stack is empty");
    const std::uint32_t value = stack_.back();
    stack_.pop_back();
    return value;
  }

  std::uint32_t top() const {
    if (stack_.size() <= bottom()) fail("the stack is empty");
    return stack_.back();
  }

  /// The values above the last mark, which goes with them.
  std::vector<std::uint32_t> pop_marked() {
    if (marks_.empty()) fail("no mark on the stack");
    const auto first = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<std::uint32_t> values(first, stack_.end());
    stack_.erase(first, stack_.end());
    marks_.pop_back();
    return values;
  }

  PickleValue& top_of(Kind kind, const char* what) {
    PickleValue& value = pickle_.values_[top()];
    if (value.kind != kind) fail(fmt::format("expected {} on the stack", what));
    return value;
  }

  void push_text(std::uint64_t length) {
    const std::string_view text = take(length);
    if (!text::utf8_valid(text)) fail("a string that is not UTF-8");
    push(Kind::kText).text = text;
  }

  void push_integer(std::int64_t value) { push(Kind::kInteger).integer = value; }

  void push_bytes(std::uint64_t length) {
    const std::string_view bytes = take(length);
    push(Kind::kBytes).text = bytes;
  }

  /// Two's complement, little-endian, of any length.
  void push_long(std::uint64_t length) {
    const std::string_view bytes = take(length);
    if (length > sizeof(std::int64_t)) {
      push(Kind::kBytes).text = bytes;
      return;
    }
    std::uint64_t value = length > 0 && (bytes.back() & 0x80) != 0 ? ~std::uint64_t{0} : 0;
    std::memcpy(&value, bytes.data(), bytes.size());
    push_integer(static_cast<std::int64_t>(value));
  }

  void push_float() {
    const std::string_view bytes = take(sizeof(double));
    std::uint64_t bits = 0;
    for (const char byte : bytes) bits = bits << 8 | static_cast<unsigned char>(byte);  // the one big-endian field
    std::memcpy(&push(Kind::kFloat).number, &bits, sizeof bits);
  }

  bool literal(int opcode) {
    switch (opcode) {
      case 'N': push(Kind::kNone); return true;
      case 0x88: push(Kind::kBool).integer = 1; return true;
      case 0x89: push(Kind::kBool); return true;
      case 'J': push_integer(number<std::int32_t>()); return true;
      case 'K': push_integer(number<std::uint8_t>()); return true;
      case 'M': push_integer(number<std::uint16_t>()); return true;
      case 0x8a: push_long(number<std::uint8_t>()); return true;
      case 0x8b: push_long(number<std::uint32_t>()); return true;
      case 'G': push_float(); return true;
      case 'X': push_text(number<std::uint32_t>()); return true;
      case 0x8c: push_text(number<std::uint8_t>()); return true;
      case 0x8d: push_text(number<std::uint64_t>()); return true;
      case 'U': push_text(number<std::uint8_t>()); return true;  // Python 2's str: the names of old checkpoints
      case 'T': push_text(number<std::uint32_t>()); return true;
      case 'B': push_bytes(number<std::uint32_t>()); return true;
      case 'C': push_bytes(number<std::uint8_t>()); return true;
      case 0x8e: push_bytes(number<std::uint64_t>()); return true;
      default: return false;
    }
  }

  void push_tuple(std::size_t count) {
    std::vector<std::uint32_t> items(count);
    for (std::size_t i = count; i-- > 0;) items[i] = pop();
    push(Kind::kSequence).items = std::move(items);
  }

  void append(Kind kind, const char* what, const std::vector<std::uint32_t>& items) {
    if (kind == Kind::kDict && items.size() % 2 != 0) fail("a key without a value");
    PickleValue& parent = top_of(kind, what);
    parent.items.insert(parent.items.end(), items.begin(), items.end());
  }

  void append_last(Kind kind, const char* what, std::size_t count) {
    std::vector<std::uint32_t> items(count);
    for (std::size_t i = count; i-- > 0;) items[i] = pop();
    append(kind, what, items);
  }

  bool container(int opcode) {
    switch (opcode) {
      case '(': marks_.push_back(stack_.size()); return true;
      case '}': push(Kind::kDict); return true;
      case ']':
      case ')':
      case 0x8f: push(Kind::kSequence); return true;
      case 0x85: push_tuple(1); return true;
      case 0x86: push_tuple(2); return true;
      case 0x87: push_tuple(3); return true;
      case 't':
      case 'l': {
        std::vector<std::uint32_t> items = pop_marked();
        push(Kind::kSequence).items = std::move(items);
        return true;
      }
      case 'a': append_last(Kind::kSequence, "a list", 1); return true;
      case 'e':
      case 0x90: append(Kind::kSequence, "a list", pop_marked()); return true;
      case 's': append_last(Kind::kDict, "a dict", 2); return true;
      case 'u': append(Kind::kDict, "a dict", pop_marked()); return true;
      case '0': pop(); return true;
      case '1': pop_marked(); return true;
      default: return false;
    }
  }

  void recall(std::uint32_t key) {
    const auto found = memo_.find(key);
    if (found == memo_.end()) fail(fmt::format("memo {} was never set", key));
    stack_.push_back(found->second);
  }

  bool memo(int opcode) {
    switch (opcode) {
      case 'q': memo_[number<std::uint8_t>()] = top(); return true;
      case 'r': memo_[number<std::uint32_t>()] = top(); return true;
      case 0x94: memo_[static_cast<std::uint32_t>(memo_.size())] = top(); return true;
      case 'h': recall(number<std::uint8_t>()); return true;
      case 'j': recall(number<std::uint32_t>()); return true;
      case 0x95: take(sizeof(std::uint64_t)); return true;  // a frame: only says how much may be read ahead
      default: return false;
    }
  }

  void push_name(std::string_view module, std::string_view name) {
    const auto known = find_pickle_name(module, name);
    if (!known) {
      fail(fmt::format("the pickle names '{}.{}', which is neither a tensor nor a part of one",
                       text::utf8_repair(module), text::utf8_repair(name)),
           "pickles can run code, so nothing else is read; save the weights as safetensors");
    }
    push(Kind::kName).name = *known;
  }

  /// A dict stays one to which items are added; a size is its sequence; the rest is told by what reads the pickle.
  void push_call() {
    const std::uint32_t arguments = pop(), function = pop();
    if (pickle_.values_[arguments].kind != Kind::kSequence) fail("the arguments of a call are not a tuple");
    if (pickle_.values_[function].kind != Kind::kName) fail("a call of something that is not a name");
    const PickleName name = pickle_.values_[function].name;
    if (storage_dtype(name)) fail("a call of a storage class");
    if (name == PickleName::kOrderedDict) {
      if (!pickle_.values_[arguments].items.empty()) fail("an OrderedDict with arguments");
      push(Kind::kDict);
    } else {
      push(Kind::kCall).items = {function, arguments};
    }
  }

  bool call(int opcode) {
    switch (opcode) {
      case 'c': {
        const std::string_view module = line();
        push_name(module, line());
        return true;
      }
      case 0x93: {
        const std::uint32_t name = pop(), module = pop();
        const PickleValue &m = pickle_.values_[module], &n = pickle_.values_[name];
        if (m.kind != Kind::kText || n.kind != Kind::kText) fail("a name that is not a string");
        push_name(m.text, n.text);
        return true;
      }
      case 'R':
      case 0x81: push_call(); return true;
      case 'Q': {
        const std::uint32_t identity = pop();
        push(Kind::kPersistent).items = {identity};
        return true;
      }
      case 'b':  // the attributes of a state dict (its `_metadata`): no part of the weights
        pop();
        top_of(Kind::kDict, "a dict");
        return true;
      default: return false;
    }
  }

  Pickle& pickle_;
  std::vector<std::uint32_t> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint32_t, std::uint32_t> memo_;
};

Pickle::Pickle(std::span<const std::byte> bytes, const std::string& origin, std::uint64_t base) : origin_(origin) {
  PickleReader(*this, bytes, base).read();
}

const PickleValue& Pickle::item(const PickleValue& parent, std::size_t index, Kind kind) const {
  if (index >= parent.items.size()) fail(parent, fmt::format("{} items, expected more", parent.items.size()));
  const PickleValue& value = values_[parent.items[index]];
  if (value.kind != kind) fail(value, fmt::format("item {} is of another kind than expected", index));
  return value;
}

void Pickle::fail(const PickleValue& value, const std::string& message) const {
  throw InputError(fmt::format("{}: offset {}: {}", origin_, value.offset, message));
}

}  // namespace llmops::model
