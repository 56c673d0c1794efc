#include "data/write/accounts.h"

#include <tuple>

#include "core/cancel.h"
#include "core/files.h"
#include "data/store/external_sort.h"

namespace llmops::data {
namespace {

bool is_duplicate(Fate fate) { return fate == Fate::kEqual || fate == Fate::kNear || fate == Fate::kAlike; }

Loss loss_of(const PreparedCorpus& prepared, FinalRecords& records, std::uint32_t record, const std::string& json) {
  const Fate fate = prepared.placement.fate[record];
  Loss loss =
      dropped(fate_rule(fate), cut_text(Record::from_json(parse_json(json, "segment")).prompt_text(), kShownBytes));
  loss.id = records.id(record);
  if (is_duplicate(fate)) loss.of = records.id(prepared.placement.kept_instead(prepared.clusters.first[record]));
  return loss;
}

struct Member {
  std::uint32_t first, record;
  bool operator<(const Member& other) const { return std::tie(first, record) < std::tie(other.first, other.record); }
};

}  // namespace

void write_rejects(const PreparedCorpus& prepared, FinalRecords& records, const StepStore& store,
                   const std::filesystem::path& path) {
  AtomicFile file(path);
  for (const StoredUnit& unit : prepared.corpus.units) {
    throw_if_cancelled();
    const Segment segment = open_stored_segment(store, unit);
    const std::vector<Segment::Place> places = segment.places();
    auto record = static_cast<std::uint32_t>(unit.first);
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (places[i].is_record && prepared.placement.fate[record] == Fate::kKept) {
        ++record;
        continue;
      }
      const std::string json = segment.json(i);
      Json line = {{"path", prepared.corpus.files[unit.files.at(places[i].part)].name}, {"line", places[i].line}};
      line.update(places[i].is_record ? loss_json(loss_of(prepared, records, record, json))
                                      : parse_json(json, "segment"));
      record += places[i].is_record ? 1 : 0;
      file.write(dump_json(line) + "\n");
    }
  }
  file.commit();
}

void write_clusters(const PreparedCorpus& prepared, FinalRecords& records, const Workplace& workplace,
                    const std::filesystem::path& path) {
  const std::vector<std::uint32_t>& first = prepared.clusters.first;
  std::vector<bool> several(first.size());
  for (std::uint32_t i = 0; i < first.size(); ++i) {
    if (first[i] != i) several[i] = several[first[i]] = true;
  }
  ExternalSorter<Member> sorter(workplace.folder, workplace.memory / 4);
  for (std::uint32_t i = 0; i < first.size(); ++i) {
    if (several[i]) sorter.add({first[i], i});
  }
  AtomicFile file(path);
  Json cluster;
  const auto end_cluster = [&] {
    if (!cluster.is_null()) file.write(dump_json(cluster) + "\n");
  };
  sorter.drain([&](const Member& member) {
    if (member.record == member.first) {
      throw_if_cancelled();
      end_cluster();
      cluster = {{"split", split_name(prepared.placement.split[member.first])}, {"members", Json::array()}};
    }
    cluster["members"].push_back(
        {{"id", records.id(member.record)}, {"rule", fate_rule(prepared.placement.fate[member.record])}});
  });
  end_cluster();
  file.commit();
}

}  // namespace llmops::data
