#include "data/explore/sample_dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "core/error.h"
#include "core/terminal.h"
#include "data/explore/line_blocks.h"
#include "data/explore/reservoir.h"
#include "data/explore/shown_text.h"
#include "text/utf8.h"

namespace llmops::data::explore {
namespace {

bool fits(const std::vector<JsonField>& fields, const std::vector<Where>& where) {
  return std::all_of(where.begin(), where.end(), [&](const Where& wanted) {
    const JsonField* field = find_field(fields, wanted.field);
    if (field == nullptr) return wanted.value.empty();
    return field->escaped ? field_text(*field) == wanted.value : field->raw == wanted.value;
  });
}

// Calls body(file, line, number) for all lines, one after the other.
template <typename Body>
void for_all_lines(const DatasetFiles& files, Progress& progress, Body body) {
  progress.start("read", files.bytes(), "B");
  std::uint64_t done = 0;
  for (std::size_t file = 0; file < files.files.size(); ++file) {
    LineBlocks blocks(files.files[file].path);
    for (LineBlock block; blocks.next(block); progress.update(done += block.bytes.size()))
      for_each_line(block,
                    [&](std::string_view line, std::uint64_t number, std::uint64_t) { body(file, line, number); });
  }
  progress.finish();
}

}  // namespace

Where parse_where(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    throw UsageError(fmt::format("'{}' is not FIELD=VALUE", text), "e.g. --where language=en");
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::vector<FoundRecord> sample_dataset(const DatasetFiles& files, const SampleSpec& spec, Progress& progress) {
  Reservoir<FoundRecord> sample(spec.count, spec.seed);
  std::vector<JsonField> fields;
  for_all_lines(files, progress, [&](std::size_t file, std::string_view line, std::uint64_t number) {
    if (!text::utf8_valid(line) || !scan_object(line, fields) || !fits(fields, spec.where)) return;
    sample.offer([&] { return FoundRecord{files.name(file), number, std::string(line)}; });
  });
  return sample.take();
}

std::vector<FoundRecord> find_records(const DatasetFiles& files, const std::vector<std::string>& ids,
                                      Progress& progress) {
  std::map<std::string, std::optional<FoundRecord>, std::less<>> wanted;
  for (const std::string& id : ids) wanted[id];
  RecordReader reader;
  for_all_lines(files, progress, [&](std::size_t file, std::string_view line, std::uint64_t number) {
    if (!reader.read(line)) return;
    const auto found = wanted.find(reader.view().id);
    if (found == wanted.end() || found->second) return;
    found->second = FoundRecord{files.name(file), number, std::string(line)};
  });
  std::vector<FoundRecord> records;
  for (const std::string& id : ids) {
    if (!wanted[id]) {
      throw NotFoundError(fmt::format("'{}' has no record '{}'", files.root.string(), id),
                          "`llmops data search` finds records by their text");
    }
    records.push_back(*wanted[id]);
  }
  return records;
}

std::string FoundRecord::text() const {
  RecordReader reader;
  if (!reader.read(line)) return shown_text(line) + "\n";
  const RecordView& record = reader.view();
  std::string out = paint(Colour::kBold, record.id.empty() ? "(no id)" : shown_text(record.id)) + "  " +
                    paint(Colour::kDim, fmt::format("{}:{}", file, line_number)) + "\n";
  for (const JsonField& field : record.fields) {
    if (field.is("id") || field.is("text") || field.is("messages") || field.is("conversations")) continue;
    const bool shown_below = std::any_of(record.parts.begin(), record.parts.end(),
                                         [&](const TextPart& part) { return field.is(part.role); });
    if (!shown_below) out += paint(Colour::kDim, shown_text(field.key) + ": ") + shown_text(field_text(field)) + "\n";
  }
  for (const TextPart& part : record.parts) {
    if (record.shape != RecordShape::kText) out += paint(Colour::kCyan, shown_text(part.role) + ":") + "\n";
    out += shown_text(part.text) + "\n";
  }
  return out;
}

}  // namespace llmops::data::explore
