// Units in, stored units out, on all threads.
#include "data/corpus.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <numeric>
#include <thread>

#include "core/cancel.h"
#include "core/error.h"
#include "core/process.h"

namespace llmops::data {
namespace {

constexpr std::size_t kOpenSegments = 64;

void add_counts(Counts& total, const Counts& counts) {
  for (const auto& [name, count] : counts) total[name] += count;
}

void add_summary(SegmentSummary& total, const SegmentSummary& summary) {
  total.records += summary.records;
  add_counts(total.rejected, summary.rejected);
  add_counts(total.dropped, summary.dropped);
  add_counts(total.redacted, summary.redacted);
  add_counts(total.schemas, summary.schemas);
}

class UnitWorker {
 public:
  UnitWorker(const PrepareRecipe& recipe, const InputFiles& inputs, const StepStore& store)
      : inputs_(inputs), steps_(recipe, inputs), features_(recipe), store_(store) {}

  // Brings one unit into the store, from the last of its steps that is there already.
  StoredUnit store(const Unit& unit, SegmentSummary& summary) const {
    StoredUnit stored;
    for (const Part& part : unit.parts) {
      if (stored.files.empty() || stored.files.back() != part.file) stored.files.push_back(part.file);
    }
    stored.segment = steps_.rules_key(steps_.text_key(unit));
    stored.features = xxh3_128(features_.key() + stored.segment.hex());
    const auto segment = Segment::open(store_.segment(stored.segment), true);
    const auto features = FeatureFile::open(store_.features(stored.features), true);
    stored.reused = segment.has_value();
    if (segment.has_value() && features.has_value()) {
      store_.touch(store_.segment(stored.segment));
      store_.touch(store_.features(stored.features));
      summary = segment->summary();
    } else if (segment.has_value()) {
      summary = segment->summary();
      store_features(stored, segment->batch(stored.files));
    } else {
      make(unit, stored, summary);
    }
    stored.records = summary.records;
    return stored;
  }

 private:
  void make(const Unit& unit, const StoredUnit& stored, SegmentSummary& summary) const {
    Batch batch = steps_.read(unit);
    steps_.apply_rules(batch);
    store_.put(store_.segment(stored.segment), encode_segment(batch, stored.files));
    store_features(stored, batch);
    summary = summarize(batch);
  }

  void store_features(const StoredUnit& stored, const Batch& batch) const {
    UnitFeatures features;
    for (const Item& item : batch.items) {
      if (item.record() == nullptr) continue;
      const auto source = static_cast<std::uint32_t>(inputs_.files[item.origin.file].input);
      features_.add(*item.record(), item.words, source, features);
    }
    features_.finish(features);
    store_.put(store_.features(stored.features), encode_features(features));
  }

  const InputFiles& inputs_;
  RecordSteps steps_;
  FeatureExtractor features_;
  const StepStore& store_;
};

// What the threads share: the reader, one unit at a time, and the list of what is done.
class UnitQueue {
 public:
  UnitQueue(const PrepareRecipe& recipe, const InputFiles& inputs, const UnitWorker& worker, Shard shard,
            Progress& progress)
      : reader_(recipe, inputs), worker_(worker), shard_(shard), progress_(progress) {}

  void work() {
    Unit unit;
    while (take(unit)) {
      try {
        SegmentSummary summary;
        StoredUnit stored = worker_.store(unit, summary);
        const std::lock_guard lock(mutex_);
        add_summary(total, summary);
        units.resize(std::max<std::size_t>(units.size(), unit.number / shard_.count + 1));
        units[unit.number / shard_.count] = std::move(stored);
      } catch (...) {
        const std::lock_guard lock(mutex_);
        if (failure_ == nullptr || unit.number < failed_unit_) {
          failure_ = std::current_exception();
          failed_unit_ = unit.number;
        }
        return;
      }
    }
  }

  void rethrow() const {
    if (failure_ != nullptr) std::rethrow_exception(failure_);
  }
  const std::vector<ReadFile>& files() const { return reader_.files(); }

  std::vector<StoredUnit> units;
  SegmentSummary total;

 private:
  bool take(Unit& unit) {
    const std::lock_guard lock(mutex_);
    if (failure_ != nullptr) return false;
    try {
      do {
        throw_if_cancelled();
        if (!reader_.next(unit)) return false;
        progress_.update(reader_.bytes_read());
      } while (unit.number % shard_.count != shard_.index);
      return true;
    } catch (...) {
      failure_ = std::current_exception();
      return false;
    }
  }

  UnitReader reader_;
  const UnitWorker& worker_;
  Shard shard_;
  Progress& progress_;
  std::mutex mutex_;
  std::exception_ptr failure_;
  std::uint64_t failed_unit_ = 0;
};

std::uint64_t total_size(const InputFiles& inputs) {
  std::uint64_t bytes = 0;
  for (const InputFile& file : inputs.files) {
    std::error_code ignored;
    const std::uint64_t size = std::filesystem::file_size(file.path, ignored);
    bytes += ignored ? 0 : size;
  }
  return bytes;
}

[[noreturn]] void throw_gone(const std::filesystem::path& path) {
  throw SystemError("'" + path.string() + "' is gone or damaged, though it was stored by this run",
                    "run it again; nothing else may write to the folder of stored steps");
}

}  // namespace

std::uint64_t Corpus::read() const {
  const auto sum = [](std::uint64_t count, const auto& entry) { return count + entry.second; };
  return std::accumulate(total.rejected.begin(), total.rejected.end(),
                         std::accumulate(total.dropped.begin(), total.dropped.end(), total.records, sum), sum);
}

std::uint64_t Corpus::bytes_in() const {
  return std::accumulate(files.begin(), files.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const ReadFile& file) { return sum + file.bytes; });
}

Corpus read_corpus(const PrepareRecipe& recipe, const InputFiles& inputs, const Workplace& workplace, Shard shard,
                   Progress& progress) {
  const StepStore store(workplace.folder);
  const UnitWorker worker(recipe, inputs, store);
  UnitQueue queue(recipe, inputs, worker, shard, progress);
  progress.start("read", total_size(inputs), "bytes");
  std::vector<std::thread> helpers;
  const int threads = workplace.threads > 0 ? workplace.threads : available_processors();
  for (int i = 1; i < threads; ++i) helpers.emplace_back([&] { queue.work(); });
  queue.work();
  for (std::thread& helper : helpers) helper.join();
  queue.rethrow();
  progress.finish();
  Corpus corpus{queue.files(), inputs.skipped, std::move(queue.units), std::move(queue.total)};
  std::uint64_t first = 0;
  for (StoredUnit& unit : corpus.units) {
    unit.first = first;
    first += unit.records;
  }
  return corpus;
}

Segment open_stored_segment(const StepStore& store, const StoredUnit& unit) {
  auto segment = Segment::open(store.segment(unit.segment), false);
  if (!segment.has_value()) throw_gone(store.segment(unit.segment));
  return std::move(*segment);
}

FeatureFile open_stored_features(const StepStore& store, const StoredUnit& unit) {
  auto features = FeatureFile::open(store.features(unit.features), false);
  if (!features.has_value() || features->count() != unit.records) throw_gone(store.features(unit.features));
  return std::move(*features);
}

const StoredUnit& CorpusReader::unit_of(std::uint64_t record) const {
  const auto behind =
      std::upper_bound(corpus_.units.begin(), corpus_.units.end(), record,
                       [](std::uint64_t wanted, const StoredUnit& unit) { return wanted < unit.first; });
  return *(behind - 1);  // the last that begins there or before: units without records come before it
}

const CorpusReader::Open& CorpusReader::open(const StoredUnit& unit) {
  const auto found = std::find_if(open_.begin(), open_.end(), [&](const auto& entry) { return entry.first == &unit; });
  if (found != open_.end()) {
    open_.splice(open_.begin(), open_, found);
    return open_.front().second;
  }
  if (open_.size() == kOpenSegments) open_.pop_back();
  Open opened{open_stored_segment(store_, unit), {}};
  const std::vector<Segment::Place> places = opened.segment.places();
  for (std::uint32_t i = 0; i < places.size(); ++i) {
    if (places[i].is_record) opened.items.push_back(i);
  }
  open_.emplace_front(&unit, std::move(opened));
  return open_.front().second;
}

std::string CorpusReader::id(std::uint64_t record) {
  const StoredUnit& unit = unit_of(record);
  const Open& opened = open(unit);
  return opened.segment.id(opened.items.at(record - unit.first));
}

std::string CorpusReader::json(std::uint64_t record) {
  const StoredUnit& unit = unit_of(record);
  const Open& opened = open(unit);
  return opened.segment.json(opened.items.at(record - unit.first));
}

}  // namespace llmops::data
