#include "data/explore/search_dataset.h"

#include <fmt/format.h>

#include <array>

#include "core/table.h"
#include "core/terminal.h"
#include "data/explore/line_blocks.h"
#include "data/explore/record_view.h"
#include "data/explore/scan_dataset.h"
#include "data/explore/search_pattern.h"
#include "data/explore/shown_text.h"
#include "data/record.h"

namespace llmops::data::explore {
namespace {

struct LineHit {
  std::size_t begin = 0;  ///< of its line in the block
  SearchHit hit;
};

// One thread's search through a block of lines.
class BlockSearch {
 public:
  BlockSearch(const SearchPattern& pattern, const SearchSpec& spec) : pattern_(pattern), spec_(spec) {}

  void run(const LineBlock& block) {
    hits.clear();
    begins_.clear();
    count = 0;
    const std::string_view bytes = block.bytes;
    pattern_.candidate_lines(bytes, begins_);
    for (const std::size_t begin : begins_) {
      std::string_view line = bytes.substr(begin, bytes.find('\n', begin) - begin);
      if (block.offset + begin == 0 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
      if (!reader_.read(line)) continue;
      SearchHit hit;
      if (!match_record(hit)) continue;
      ++count;
      if (!spec_.count_only && (spec_.most == 0 || hits.size() < spec_.most)) hits.push_back({begin, std::move(hit)});
    }
  }

  std::vector<LineHit> hits;
  std::uint64_t count = 0;

 private:
  bool match_record(SearchHit& hit) {
    const RecordView& record = reader_.view();
    if (spec_.field.empty()) {
      for (const TextPart& part : record.parts) match_text(part.role, part.text, hit);
    } else if (const JsonField* field = find_field(record.fields, spec_.field)) {
      field->escaped ? match_text(spec_.field, field_text(*field), hit) : match_text(spec_.field, field->raw, hit);
    }
    if (hit.matches > 0) hit.id = record.id;
    return hit.matches > 0;
  }

  void match_text(std::string_view role, std::string_view text, SearchHit& hit) {
    for (std::size_t from = 0;;) {
      const Match found = pattern_.find(text, from);
      if (found.begin == std::string_view::npos) return;
      if (hit.matches++ == 0) {
        hit.role = role;
        hit.match = shown_line(text.substr(found.begin, found.end - found.begin), SIZE_MAX);
        hit.before = shown_line(text_tail(text.substr(0, found.begin), spec_.context), SIZE_MAX);
        hit.after = shown_line(text.substr(found.end), spec_.context);
      }
      if (spec_.count_only) return;  // one is enough
      from = found.end;
    }
  }

  const SearchPattern& pattern_;
  const SearchSpec& spec_;
  RecordReader reader_;
  std::vector<std::size_t> begins_;
};

}  // namespace

SearchReport search_dataset(const DatasetFiles& files, const SearchSpec& spec, Progress& progress,
                            const std::function<void(const SearchHit&)>& show) {
  const SearchPattern pattern(spec.query, spec.regex, spec.ignore_case);
  std::vector<BlockSearch> searches(kShards, BlockSearch(pattern, spec));
  SearchReport report;
  std::array<const LineBlock*, kShards> blocks{};
  std::size_t current_file = 0;
  const auto show_round = [&] {
    for (std::size_t shard = 0; shard < kShards; ++shard) {
      if (blocks[shard] == nullptr) continue;
      const std::string_view bytes = blocks[shard]->bytes;
      report.bytes += bytes.size();
      std::uint64_t line = blocks[shard]->first_line, shown = report.records;
      std::size_t counted = 0;
      for (LineHit& found : searches[shard].hits) {
        if (spec.most > 0 && shown >= spec.most) break;
        line += count_newlines(bytes.substr(counted, found.begin - counted));
        counted = found.begin;
        found.hit.file = files.name(current_file);
        found.hit.line = line;
        show(found.hit);
        ++shown;
      }
      report.records += searches[shard].count;
      blocks[shard] = nullptr;
    }
    return spec.count_only || spec.most == 0 || report.records < spec.most;
  };
  scan_dataset(files, spec.threads, progress,
               {[&](std::size_t shard, std::size_t file, const LineBlock& block) {
                  searches[shard].run(block);
                  blocks[shard] = &block;
                  if (shard == 0) current_file = file;
                },
                show_round});
  if (!spec.count_only && spec.most > 0) report.records = std::min(report.records, spec.most);
  return report;
}

Json SearchHit::json() const {
  return {{"id", id},           {"file", file},     {"line", line},   {"role", role},
          {"matches", matches}, {"before", before}, {"match", match}, {"after", after}};
}

std::string SearchHit::text(int width) const {
  const std::string place = fmt::format("{}:{}", file, line);
  std::string head = paint(Colour::kCyan, place) + "  " + paint(Colour::kDim, id.empty() ? role : id + " " + role);
  if (matches > 1) head += fmt::format("  {} matches", matches);
  std::string left = before;
  // The match stays in sight on a narrow terminal: what stands before it gives way.
  const int room = width > 0 ? std::max(8, (width - display_width(match) - 2) / 2) : 0;
  while (room > 0 && display_width(left) > room) left = text_tail(left, left.size() - 1);
  std::string right = after;
  while (room > 0 && display_width(right) > room) right = cut_text(right, right.size() - 1);
  return head + "\n  " + left + paint(Colour::kRed, match) + right + "\n";
}

}  // namespace llmops::data::explore
