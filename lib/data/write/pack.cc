// Rows as they are finished, and the three files of a split.
#include "data/write/pack.h"

#include <span>

namespace llmops::data {

namespace {

template <typename T>
void write_values(AtomicFile& file, std::span<const T> values) {
  file.write(std::as_bytes(values));
}

template <typename T>
void spill_value(SpillFile& file, T value) {
  file.append(&value, sizeof value);
}

void append_spilled(AtomicFile& out, SpillFile& spilled) {
  std::string block;
  for (std::uint64_t begin = 0; begin < spilled.size(); begin += block.size()) {
    block.resize(std::min<std::uint64_t>(spilled.size() - begin, 1 << 20));
    spilled.read(begin, block.data(), block.size());
    out.write(block);
  }
}

}  // namespace

Json PackedStats::json() const {
  return {
      {"documents", documents}, {"rows", rows}, {"tokens", tokens}, {"supervised_tokens", supervised}, {"cut", cut}};
}

PackedWriter::PackedWriter(int sequence_len, const std::filesystem::path& folder, const std::string& split)
    : sequence_len_(static_cast<std::uint32_t>(sequence_len)),
      planner_(sequence_len),
      tokens_(folder / (split + ".tokens.bin")),
      mask_(folder / (split + ".mask.bin")),
      index_(folder / (split + ".index.bin")),
      offsets_(folder),
      sources_(folder),
      first_documents_(folder) {
  spill_value<std::uint64_t>(offsets_, 0);
  spill_value<std::uint64_t>(first_documents_, 0);
}

void PackedWriter::add(const EncodedRecord& record, bool is_text) {
  const auto total = static_cast<std::uint32_t>(record.tokens.size());
  const std::uint32_t used = is_text ? total : std::min(total, sequence_len_);
  stats_.cut += used < total;
  for (std::uint32_t begin = 0; begin < used; begin += sequence_len_) {
    const std::uint32_t end = std::min(begin + sequence_len_, used);
    Piece piece{next_record_,
                {record.tokens.begin() + begin, record.tokens.begin() + end},
                {record.supervised.begin() + begin, record.supervised.begin() + end}};
    planner_.add(end - begin, std::move(piece), [&](const RowPlanner<Piece>::Row& row) { write_row(row); });
  }
  ++next_record_;
}

void PackedWriter::write_row(const RowPlanner<Piece>::Row& row) {
  for (const Piece& piece : row.documents) {
    write_values<text::TokenId>(tokens_, piece.tokens);
    write_values<std::uint8_t>(mask_, piece.supervised);
    stats_.tokens += piece.tokens.size();
    stats_.supervised +=
        static_cast<std::uint64_t>(std::count(piece.supervised.begin(), piece.supervised.end(), std::uint8_t{1}));
    spill_value<std::uint64_t>(offsets_, stats_.tokens);
    spill_value<std::uint32_t>(sources_, piece.record);
  }
  stats_.documents += row.documents.size();
  ++stats_.rows;
  spill_value<std::uint64_t>(first_documents_, stats_.documents);
}

PackedStats PackedWriter::finish() {
  planner_.finish([&](const RowPlanner<Piece>::Row& row) { write_row(row); });
  PackedHeader header;
  header.sequence_len = sequence_len_;
  header.documents = stats_.documents;
  header.rows = stats_.rows;
  header.tokens = stats_.tokens;
  header.supervised = stats_.supervised;
  write_values<PackedHeader>(index_, std::span(&header, 1));
  append_spilled(index_, offsets_);
  append_spilled(index_, sources_);
  append_spilled(index_, first_documents_);
  tokens_.commit();
  mask_.commit();
  index_.commit();
  return stats_;
}

}  // namespace llmops::data
