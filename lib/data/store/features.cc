#include "data/store/features.h"

#include <cstring>
#include <utility>

#include "core/hash.h"
#include "data/clean/clean.h"
#include "data/dedup/shingles.h"
#include "text/utf8.h"

namespace llmops::data {
namespace {

constexpr const char* kFeaturesVersion = "features 2";

struct Head {
  char magic[8] = {'L', 'L', 'M', 'O', 'P', 'S', 'F', 'T'};
  std::uint32_t version = 1;
  std::uint32_t record_bytes = sizeof(Features);
  std::uint64_t records = 0;
  std::uint64_t bands = 0;  ///< values, over all records
  Hash128 hash;             ///< of all that follows
};

// Records without the field share one group of their own.
std::uint64_t field_hash(const Record& record, const std::string& field) {
  if (field.empty()) return 0;
  const auto found = record.fields.find(field);
  return found == record.fields.end() ? 0 : xxh3_64(dump_json(*found), 1);
}

double field_number(const Record& record, const std::string& field) {
  const auto found = record.fields.find(field);
  return found != record.fields.end() && found->is_number() ? found->get<double>() : 0;
}

}  // namespace

FeatureExtractor::FeatureExtractor(const PrepareRecipe& recipe) : recipe_(recipe), hasher_(recipe.dedup.minhash) {
  const MinHashSpec& minhash = recipe.dedup.minhash;
  const Json near = minhash.enabled ? Json{minhash.ngram, minhash.bands, minhash.rows} : Json(nullptr);
  key_ = kFeaturesVersion + dump_json({near, recipe.select.split.stratify, recipe.select.balance.field,
                                       recipe.select.order.by, recipe.dedup.score_field});
}

void FeatureExtractor::add(const Record& record, const std::optional<TextWords>& words, std::uint32_t source,
                           UnitFeatures& out) const {
  const std::string content = record.content_text(), prompt = record.prompt_text();
  const TextWords own = words.has_value() ? TextWords{} : words_of(content);
  const auto& [normalized, hashes] = words.has_value() ? *words : own;
  Features features;
  features.content = {xxh3_64(normalized), xxh3_128(normalized).high};
  features.id = xxh3_128(record.id);
  features.stratum = field_hash(record, recipe_.select.split.stratify);
  features.group = field_hash(record, recipe_.select.balance.field);
  features.order = field_number(record, recipe_.select.order.by);
  features.score = field_number(record, recipe_.dedup.score_field);
  features.words = static_cast<std::uint32_t>(count_words(prompt));
  features.chars = static_cast<std::uint32_t>(text::utf8_length(content));
  features.source = source;
  if (recipe_.dedup.minhash.enabled) {
    std::vector<std::uint64_t> bands = hasher_.bands(shingle_hashes(hashes, recipe_.dedup.minhash.ngram));
    features.has_bands = bands.empty() ? 0 : 1;
    bands.resize(static_cast<std::size_t>(recipe_.dedup.minhash.bands));
    out.bands.insert(out.bands.end(), bands.begin(), bands.end());
  }
  out.records.push_back(features);
}

void FeatureExtractor::finish(UnitFeatures& out) const {
  if (out.bands.empty()) return;
  const std::size_t bands = static_cast<std::size_t>(recipe_.dedup.minhash.bands), count = out.records.size();
  std::vector<std::uint64_t> columns(out.bands.size());
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t band = 0; band < bands; ++band) columns[band * count + i] = out.bands[i * bands + band];
  }
  out.bands = std::move(columns);
}

std::string encode_features(const UnitFeatures& features) {
  std::string body(reinterpret_cast<const char*>(features.records.data()), features.records.size() * sizeof(Features));
  body.append(reinterpret_cast<const char*>(features.bands.data()), features.bands.size() * sizeof(std::uint64_t));
  Head head;
  head.records = features.records.size();
  head.bands = features.bands.size();
  head.hash = xxh3_128(body);
  return std::string(reinterpret_cast<const char*>(&head), sizeof head) + body;
}

std::optional<FeatureFile> FeatureFile::open(const std::filesystem::path& path, bool check) {
  auto stored = StoredFile::open(path);
  Head head;
  if (!stored.has_value() || !stored->read_head(head) || head.record_bytes != sizeof(Features)) return std::nullopt;
  if (head.records > stored->size() || head.bands > stored->size()) return std::nullopt;
  const std::uint64_t body = head.records * sizeof(Features) + head.bands * sizeof(std::uint64_t);
  if (sizeof head + body != stored->size()) return std::nullopt;
  if (check && !stored->has_hash(sizeof head, head.hash)) return std::nullopt;
  FeatureFile file(std::move(*stored));
  file.count_ = head.records;
  return file;
}

std::vector<Features> FeatureFile::records() const {
  const std::string bytes = file_.read(sizeof(Head), count_ * sizeof(Features));
  std::vector<Features> records(count_);
  if (count_ > 0) std::memcpy(static_cast<void*>(records.data()), bytes.data(), bytes.size());
  return records;
}

std::vector<std::uint64_t> FeatureFile::band(int index) const {
  const std::uint64_t width = count_ * sizeof(std::uint64_t);
  const std::uint64_t offset = sizeof(Head) + count_ * sizeof(Features) + static_cast<std::uint64_t>(index) * width;
  const std::string bytes = file_.read(offset, width);
  std::vector<std::uint64_t> values(count_);
  if (count_ > 0) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

}  // namespace llmops::data
