// Writes annotated records as JSON lines, as a table, and as preference pairs.
#include "data/annotate/export.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/units.h"

namespace llmops::data {

namespace {

using Kind = AnnotationTask::Kind;

constexpr std::size_t kMostUndecided = 20;

const char* default_field(const AnnotationTask& task) {
  if (task.kind == Kind::kRate) return "rating";
  if (task.kind == Kind::kRank) return "ranks";
  return task.multiple ? "labels" : "label";
}

bool is_flagged(const Verdicts& verdicts) {
  for (const auto& [unused, verdict] : verdicts) {
    if (verdict.flagged) return true;
  }
  return false;
}

/// Who said what, beside the answer.
Json about(const AnnotationTask& task, const AnnotationRecord& record, const Verdicts& verdicts,
           const ResolvedAnswer& answer) {
  Json json{{"votes", answer.votes}, {"agreement", answer.agreement}};
  Json notes = Json::object();
  for (const auto& [name, verdict] : verdicts) {
    if (!verdict.note.empty()) notes[name] = verdict.note;
  }
  if (!notes.empty()) json["notes"] = notes;
  if (is_flagged(verdicts)) json["flagged"] = true;
  if (task.kind == Kind::kCorrect) json["changed"] = answer.value != text_to_correct(task, record);
  return json;
}

std::string json_line(const AnnotationTask& task, const AnnotationRecord& record, const Verdicts& verdicts,
                      const ResolvedAnswer& answer, const std::string& field) {
  Json line = record.fields;
  Json annotation = about(task, record, verdicts, answer);
  if (task.kind == Kind::kCorrect) {
    line = with_corrected_text(task, record, answer.value.get<std::string>());
    annotation.erase("votes");  // whole texts
  } else {
    if (line.contains(field)) annotation["was"] = line[field];
    line[field] = answer.value;
  }
  if (!line.contains("id")) line["id"] = record.id;
  line["annotation"] = std::move(annotation);
  return dump_json(line) + "\n";
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string csv_line(const AnnotationTask& task, const AnnotationRecord& record, const Verdicts& verdicts,
                     const ResolvedAnswer& answer) {
  std::string votes, text;
  for (const auto& [name, value] : answer.votes)
    votes += fmt::format("{}{}={}", votes.empty() ? "" : "; ", name, value_text(task, value));
  for (const auto& [name, value] : record.fields.items()) {
    if (name != "id" && value.is_string() && text.empty()) text = value.get<std::string>();
    if (name == "messages") text = dump_json(value);
  }
  return fmt::format("{},{},{},{},{:.3f},{}\n", csv_cell(record.id), csv_cell(text),
                     csv_cell(value_text(task, answer.value)), csv_cell(votes), answer.agreement,
                     is_flagged(verdicts) ? "true" : "false");
}

/// What the candidates answer: the record's prompt, or its messages, or its text.
Json prompt_of(const AnnotationRecord& record) {
  for (const char* name : {"prompt", "messages", "instruction", "question", "text"}) {
    if (record.fields.contains(name)) return record.fields[name];
  }
  throw InputError(fmt::format("record '{}' has no prompt to export", record.id),
                   "a field 'prompt', 'messages' or 'text'");
}

/// Every two candidates of which one was found better.
std::string preference_lines(const AnnotationTask& task, const AnnotationRecord& record, const ResolvedAnswer& answer,
                             std::size_t& lines) {
  const std::vector<Json> candidates = candidates_of(task, record);
  const Json& ranks = answer.value;
  std::string text;
  if (ranks.size() != candidates.size()) return text;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    for (std::size_t j = 0; j < candidates.size(); ++j) {
      if (ranks[i] >= ranks[j]) continue;
      const std::string id = candidates.size() == 2 ? record.id : fmt::format("{}/{}-{}", record.id, i + 1, j + 1);
      text += dump_json(
                  {{"id", id}, {"prompt", prompt_of(record)}, {"chosen", candidates[i]}, {"rejected", candidates[j]}}) +
              "\n";
      ++lines;
    }
  }
  return text;
}

void check_options(const AnnotationTask& task, const ExportOptions& options) {
  if (options.format != "jsonl" && options.format != "csv" && options.format != "preference") {
    throw UsageError(fmt::format("'{}' is no format of an export", options.format), "jsonl, csv or preference");
  }
  if (options.format == "preference" && task.kind != Kind::kRank) {
    throw UsageError(fmt::format("a task of kind '{}' has no preferences to export", task.kind_name()),
                     "--format jsonl or csv; preferences come of tasks of kind rank");
  }
}

}  // namespace

std::string export_annotations(const AnnotationTask& task, const AnnotationRecords& records,
                               const AnnotationState& state, const ExportOptions& options, ExportReport& report) {
  check_options(task, options);
  const std::string field = options.field.empty() ? default_field(task) : options.field;
  std::string out = options.format == "csv" ? "id,text,answer,votes,agreement,flagged\n" : "";
  report.records = records.records.size();
  for (const auto& [id, unused] : state.all()) {
    report.unknown += state.answers(id) > 0 && records.find(id) == nullptr ? 1 : 0;
  }
  for (const AnnotationRecord& record : records.records) {
    const Verdicts& verdicts = state.of(record.id);
    if (state.answers(record.id) < static_cast<std::size_t>(std::max(1, options.least_answers))) {
      ++report.unanswered;
      continue;
    }
    if (!options.flagged && is_flagged(verdicts)) {
      ++report.flagged;
      continue;
    }
    const auto answer = resolve_answer(task, verdicts, options.resolve);
    if (!answer) {
      ++report.unresolved;
      if (report.undecided.size() < kMostUndecided) report.undecided.push_back(record.id);
      continue;
    }
    ++report.exported;
    if (options.format == "preference") {
      out += preference_lines(task, record, *answer, report.lines);
      continue;
    }
    out += options.format == "csv" ? csv_line(task, record, verdicts, *answer)
                                   : json_line(task, record, verdicts, *answer, field);
    ++report.lines;
  }
  return out;
}

Json ExportReport::json() const {
  return {{"records", records},       {"exported", exported},   {"lines", lines},     {"unanswered", unanswered},
          {"unresolved", unresolved}, {"undecided", undecided}, {"flagged", flagged}, {"unknown", unknown}};
}

std::string ExportReport::text() const {
  std::string line = fmt::format("{} of {} records exported", format_count(exported), format_count(records));
  if (lines != exported) line += fmt::format(" as {} lines", format_count(lines));
  if (unanswered > 0) line += fmt::format(", {} without an answer", format_count(unanswered));
  if (unresolved > 0) {
    line += fmt::format(", {} undecided ({}{})", format_count(unresolved), fmt::join(undecided, ", "),
                        unresolved > undecided.size() ? ", ..." : "");
  }
  if (flagged > 0) line += fmt::format(", {} flagged and left out", format_count(flagged));
  if (unknown > 0)
    line += fmt::format("; {} answers are about records that are not in the input", format_count(unknown));
  return line + "\n";
}

}  // namespace llmops::data
