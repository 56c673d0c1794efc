#include "data/store/embeddings.h"

#include <cstring>
#include <utility>

#include "core/hash128.h"
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
  auto stored = StoredFile::open(path);
  Head head;
  if (!stored.has_value() || !stored->read_head(head) || head.records > stored->size()) return std::nullopt;
  const std::uint64_t body = head.records * head.dimensions * sizeof(float);
  if (sizeof head + body != stored->size()) return std::nullopt;
  if (check && !stored->has_hash(sizeof head, head.hash)) return std::nullopt;
  EmbeddingFile file(std::move(*stored));
  file.count_ = head.records;
  file.dimensions_ = head.dimensions;
  return file;
}

void EmbeddingFile::read(std::uint64_t row, float* to) const {
  const std::uint64_t width = dimensions_ * sizeof(float);
  const std::string bytes = file_.read(sizeof(Head) + row * width, width);
  std::memcpy(to, bytes.data(), bytes.size());
}

}  // namespace llmops::data
