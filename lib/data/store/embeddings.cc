#include "data/store/embeddings.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <utility>

#include "core/hash128.h"
#include "data/store/stored_bytes.h"
#include "data/vectors/matrix.h"

namespace llmops::data {
namespace {

struct Head {
  char magic[8] = {'L', 'L', 'M', 'O', 'P', 'S', 'E', 'M'};
  std::uint32_t version = 1;
  std::uint32_t dimensions = 0;
  std::uint64_t records = 0;
  Hash128 hash;  ///< of all that follows
};

}  // namespace

std::string encode_embeddings(const std::vector<std::vector<float>>& vectors) {
  Matrix rows = matrix_of(vectors);
  normalise_rows(rows);
  const std::string_view body(reinterpret_cast<const char*>(rows.values.data()), rows.values.size() * sizeof(float));
  Head head;
  head.dimensions = static_cast<std::uint32_t>(rows.cols);
  head.records = vectors.size();
  head.hash = xxh3_128(body);
  return std::string(reinterpret_cast<const char*>(&head), sizeof head).append(body);
}

std::optional<EmbeddingFile> EmbeddingFile::open(const std::filesystem::path& path, bool check) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  EmbeddingFile file(descriptor);
  Head head;
  const Head expected;
  const off_t size = ::lseek(descriptor, 0, SEEK_END);
  if (::pread(descriptor, &head, sizeof head, 0) != static_cast<ssize_t>(sizeof head)) return std::nullopt;
  if (std::memcmp(head.magic, expected.magic, sizeof head.magic) != 0 || head.version != expected.version || size < 0 ||
      head.records > static_cast<std::uint64_t>(size)) {
    return std::nullopt;
  }
  const std::uint64_t body = head.records * head.dimensions * sizeof(float);
  if (sizeof head + body != static_cast<std::uint64_t>(size)) return std::nullopt;
  if (check && xxh3_128(read_stored(descriptor, sizeof head, body)) != head.hash) return std::nullopt;
  file.count_ = head.records;
  file.dimensions_ = head.dimensions;
  return file;
}

EmbeddingFile::EmbeddingFile(EmbeddingFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), count_(other.count_), dimensions_(other.dimensions_) {}

EmbeddingFile::~EmbeddingFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void EmbeddingFile::read(std::uint64_t row, float* to) const {
  const std::uint64_t width = dimensions_ * sizeof(float);
  const std::string bytes = read_stored(descriptor_, sizeof(Head) + row * width, width);
  std::memcpy(to, bytes.data(), bytes.size());
}

}  // namespace llmops::data
