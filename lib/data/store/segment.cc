#include "data/store/segment.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/hash128.h"

namespace llmops::data {

struct Segment::Head {
  char magic[8] = {'L', 'L', 'M', 'O', 'P', 'S', 'S', 'G'};
  std::uint32_t version = 1;
  std::uint32_t entry_bytes = 0;
  std::uint64_t items = 0;
  std::uint64_t summary_bytes = 0;
  std::uint64_t file_bytes = 0;
  Hash128 hash;  ///< of all that follows
};

struct Segment::Entry {
  std::uint64_t line = 0;
  std::uint64_t offset = 0;  ///< of the id, in the file; the JSON follows it
  std::uint32_t id_bytes = 0;
  std::uint32_t json_bytes = 0;
  std::uint32_t part = 0;
  std::uint32_t is_record = 0;
};

namespace {

template <typename T>
void append(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

Json counts_json(const Counts& counts) {
  Json json = Json::object();
  for (const auto& [name, count] : counts) json[name] = count;
  return json;
}

Json summary_json(const SegmentSummary& summary) {
  return {{"records", summary.records},
          {"rejected", counts_json(summary.rejected)},
          {"dropped", counts_json(summary.dropped)},
          {"redacted", counts_json(summary.redacted)},
          {"schemas", counts_json(summary.schemas)}};
}

}  // namespace

SegmentSummary summarize(const Batch& batch) {
  SegmentSummary summary;
  summary.redacted = batch.redacted;
  summary.schemas = batch.schemas;
  for (const Item& item : batch.items) {
    if (const Loss* loss = item.loss()) {
      ++(loss->kind == Loss::Kind::kRejected ? summary.rejected : summary.dropped)[loss->rule];
    } else {
      ++summary.records;
    }
  }
  return summary;
}

Json loss_json(const Loss& loss) {
  Json json = {{"outcome", loss.kind == Loss::Kind::kRejected ? "rejected" : "dropped"},
               {"rule", loss.rule},
               {"value", loss.value}};
  if (!loss.id.empty()) json["id"] = loss.id;
  if (!loss.of.empty()) json["of"] = loss.of;
  return json;
}

Loss loss_from_json(const Json& json) {
  const bool rejected = json.at("outcome") == "rejected";
  return {rejected ? Loss::Kind::kRejected : Loss::Kind::kDropped, json.at("rule"), json.at("value"),
          json.value("id", ""), json.value("of", "")};
}

std::string encode_segment(const Batch& batch, const std::vector<std::uint32_t>& files) {
  const std::string summary = dump_json(summary_json(summarize(batch)));
  std::string entries, bytes;
  const std::uint64_t first = sizeof(Segment::Head) + summary.size() + batch.items.size() * sizeof(Segment::Entry);
  std::uint32_t part = 0;
  for (const Item& item : batch.items) {
    while (files[part] != item.origin.file) ++part;
    const Record* record = item.record();
    const std::string& id = record != nullptr ? record->id : std::get<Loss>(item.outcome).id;
    const std::string json =
        record != nullptr ? record->json_text() : dump_json(loss_json(std::get<Loss>(item.outcome)));
    append(entries, Segment::Entry{item.origin.line, first + bytes.size(), static_cast<std::uint32_t>(id.size()),
                                   static_cast<std::uint32_t>(json.size()), part, record != nullptr ? 1U : 0U});
    bytes += id;
    bytes += json;
  }
  Segment::Head head;
  head.entry_bytes = sizeof(Segment::Entry);
  head.items = batch.items.size();
  head.summary_bytes = summary.size();
  head.file_bytes = first + bytes.size();
  const std::string body = summary + entries + bytes;
  head.hash = xxh3_128(body);
  std::string out;
  out.reserve(head.file_bytes);
  append(out, head);
  return out += body;
}

std::optional<Segment> Segment::open(const std::filesystem::path& path, bool check) {
  auto stored = StoredFile::open(path);
  Head head;
  const bool whole = stored.has_value() && stored->read_head(head) && head.entry_bytes == sizeof(Entry) &&
                     head.file_bytes == stored->size() && head.summary_bytes <= head.file_bytes &&
                     head.items <= head.file_bytes / sizeof(Entry);
  if (!whole || (check && !stored->has_hash(sizeof head, head.hash))) return std::nullopt;
  Segment segment(std::move(*stored));
  segment.items_ = head.items;
  segment.summary_bytes_ = head.summary_bytes;
  return segment;
}

std::vector<Segment::Entry> Segment::entries(std::uint64_t first, std::uint64_t count) const {
  const std::string bytes = file_.read(sizeof(Head) + summary_bytes_ + first * sizeof(Entry), count * sizeof(Entry));
  std::vector<Entry> entries(count);
  if (count > 0) std::memcpy(entries.data(), bytes.data(), bytes.size());
  return entries;
}

SegmentSummary Segment::summary() const {
  const Json json = parse_json(file_.read(sizeof(Head), summary_bytes_), "segment");
  SegmentSummary summary;
  summary.records = json.at("records");
  for (const auto& [name, counts] : {std::pair{"rejected", &summary.rejected},
                                     {"dropped", &summary.dropped},
                                     {"redacted", &summary.redacted},
                                     {"schemas", &summary.schemas}}) {
    for (const auto& [rule, count] : json.at(name).items()) (*counts)[rule] = count;
  }
  return summary;
}

Batch Segment::batch(const std::vector<std::uint32_t>& files) const {
  Batch batch;
  const SegmentSummary counts = summary();
  batch.redacted = counts.redacted;
  batch.schemas = counts.schemas;
  batch.items.reserve(items_);
  const std::vector<Entry> all = entries(0, items_);
  if (all.empty()) return batch;
  const std::uint64_t begin = all.front().offset;
  const std::string bytes = file_.read(begin, all.back().offset + all.back().id_bytes + all.back().json_bytes - begin);
  for (const Entry& entry : all) {
    const std::string_view json(bytes.data() + (entry.offset - begin) + entry.id_bytes, entry.json_bytes);
    Item item{{files.at(entry.part), entry.line}, Loss{}, {}};
    Json value = parse_json(json, "segment");
    if (entry.is_record != 0) {
      item.outcome = Record::from_json(std::move(value));
    } else {
      item.outcome = loss_from_json(value);
    }
    batch.items.push_back(std::move(item));
  }
  return batch;
}

std::vector<Segment::Place> Segment::places() const {
  std::vector<Place> places;
  places.reserve(items_);
  for (const Entry& entry : entries(0, items_)) places.push_back({entry.part, entry.line, entry.is_record != 0});
  return places;
}

std::string Segment::id(std::uint64_t item) const {
  const Entry entry = entries(item, 1).front();
  return file_.read(entry.offset, entry.id_bytes);
}

std::string Segment::json(std::uint64_t item) const { return jsons(item, 1).front(); }

std::vector<std::string> Segment::jsons(std::uint64_t first, std::uint64_t count) const {
  const std::vector<Entry> found = entries(first, count);
  const std::uint64_t begin = found.front().offset;
  const Entry& last = found.back();
  const std::string bytes = file_.read(begin, last.offset + last.id_bytes + last.json_bytes - begin);
  std::vector<std::string> jsons;
  jsons.reserve(count);
  for (const Entry& entry : found) {
    jsons.push_back(bytes.substr(entry.offset - begin + entry.id_bytes, entry.json_bytes));
  }
  return jsons;
}

}  // namespace llmops::data
