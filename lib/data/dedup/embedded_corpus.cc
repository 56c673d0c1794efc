#include "data/dedup/embedded_corpus.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/cancel.h"
#include "core/error.h"
#include "data/store/embeddings.h"

namespace llmops::data {
namespace {

// Raised when other vectors are made of the same text by the same model.
constexpr const char* kEmbeddingsVersion = "embeddings 1";
constexpr std::size_t kTextsAtOnce = 256;  // between two looks at whether to go on

std::vector<std::string> texts_of(const StepStore& store, const StoredUnit& unit) {
  std::vector<std::string> texts;
  for (const Item& item : open_stored_segment(store, unit).batch(unit.files).items) {
    if (item.record() != nullptr) texts.push_back(item.record()->content_text());
  }
  return texts;
}

std::vector<std::vector<float>> embed_all(const std::vector<std::string>& texts, const TextEmbedder& embedder) {
  std::vector<std::vector<float>> vectors;
  for (std::size_t begin = 0; begin < texts.size(); begin += kTextsAtOnce) {
    throw_if_cancelled();
    const std::span some = std::span(texts).subspan(begin, std::min(kTextsAtOnce, texts.size() - begin));
    for (std::vector<float>& vector : embedder.embed(some)) vectors.push_back(std::move(vector));
  }
  if (vectors.size() == texts.size()) return vectors;
  throw SystemError(fmt::format("the embedder made {} vectors of {} texts", vectors.size(), texts.size()));
}

EmbeddingFile open_stored(const StepStore& store, const Hash128& key, const StoredUnit& unit) {
  auto file = EmbeddingFile::open(store.embeddings(key), false);
  if (file.has_value() && file->count() == unit.records) return std::move(*file);
  throw SystemError("'" + store.embeddings(key).string() + "' is gone or damaged, though it was stored by this run",
                    "run it again; nothing else may write to the folder of stored steps");
}

}  // namespace

EmbeddedCorpus::EmbeddedCorpus(const Corpus& corpus, const StepStore& store, const TextEmbedder& embedder,
                               Progress& progress)
    : corpus_(corpus), store_(store) {
  progress.start("embed", corpus.total.records, "records");
  for (const StoredUnit& unit : corpus.units) {
    throw_if_cancelled();
    keys_.push_back(xxh3_128(kEmbeddingsVersion + embedder.key + unit.segment.hex()));
    const std::filesystem::path path = store.embeddings(keys_.back());
    const auto known = EmbeddingFile::open(path, true);
    if (!known.has_value() || known->count() != unit.records) {
      store.put(path, encode_embeddings(embed_all(texts_of(store, unit), embedder)));
    }
    store.touch(path);
    if (unit.records > 0) check_dimensions(open_stored(store, keys_.back(), unit).dimensions());
    progress.update(unit.first + unit.records);
  }
  progress.finish();
}

void EmbeddedCorpus::check_dimensions(std::size_t dimensions) {
  if (dimensions_ != 0 && dimensions_ != dimensions) {
    throw SystemError(fmt::format("the embedder made vectors of {} and of {} values", dimensions_, dimensions));
  }
  dimensions_ = dimensions;
}

Matrix EmbeddedCorpus::rows(std::span<const std::uint32_t> records) const {
  Matrix rows(records.size(), dimensions_);
  std::size_t row = 0;
  for (std::size_t i = 0; i < keys_.size() && row < records.size(); ++i) {
    const StoredUnit& unit = corpus_.units[i];
    const std::uint64_t end = unit.first + unit.records;
    if (records[row] >= end) continue;
    const EmbeddingFile file = open_stored(store_, keys_[i], unit);
    for (; row < records.size() && records[row] < end; ++row) file.read(records[row] - unit.first, rows.row(row));
  }
  return rows;
}

}  // namespace llmops::data
