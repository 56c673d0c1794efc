#include "model/gguf.h"

#include <fmt/format.h>

#include <limits>
#include <type_traits>

#include "core/error.h"
#include "core/spelling.h"
#include "model/gguf_state.h"

namespace llmops::model {
namespace {

template <typename T>
constexpr bool kIsInteger = std::is_integral_v<T> && !std::is_same_v<T, bool>;

[[noreturn]] void throw_kind(const Gguf& gguf, const std::string& key, const char* expected) {
  throw InputError(fmt::format("{}: key '{}' is not {}", gguf.path().string(), key, expected));
}

const GgufValue& require(const Gguf& gguf, const std::string& key) {
  if (const GgufValue* value = gguf.find(key)) return *value;
  std::vector<std::string> known;
  for (const GgufKey& other : gguf.keys()) known.push_back(other.name);
  throw InputError(fmt::format("{}: key '{}' is missing", gguf.path().string(), key), did_you_mean(key, known));
}

const GgufArray& require_array(const Gguf& gguf, const std::string& key) {
  const auto* array = std::get_if<std::shared_ptr<const GgufArray>>(&require(gguf, key));
  if (array == nullptr) throw_kind(gguf, key, "an array");
  return **array;
}

std::int64_t to_integer(const Gguf& gguf, const std::string& key, const GgufValue& value) {
  return std::visit(
      [&](const auto& held) -> std::int64_t {
        using T = std::decay_t<decltype(held)>;
        if constexpr (kIsInteger<T>) {
          if (std::is_same_v<T, std::uint64_t> &&
              static_cast<std::uint64_t>(held) > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
            throw_kind(gguf, key, "within 63 bits");
          }
          return static_cast<std::int64_t>(held);
        } else {
          throw_kind(gguf, key, "an integer");
        }
      },
      value);
}

double to_number(const Gguf& gguf, const std::string& key, const GgufValue& value) {
  return std::visit(
      [&](const auto& held) -> double {
        using T = std::decay_t<decltype(held)>;
        if constexpr (kIsInteger<T> || std::is_floating_point_v<T>) {
          return static_cast<double>(held);
        } else {
          throw_kind(gguf, key, "a number");
        }
      },
      value);
}

}  // namespace

void Gguf::State::set_keys(std::vector<GgufKey> list) {
  keys = std::move(list);
  for (std::size_t i = 0; i < keys.size(); ++i) key_by_name.emplace(keys[i].name, i);
}

void Gguf::State::add_tensor(TensorView view) {
  if (!tensor_by_name.emplace(view.name, tensors.size()).second) {
    throw InputError(fmt::format("{}: tensor '{}' stands twice", file.path().string(), view.name));
  }
  tensors.push_back(std::move(view));
}

const std::vector<GgufKey>& Gguf::keys() const { return state_->keys; }
const std::vector<TensorView>& Gguf::tensors() const { return state_->tensors; }
const std::filesystem::path& Gguf::path() const { return state_->file.path(); }

const GgufValue* Gguf::find(const std::string& key) const {
  const auto found = state_->key_by_name.find(key);
  return found == state_->key_by_name.end() ? nullptr : &state_->keys[found->second].value;
}

const TensorView* Gguf::find_tensor(const std::string& name) const {
  const auto found = state_->tensor_by_name.find(name);
  return found == state_->tensor_by_name.end() ? nullptr : &state_->tensors[found->second];
}

std::int64_t Gguf::integer(const std::string& key) const { return to_integer(*this, key, require(*this, key)); }
double Gguf::number(const std::string& key) const { return to_number(*this, key, require(*this, key)); }

std::string Gguf::string(const std::string& key) const {
  const auto* text = std::get_if<std::string>(&require(*this, key));
  if (text == nullptr) throw_kind(*this, key, "a string");
  return *text;
}

std::vector<std::string> Gguf::strings(const std::string& key) const {
  std::vector<std::string> out;
  for (const GgufValue& value : require_array(*this, key).values) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) throw_kind(*this, key, "an array of strings");
    out.push_back(*text);
  }
  return out;
}

std::vector<std::int64_t> Gguf::integers(const std::string& key) const {
  std::vector<std::int64_t> out;
  for (const GgufValue& value : require_array(*this, key).values) out.push_back(to_integer(*this, key, value));
  return out;
}

std::vector<float> Gguf::floats(const std::string& key) const {
  std::vector<float> out;
  for (const GgufValue& value : require_array(*this, key).values)
    out.push_back(static_cast<float>(to_number(*this, key, value)));
  return out;
}

}  // namespace llmops::model
