// The files of a dataset folder, the manifest with their hashes last.
#include "data/write/write_dataset.h"

#include <optional>

#include "core/cancel.h"
#include "core/files.h"
#include "core/hash.h"
#include "data/parallel.h"
#include "data/tables/table_writer.h"
#include "data/write/accounts.h"
#include "data/write/dataset_folder.h"

namespace llmops::data {

namespace {

constexpr std::size_t kBlock = 4096;  ///< records that are encoded together

// Writes one split: its JSON lines, and its packed shards where there is an encoder.
class SplitWriter {
 public:
  SplitWriter(const PreparedCorpus& prepared, const RecordEncoder* encoder, int threads, const fs::path& folder,
              Split split)
      : encoder_(encoder),
        threads_(threads),
        name_(split_name(split)),
        folder_(folder),
        jsonl_(folder / (name_ + ".jsonl")) {
    if (encoder != nullptr) packed_.emplace(prepared.recipe.pack.sequence_len, folder, name_);
    wants_parquet_ = prepared.recipe.output.has("parquet");
  }

  void add(std::string json) {
    jsonl_.write(json);
    jsonl_.write("\n");
    ++records_;
    if (wants_parquet_) {
      if (parquet_ == nullptr) parquet_ = create_parquet(folder_ / (name_ + ".parquet"));
      parquet_->add(parse_json(json, "record"));
    }
    if (encoder_ == nullptr) return;
    block_.push_back(std::move(json));
    if (block_.size() == kBlock) pack_block();
  }

  Json finish(PackedStats& stats, LengthCounts& lengths) {
    pack_block();
    jsonl_.commit();
    Json entry = {{"records", records_}, {"jsonl", name_ + ".jsonl"}, {"packed", nullptr}};
    if (wants_parquet_) entry["parquet"] = parquet_ == nullptr ? Json(nullptr) : Json(name_ + ".parquet");
    if (parquet_ != nullptr) parquet_->finish();
    if (packed_) {
      stats = packed_->finish();
      entry["packed"] = stats.json();
    }
    for (const auto& [length, count] : lengths_) lengths[length] += count;
    return entry;
  }

 private:
  void pack_block() {
    std::vector<EncodedRecord> encoded(block_.size());
    std::vector<char> is_text(block_.size());
    parallel_for(block_.size(), threads_, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        const Record record = Record::from_json(parse_json(block_[i], "record"));
        is_text[i] = record.messages.empty() && !record.is_pair();
        encoded[i] = encoder_->encode(record);
      }
    });
    for (std::size_t i = 0; i < encoded.size(); ++i) {
      packed_->add(encoded[i], is_text[i] != 0);
      ++lengths_[encoded[i].tokens.size()];
    }
    block_.clear();
  }

  const RecordEncoder* encoder_;
  int threads_;
  std::string name_;
  fs::path folder_;
  AtomicFile jsonl_;
  bool wants_parquet_ = false;
  std::unique_ptr<TableWriter> parquet_;  ///< from the first record on: a file of Parquet needs columns
  std::optional<PackedWriter> packed_;
  std::uint64_t records_ = 0;
  std::vector<std::string> block_;
  LengthCounts lengths_;
};

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

void write_manifest(const PreparedCorpus& prepared, const RecordEncoder* encoder, const Json& splits,
                    const fs::path& folder) {
  const PrepareRecipe& recipe = prepared.recipe;
  const Json manifest = {{"format", kDatasetFormat},
                         {"format_version", kDatasetFormatVersion},
                         {"name", recipe.name},
                         {"splits", splits},
                         {"tokenizer", tokenizer_json(recipe, encoder)},
                         {"sequence_len", recipe.pack.sequence_len},
                         {"recipe", recipe.json()},
                         {"recipe_sha256", sha256_hex(dump_json(recipe.json()))},
                         {"inputs", inputs_json(prepared.corpus)},
                         {"files", files_json(folder)}};
  write_file_atomic(folder / "manifest.json", dump_json_pretty(manifest));
}

}  // namespace

std::string dataset_key(const Corpus& corpus, const PrepareRecipe& recipe, const RecordEncoder* encoder,
                        const std::string& embedder) {
  return sha256_hex(dump_json({{"format_version", kDatasetFormatVersion},
                               {"recipe", recipe.json()},
                               {"inputs", inputs_json(corpus)},
                               {"tokenizer", tokenizer_json(recipe, encoder)},
                               {"embedder", embedder}}));
}

void write_dataset(const PreparedCorpus& prepared, const RecordEncoder* encoder, const Workplace& workplace,
                   const fs::path& folder, PrepareReport& report, Progress& progress) {
  const StepStore store(workplace.folder);
  FinalRecords records(prepared.corpus, prepared.recipe, workplace, prepared.parts.get());
  Json splits = Json::object();
  LengthCounts lengths;
  std::uint64_t written = 0;
  progress.start("write", report.kept + report.copies, "records");
  for (const Split split : kSplits) {
    SplitWriter writer(prepared, encoder, workplace.threads, folder, split);
    for (const std::uint32_t record :
         ordered_records(prepared.corpus, prepared.placement, prepared.recipe.select.order, split, store)) {
      writer.add(records.json(record));
      if (++written % kBlock != 0) continue;
      throw_if_cancelled();
      progress.update(written);
    }
    PackedStats& packed = report.splits[static_cast<std::size_t>(split)].packed;
    splits[split_name(split)] = writer.finish(packed, lengths);
  }
  if (encoder != nullptr) {
    report.length_unit = "tokens";
    report.lengths = length_histogram(lengths);
  }
  write_rejects(prepared, records, store, folder / "rejects.jsonl");
  write_clusters(prepared, records, workplace, folder / "clusters.jsonl");
  write_file_atomic(folder / "report.json", dump_json_pretty(report.json()));
  write_file_atomic(folder / "report.md", report.markdown());
  write_manifest(prepared, encoder, splits, folder);
  progress.finish();
}

}  // namespace llmops::data
