// Writing GGUF v3: header, keys and tensor table first, then the tensors one by one, each made when its turn comes.
#include <fmt/format.h>

#include <string_view>
#include <type_traits>
#include <unordered_set>

#include "core/error.h"
#include "core/files.h"
#include "model/gguf.h"
#include "model/gguf_types.h"

namespace llmops::model {
namespace {

constexpr std::size_t kMaxTensorName = 63;  // llama.cpp keeps 64 bytes with the terminating zero

class Buffer {
 public:
  template <typename T>
  void number(T value) {
    text_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void string(std::string_view value) {
    number<std::uint64_t>(value.size());
    text_.append(value);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// The type number of each alternative of GgufValue, in its order.
constexpr GgufType kAlternativeTypes[] = {
    GgufType::kU8,   GgufType::kI8,     GgufType::kU16, GgufType::kI16, GgufType::kU32, GgufType::kI32,  GgufType::kF32,
    GgufType::kBool, GgufType::kString, GgufType::kU64, GgufType::kI64, GgufType::kF64, GgufType::kArray};
static_assert(std::size(kAlternativeTypes) == std::variant_size_v<GgufValue>);

std::uint32_t type_of(const GgufValue& value) { return static_cast<std::uint32_t>(kAlternativeTypes[value.index()]); }

void put_value(Buffer& out, const std::string& key, const GgufValue& value);

void put_array(Buffer& out, const std::string& key, const GgufArray& array) {
  out.number<std::uint32_t>(array.type);
  out.number<std::uint64_t>(array.values.size());
  for (const GgufValue& element : array.values) {
    if (type_of(element) != array.type) throw InputError(fmt::format("key '{}': array elements differ in type", key));
    put_value(out, key, element);
  }
}

void put_value(Buffer& out, const std::string& key, const GgufValue& value) {
  std::visit(
      [&](const auto& held) {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, std::string>) {
          out.string(held);
        } else if constexpr (std::is_same_v<T, bool>) {
          out.number<std::uint8_t>(held ? 1 : 0);
        } else if constexpr (std::is_arithmetic_v<T>) {
          out.number<T>(held);
        } else {
          put_array(out, key, *held);
        }
      },
      value);
}

std::uint64_t alignment_of(const std::vector<GgufKey>& keys) {
  for (const GgufKey& key : keys) {
    if (key.name != "general.alignment") continue;
    const auto* value = std::get_if<std::uint32_t>(&key.value);
    if (value == nullptr || *value == 0 || (*value & (*value - 1)) != 0) {
      throw InputError("key 'general.alignment' must be a power of two of type uint32");
    }
    return *value;
  }
  return kGgufDefaultAlignment;
}

std::uint64_t padded(std::uint64_t size, std::uint64_t alignment) {
  return (size + alignment - 1) / alignment * alignment;
}

std::string make_header(const std::vector<GgufKey>& keys, const std::vector<LazyTensorToWrite>& tensors,
                        std::uint64_t alignment) {
  Buffer out;
  out.number('G'), out.number('G'), out.number('U'), out.number('F');
  out.number<std::uint32_t>(kGgufVersion);
  out.number<std::uint64_t>(tensors.size());
  out.number<std::uint64_t>(keys.size());
  std::unordered_set<std::string> names;
  for (const GgufKey& key : keys) {
    if (!names.insert(key.name).second) throw InputError(fmt::format("key '{}' is given twice", key.name));
    out.string(key.name);
    out.number<std::uint32_t>(type_of(key.value));
    put_value(out, key.name, key.value);
  }
  names.clear();
  std::uint64_t offset = 0;
  for (const LazyTensorToWrite& tensor : tensors) {
    if (!names.insert(tensor.name).second) throw InputError(fmt::format("tensor '{}' is given twice", tensor.name));
    if (tensor.name.empty() || tensor.name.size() > kMaxTensorName) {
      throw InputError(fmt::format("tensor name '{}' has {} bytes, at most {} fit", tensor.name, tensor.name.size(),
                                   kMaxTensorName));
    }
    if (tensor.shape.empty()) throw InputError(fmt::format("tensor '{}' has no dimensions", tensor.name));
    out.string(tensor.name);
    out.number<std::uint32_t>(static_cast<std::uint32_t>(tensor.shape.size()));
    for (auto size = tensor.shape.rbegin(); size != tensor.shape.rend(); ++size)
      out.number<std::uint64_t>(static_cast<std::uint64_t>(*size));
    out.number<std::uint32_t>(gguf_type_number(tensor.dtype));
    out.number<std::uint64_t>(offset);
    offset += padded(bytes_of(tensor), alignment);
  }
  return out.text();
}

void pad(AtomicFile& file, std::uint64_t alignment) {
  file.write(std::string(padded(file.size(), alignment) - file.size(), '\0'));
}

}  // namespace

void write_gguf(const std::filesystem::path& path, const std::vector<GgufKey>& keys,
                const std::vector<LazyTensorToWrite>& tensors) {
  const std::uint64_t alignment = alignment_of(keys);
  const std::string header = make_header(keys, tensors, alignment);
  AtomicFile file(path);
  file.write(header);
  pad(file, alignment);
  for (const LazyTensorToWrite& tensor : tensors) {
    const std::vector<std::byte> bytes = checked_bytes(tensor);
    file.write(std::span<const std::byte>(bytes));
    pad(file, alignment);
  }
  file.commit();
}

}  // namespace llmops::model
