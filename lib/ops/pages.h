// Memory from the system by pages: zeros, which cost nothing until they are written.
#pragma once

#include <cstddef>
#include <memory>

namespace llmops::ops {

class Pages {
 public:
  enum class Size {
    kUsual,
    kLarge,  ///< fewer misses of the address cache, where the system has them
  };

  Pages() = default;
  /// Claims addresses; false where there is not even room for those. @param bytes  above 0
  Pages(std::size_t bytes, Size size);

  std::byte* data() const { return data_.get(); }
  explicit operator bool() const { return data_ != nullptr; }

 private:
  struct Unmap {
    std::size_t bytes;
    void operator()(std::byte* data) const;
  };
  std::unique_ptr<std::byte[], Unmap> data_;
};

}  // namespace llmops::ops
