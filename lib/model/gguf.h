// GGUF v3: metadata and tensors in one file, as llama.cpp reads and writes them.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "model/tensor_to_write.h"

namespace llmops::model {

struct GgufArray;
using GgufValue =
    std::variant<std::uint8_t, std::int8_t, std::uint16_t, std::int16_t, std::uint32_t, std::int32_t, float, bool,
                 std::string, std::uint64_t, std::int64_t, double, std::shared_ptr<const GgufArray>>;
struct GgufArray {
  std::uint32_t type = 0;  ///< GGUF value type of the elements (gguf_types.h): 8 strings, 5 int32, 6 float32
  std::vector<GgufValue> values;
};

struct GgufKey {
  std::string name;
  GgufValue value;
};

class Gguf {
 public:
  /// @throws NotFoundError; InputError  naming file and offset or key for anything that does not hold
  static Gguf open(const std::filesystem::path& path);

  const std::vector<GgufKey>& keys() const;
  const GgufValue* find(const std::string& key) const;
  /// Integers of any width convert. @throws InputError  when missing or of another kind
  std::int64_t integer(const std::string& key) const;
  double number(const std::string& key) const;
  std::string string(const std::string& key) const;
  std::vector<std::string> strings(const std::string& key) const;
  std::vector<std::int64_t> integers(const std::string& key) const;
  std::vector<float> floats(const std::string& key) const;
  bool has(const std::string& key) const { return find(key) != nullptr; }

  const std::vector<TensorView>& tensors() const;
  const TensorView* find_tensor(const std::string& name) const;
  const std::filesystem::path& path() const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

/// Atomic. @throws SystemError; InputError  for names of 64 bytes or more (llama.cpp keeps 63) and names given twice
void write_gguf(const std::filesystem::path& path, const std::vector<GgufKey>& keys,
                const std::vector<LazyTensorToWrite>& tensors);

}  // namespace llmops::model
