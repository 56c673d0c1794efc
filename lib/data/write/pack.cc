// Rows by first fit, and the three files of a split.
#include "data/write/pack.h"

#include <algorithm>
#include <deque>
#include <span>

#include "core/files.h"

namespace llmops::data {

namespace {

// A part of a record that is one document of a row.
struct Piece {
  std::uint32_t record = 0;
  std::uint32_t begin = 0;   ///< first token within the record
  std::uint32_t length = 0;  ///< tokens
};

struct OpenRow {
  std::size_t row;
  std::uint32_t room;
};

constexpr std::size_t kOpenRows = 64;  // more fill rows better, and cost more time

std::vector<Piece> cut_pieces(const std::vector<EncodedRecord>& records, const std::vector<bool>& is_text,
                              std::uint32_t longest, PackedStats& stats) {
  std::vector<Piece> pieces;
  for (std::uint32_t i = 0; i < records.size(); ++i) {
    const auto total = static_cast<std::uint32_t>(records[i].tokens.size());
    const std::uint32_t used = is_text[i] ? total : std::min(total, longest);
    stats.cut += used < total;
    for (std::uint32_t begin = 0; begin < used; begin += longest) {
      pieces.push_back({i, begin, std::min(longest, used - begin)});
    }
  }
  return pieces;
}

template <typename T>
void write_values(AtomicFile& file, std::span<const T> values) {
  file.write(std::as_bytes(values));
}

}  // namespace

Json PackedStats::json() const {
  return {
      {"documents", documents}, {"rows", rows}, {"tokens", tokens}, {"supervised_tokens", supervised}, {"cut", cut}};
}

std::vector<std::vector<std::uint32_t>> plan_rows(const std::vector<std::uint32_t>& lengths, int sequence_len) {
  std::vector<std::vector<std::uint32_t>> rows;
  std::deque<OpenRow> open;
  for (std::uint32_t i = 0; i < lengths.size(); ++i) {
    auto fit = std::find_if(open.begin(), open.end(), [&](const OpenRow& row) { return row.room >= lengths[i]; });
    if (fit == open.end()) {
      if (open.size() == kOpenRows) open.pop_front();
      open.push_back({rows.size(), static_cast<std::uint32_t>(sequence_len)});
      rows.emplace_back();
      fit = open.end() - 1;
    }
    rows[fit->row].push_back(i);
    fit->room -= lengths[i];
  }
  return rows;
}

PackedStats write_packed(const std::vector<EncodedRecord>& records, const std::vector<bool>& is_text, int sequence_len,
                         const std::filesystem::path& folder, const std::string& split) {
  PackedStats stats;
  const std::vector<Piece> pieces = cut_pieces(records, is_text, static_cast<std::uint32_t>(sequence_len), stats);
  std::vector<std::uint32_t> lengths;
  for (const Piece& piece : pieces) lengths.push_back(piece.length);
  AtomicFile tokens(folder / (split + ".tokens.bin")), mask(folder / (split + ".mask.bin"));
  std::vector<std::uint64_t> offsets{0}, first_documents{0};
  std::vector<std::uint32_t> sources;
  for (const std::vector<std::uint32_t>& row : plan_rows(lengths, sequence_len)) {
    for (const std::uint32_t document : row) {
      const Piece& piece = pieces[document];
      const EncodedRecord& record = records[piece.record];
      const std::span part(record.tokens.data() + piece.begin, piece.length);
      const std::span learned(record.supervised.data() + piece.begin, piece.length);
      write_values<text::TokenId>(tokens, part);
      write_values<std::uint8_t>(mask, learned);
      stats.tokens += piece.length;
      stats.supervised += static_cast<std::uint64_t>(std::count(learned.begin(), learned.end(), 1));
      offsets.push_back(stats.tokens);
      sources.push_back(piece.record);
    }
    first_documents.push_back(sources.size());
  }
  stats.documents = sources.size();
  stats.rows = first_documents.size() - 1;
  PackedHeader header;
  header.sequence_len = static_cast<std::uint32_t>(sequence_len);
  header.documents = stats.documents;
  header.rows = stats.rows;
  header.tokens = stats.tokens;
  header.supervised = stats.supervised;
  AtomicFile index(folder / (split + ".index.bin"));
  write_values<PackedHeader>(index, std::span(&header, 1));
  write_values<std::uint64_t>(index, offsets);
  write_values<std::uint32_t>(index, sources);
  write_values<std::uint64_t>(index, first_documents);
  tokens.commit();
  mask.commit();
  index.commit();
  return stats;
}

}  // namespace llmops::data
