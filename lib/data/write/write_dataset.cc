// The files of a dataset folder, the manifest with their hashes last.
#include "data/write/write_dataset.h"

#include "core/cancel.h"
#include "core/files.h"
#include "core/hash.h"
#include "data/parallel.h"
#include "data/write/dataset_folder.h"

namespace llmops::data {

namespace {

void write_records(const std::vector<const Record*>& records, const fs::path& path) {
  AtomicFile file(path);
  for (const Record* record : records) file.write(dump_json(record->json()) + "\n");
  file.commit();
}

std::vector<const Record*> records_of(const Corpus& corpus, Split split) {
  std::vector<const Record*> records;
  for (const Item& item : corpus.items) {
    if (item.record() != nullptr && item.split == split) records.push_back(item.record());
  }
  return records;
}

// Every record that is in no split, with its reason.
void write_rejects(const Corpus& corpus, const fs::path& path) {
  AtomicFile file(path);
  for (const Item& item : corpus.items) {
    const Loss* loss = item.loss();
    if (loss == nullptr) continue;
    Json line = {{"path", corpus.files[item.origin.file].name},
                 {"line", item.origin.line},
                 {"outcome", loss->kind == Loss::Kind::kRejected ? "rejected" : "dropped"},
                 {"rule", loss->rule},
                 {"value", loss->value}};
    if (!loss->id.empty()) line["id"] = loss->id;
    if (!loss->of.empty()) line["of"] = loss->of;
    file.write(dump_json(line) + "\n");
  }
  file.commit();
}

void write_clusters(const Corpus& corpus, const fs::path& path) {
  std::map<std::size_t, Json> clusters;
  for (std::size_t i = 0; i < corpus.items.size(); ++i) {
    const Item& item = corpus.items[i];
    if (item.cluster == i) continue;
    Json& cluster = clusters[item.cluster];
    const Record& first = *corpus.items[item.cluster].record();
    if (cluster.is_null())
      cluster = {{"first", first.id}, {"split", split_name(item.split)}, {"others", Json::array()}};
    const Loss* loss = item.loss();
    cluster["others"].push_back(
        {{"id", loss != nullptr ? loss->id : item.record()->id}, {"rule", loss != nullptr ? loss->rule : "kept"}});
  }
  AtomicFile file(path);
  for (const auto& [first, cluster] : clusters) file.write(dump_json(cluster) + "\n");
  file.commit();
}

PackedStats pack_split(const std::vector<const Record*>& records, const RecordEncoder& encoder, const PackSpec& spec,
                       int threads, const fs::path& folder, Split split, std::vector<std::uint64_t>& lengths) {
  std::vector<EncodedRecord> encoded(records.size());
  std::vector<bool> is_text;
  parallel_for(records.size(), threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) encoded[i] = encoder.encode(*records[i]);
  });
  for (std::size_t i = 0; i < records.size(); ++i) {
    is_text.push_back(records[i]->messages.empty());
    lengths.push_back(encoded[i].tokens.size());
  }
  return write_packed(encoded, is_text, spec.sequence_len, folder, split_name(split));
}

Json inputs_json(const Corpus& corpus) {
  Json inputs = Json::array();
  for (const ReadFile& file : corpus.files) {
    inputs.push_back({{"path", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
  }
  return inputs;
}

Json tokenizer_json(const PrepareRecipe& recipe, const RecordEncoder* encoder) {
  if (encoder == nullptr) return nullptr;
  return {{"name", recipe.pack.tokenizer}, {"fingerprint", encoder->fingerprint()}};
}

Json files_json(const fs::path& folder) {
  Json files = Json::array();
  for (const fs::path& file : list_files(folder)) {
    files.push_back({{"path", file.lexically_relative(folder).generic_string()},
                     {"bytes", fs::file_size(file)},
                     {"sha256", sha256_file(file)}});
  }
  return files;
}

}  // namespace

std::string dataset_key(const Corpus& corpus, const PrepareRecipe& recipe, const RecordEncoder* encoder) {
  return sha256_hex(dump_json({{"format_version", kDatasetFormatVersion},
                               {"recipe", recipe.json()},
                               {"inputs", inputs_json(corpus)},
                               {"tokenizer", tokenizer_json(recipe, encoder)}}));
}

void write_dataset(const Corpus& corpus, const PrepareRecipe& recipe, const RecordEncoder* encoder, int threads,
                   const fs::path& folder, PrepareReport& report) {
  Json splits = Json::object();
  std::vector<std::uint64_t> lengths;
  for (const Split split : kSplits) {
    throw_if_cancelled();
    const std::string file = std::string(split_name(split)) + ".jsonl";
    const std::vector<const Record*> records = records_of(corpus, split);
    write_records(records, folder / file);
    Json entry = {{"records", records.size()}, {"jsonl", file}, {"packed", nullptr}};
    if (encoder != nullptr) {
      PackedStats& packed = report.splits[static_cast<std::size_t>(split)].packed;
      packed = pack_split(records, *encoder, recipe.pack, threads, folder, split, lengths);
      entry["packed"] = packed.json();
    }
    splits[split_name(split)] = std::move(entry);
  }
  if (encoder != nullptr) {
    report.length_unit = "tokens";
    report.lengths = length_histogram(std::move(lengths));
  }
  write_rejects(corpus, folder / "rejects.jsonl");
  write_clusters(corpus, folder / "clusters.jsonl");
  write_file_atomic(folder / "report.json", dump_json_pretty(report.json()));
  write_file_atomic(folder / "report.md", report.markdown());
  const Json manifest = {{"format", kDatasetFormat},
                         {"format_version", kDatasetFormatVersion},
                         {"name", recipe.name},
                         {"splits", splits},
                         {"tokenizer", tokenizer_json(recipe, encoder)},
                         {"sequence_len", recipe.pack.sequence_len},
                         {"recipe", recipe.json()},
                         {"recipe_sha256", sha256_hex(dump_json(recipe.json()))},
                         {"inputs", inputs_json(corpus)},
                         {"files", files_json(folder)}};
  write_file_atomic(folder / "manifest.json", dump_json_pretty(manifest));
}

}  // namespace llmops::data
