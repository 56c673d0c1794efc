// Opening a GGUF file: the header is read and checked whole; tensors stay in the map.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <unordered_set>

#include "core/error.h"
#include "core/files.h"
#include "model/gguf_cursor.h"
#include "model/gguf_state.h"
#include "model/gguf_types.h"

namespace llmops::model {
namespace {

constexpr std::uint32_t kMaxDimensions = 4;
constexpr std::size_t kMaxTensorName = 64;
constexpr std::uint64_t kFewestKeyBytes = 8 + 4 + 1;             // name length, type, value
constexpr std::uint64_t kFewestTensorBytes = 8 + 4 + 8 + 4 + 8;  // name length, rank, one size, type, offset
constexpr std::uint64_t kMaxAlignment = std::uint64_t{1} << 20;

struct TensorInfo {
  TensorView view;
  std::uint64_t offset = 0;  ///< from the start of the data
  std::uint64_t bytes = 0;
};

void read_version(GgufCursor& cursor) {
  const auto magic = cursor.number<std::uint32_t>("magic");
  constexpr std::uint32_t kMagic = 0x46554747;  // "GGUF"
  if (magic != kMagic)
    throw InputError(fmt::format("{}: not a GGUF file (it begins with other bytes)", cursor.origin()));
  const auto version = cursor.number<std::uint32_t>("version");
  if (version == 2 || version == kGgufVersion) return;
  const bool swapped = version != 0 && (version & 0xffffU) == 0;
  throw InputError(
      fmt::format("{}: GGUF version {} is not supported", cursor.origin(), version),
      swapped ? "the file is big-endian; convert it on the machine that wrote it" : "supported are 2 and 3");
}

std::vector<GgufKey> read_keys(GgufCursor& cursor, std::uint64_t count) {
  std::vector<GgufKey> keys;
  std::unordered_set<std::string> names;
  keys.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    GgufKey key{cursor.string("name of a key"), {}};
    if (!names.insert(key.name).second) cursor.fail(fmt::format("key '{}' stands twice", key.name));
    key.value = cursor.value(cursor.number<std::uint32_t>("type of a key"));
    keys.push_back(std::move(key));
  }
  return keys;
}

TensorInfo read_tensor_info(GgufCursor& cursor) {
  TensorInfo info;
  info.view.name = cursor.string("name of a tensor");
  const std::string& name = info.view.name;
  if (name.empty() || name.size() > kMaxTensorName)
    cursor.fail(fmt::format("tensor name of {} bytes, expected 1 to 64", name.size()));
  const auto rank = cursor.number<std::uint32_t>("rank of a tensor");
  if (rank < 1 || rank > kMaxDimensions)
    cursor.fail(fmt::format("tensor '{}' has {} dimensions, expected 1 to 4", name, rank));
  std::uint64_t elements = 1;
  for (std::uint32_t i = 0; i < rank; ++i) {
    const auto size = cursor.number<std::uint64_t>("size of a tensor");
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / 8;  // as bytes, too
    if (size == 0 || size > kMax / elements)
      cursor.fail(fmt::format("tensor '{}': size {} is zero or overflows", name, size));
    elements *= size;
    info.view.shape.push_back(static_cast<std::int64_t>(size));
  }
  const std::int64_t row = info.view.shape.front();
  std::reverse(info.view.shape.begin(), info.view.shape.end());  // the file has the fastest first
  const auto type = cursor.number<std::uint32_t>("type of a tensor");
  const std::optional<DType> dtype = gguf_dtype(type);
  if (!dtype) {
    cursor.fail(fmt::format("tensor '{}' is {}, which is not supported", name, gguf_type_name(type)),
                "supported are " + gguf_readable_types());
  }
  if (row % block_elements(*dtype) != 0) {
    cursor.fail(fmt::format("tensor '{}': rows of {} are not whole blocks of {}", name, row, block_elements(*dtype)));
  }
  info.view.dtype = *dtype;
  info.bytes = tensor_bytes(*dtype, elements);
  info.offset = cursor.number<std::uint64_t>("offset of a tensor");
  return info;
}

std::uint64_t read_alignment(const Gguf& gguf, const std::string& origin) {
  if (!gguf.has("general.alignment")) return kGgufDefaultAlignment;
  const std::int64_t value = gguf.integer("general.alignment");
  if (value < 1 || static_cast<std::uint64_t>(value) > kMaxAlignment || (value & (value - 1)) != 0) {
    throw InputError(fmt::format("{}: 'general.alignment' is {}, expected a power of two", origin, value));
  }
  return static_cast<std::uint64_t>(value);
}

/// Every tensor lies aligned inside the data and apart from the others.
void place_tensors(std::vector<TensorInfo>& infos, std::span<const std::byte> data, std::uint64_t alignment,
                   const std::string& origin) {
  std::vector<const TensorInfo*> order;
  for (TensorInfo& info : infos) {
    const std::string where = fmt::format("{}: tensor '{}'", origin, info.view.name);
    if (info.offset % alignment != 0)
      throw InputError(fmt::format("{}: offset {} is not a multiple of {}", where, info.offset, alignment));
    if (info.offset > data.size() || info.bytes > data.size() - info.offset) {
      throw InputError(fmt::format("{}: {} bytes at offset {} lie outside the data, which has {}", where, info.bytes,
                                   info.offset, data.size()),
                       "the file may be cut short; fetch it again");
    }
    info.view.bytes = data.subspan(info.offset, info.bytes);
    order.push_back(&info);
  }
  std::sort(order.begin(), order.end(), [](const TensorInfo* a, const TensorInfo* b) { return a->offset < b->offset; });
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (order[i - 1]->offset + order[i - 1]->bytes > order[i]->offset) {
      throw InputError(
          fmt::format("{}: tensors '{}' and '{}' overlap", origin, order[i - 1]->view.name, order[i]->view.name));
    }
  }
}

}  // namespace

Gguf Gguf::open(const std::filesystem::path& path) {
  auto state = std::make_shared<State>(path);
  const std::span<const std::byte> bytes = state->file.bytes();
  Gguf gguf;
  gguf.state_ = state;
  GgufCursor cursor(bytes, path.string());
  read_version(cursor);
  const std::uint64_t tensor_count = cursor.count("number of tensors", kFewestTensorBytes);
  const std::uint64_t key_count = cursor.count("number of keys", kFewestKeyBytes);
  state->set_keys(read_keys(cursor, key_count));
  std::vector<TensorInfo> infos;
  infos.reserve(tensor_count);
  for (std::uint64_t i = 0; i < tensor_count; ++i) infos.push_back(read_tensor_info(cursor));
  const std::uint64_t alignment = read_alignment(gguf, path.string());
  const std::uint64_t start = (cursor.offset() + alignment - 1) / alignment * alignment;
  // A file without tensors (a vocabulary alone) may end before the padding.
  const auto data = start <= bytes.size() ? bytes.subspan(start) : std::span<const std::byte>();
  place_tensors(infos, data, alignment, path.string());
  for (TensorInfo& info : infos) state->add_tensor(std::move(info.view));
  return gguf;
}

}  // namespace llmops::model
