// Steps through a fastText model's bytes; whatever the file claims is checked against what is there.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace llmops::data {

/// Little-endian, as fastText writes on every machine it runs on. Results of take() and word() point into the bytes.
class FastTextBytes {
 public:
  FastTextBytes(std::string_view bytes, std::string origin) : rest_(bytes), origin_(std::move(origin)) {}

  /// @param what  names the field in an error
  template <typename T>
  T number(const char* what) {
    T value;
    const std::string_view taken = take(1, sizeof(T), what);
    std::memcpy(&value, taken.data(), taken.size());
    return value;
  }

  /// A count that `each` bytes per element bound by what is left of the file.
  template <typename T>
  std::uint64_t count(const char* what, std::uint64_t each) {
    const T value = number<T>(what);
    check(value >= 0 && static_cast<std::uint64_t>(value) <= rest_.size() / each, what);
    return static_cast<std::uint64_t>(value);
  }

  std::string_view take(std::uint64_t elements, std::uint64_t size, const char* what) {
    check(elements <= rest_.size() / size, what);
    const std::string_view taken = rest_.substr(0, elements * size);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  /// Up to the next zero byte, which is skipped.
  std::string_view word() {
    const std::size_t end = rest_.find('\0');
    check(end != std::string_view::npos, "a word");
    const std::string_view taken = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return taken;
  }

  /// @throws InputError  "lid.bin: not a usable fastText model: WHAT does not fit" unless `ok`
  void check(bool ok, const char* what) const {
    if (!ok) fail(std::string(what) + " does not fit");
  }
  [[noreturn]] void fail(const std::string& why) const;

 private:
  std::string_view rest_;
  std::string origin_;
};

/// A float at any address: what follows the words in a file is not aligned.
inline float float_at(const char* bytes, std::size_t index) {
  float value;
  std::memcpy(&value, bytes + index * sizeof(float), sizeof(float));
  return value;
}

}  // namespace llmops::data
