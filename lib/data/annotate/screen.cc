// Lays records, menus and help out for a terminal of any width.
#include "data/annotate/screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/terminal.h"
#include "core/text_wrap.h"

namespace llmops::data {

namespace {

std::string bold(const std::string& text, bool colour) { return colour ? "\033[1m" + text + "\033[0m" : text; }
std::string dim(const std::string& text, bool colour) { return colour ? "\033[2m" + text + "\033[0m" : text; }
std::string green(const std::string& text, bool colour) { return colour ? "\033[32m" + text + "\033[0m" : text; }

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : dump_json(value); }

void add_turns(const Json& messages, std::vector<std::pair<std::string, std::string>>& fields) {
  for (const Json& turn : messages) {
    const bool known = turn.is_object() && turn.contains("role") && turn.contains("content");
    fields.emplace_back(known ? text_of(turn["role"]) : "turn", text_of(known ? turn["content"] : turn));
  }
}

bool is_conversation(const Json& value) {
  return value.is_array() && !value.empty() && value[0].is_object() && value[0].contains("role");
}

std::string wrapped(const std::string& text, const ScreenOptions& options) {
  const std::vector<std::string> lines = wrap_text(visible_text(text), options.width - 2);
  const std::size_t most = options.lines == 0 ? lines.size() : std::min(lines.size(), options.lines);
  std::string out;
  for (std::size_t i = 0; i < most; ++i) out += "  " + lines[i] + "\n";
  if (most < lines.size())
    out += dim(fmt::format("  ... {} more lines, m shows them", lines.size() - most), options.colour) + "\n";
  return out;
}

std::string heading(const std::string& text, const ScreenOptions& options) {
  std::string out;
  for (const std::string& line : wrap_text(visible_text(text), options.width)) out += dim(line, options.colour) + "\n";
  return out;
}

/// Several to a line, as many as fit.
std::string flowing(const std::vector<std::string>& items, const ScreenOptions& options) {
  constexpr const char* kGap = "   ";
  std::string out, line;
  for (const std::string& item : items) {
    const std::string shown = visible_text(item);
    if (!line.empty() && display_width(line) + 3 + display_width(shown) > options.width) {
      out += line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : kGap) + shown;
  }
  return out + line + "\n";
}

}  // namespace

std::vector<std::pair<std::string, std::string>> shown_fields(const AnnotationTask& task,
                                                              const AnnotationRecord& record) {
  std::vector<std::pair<std::string, std::string>> fields;
  std::vector<std::string> names = task.fields;
  const bool rank = task.kind == AnnotationTask::Kind::kRank;
  if (names.empty()) {
    for (const auto& [name, unused] : record.fields.items()) {
      const bool ranked =
          rank && (task.candidates.empty()
                       ? name == "candidates" || name == "chosen" || name == "rejected"
                       : std::find(task.candidates.begin(), task.candidates.end(), name) != task.candidates.end());
      if (name != "id" && !ranked) names.push_back(name);
    }
  }
  for (const std::string& name : names) {
    const auto found = record.fields.find(name);
    if (found == record.fields.end()) continue;
    if (is_conversation(*found)) {
      add_turns(*found, fields);
    } else {
      fields.emplace_back(name, text_of(*found));
    }
  }
  if (rank) {
    const std::vector<Json> candidates = candidates_of(task, record);
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      std::vector<std::pair<std::string, std::string>> turns;
      if (is_conversation(candidates[i])) add_turns(candidates[i], turns);
      std::string text = turns.empty() ? text_of(candidates[i]) : "";
      for (const auto& [role, content] : turns)
        text += fmt::format("{}{}: {}", text.empty() ? "" : "\n", role, content);
      fields.emplace_back(std::to_string(i + 1), text);
    }
  }
  return fields;
}

std::string render_turn(const AnnotationTask& task, const AnnotationRecord& record, const AnnotationTurn& turn,
                        const AnnotationProgress& progress, const ScreenOptions& options) {
  const std::string place = fmt::format("{} of {}  {}{}", std::min(progress.done + 1, progress.total()),
                                        progress.total(), visible_text(record.id), turn.flagged ? "  flagged" : "");
  std::string out = "\n" + dim(std::string(static_cast<std::size_t>(options.width), '-'), options.colour) + "\n";
  for (const std::string& line : wrap_text(place, options.width)) out += bold(line, options.colour) + "\n";
  for (const auto& [name, text] : shown_fields(task, record)) {
    out += heading(name, options) + wrapped(text, options);
  }
  if (!turn.note.empty()) out += heading("your note", options) + wrapped(turn.note, options);
  if (turn.before) out += heading("your answer", options) + wrapped(value_text(task, *turn.before), options);
  if (turn.suggestion) {
    const double score = turn.suggestion->score;
    const std::string sure = std::isfinite(score) ? fmt::format(" ({:.2f})", score) : "";
    out += heading("suggested by " + turn.suggestion->source, options);
    for (const std::string& line :
         wrap_text(visible_text(value_text(task, turn.suggestion->value)) + sure, options.width - 2))
      out += "  " + green(line, options.colour) + "\n";
  }
  return out;
}

std::string render_menu(const AnnotationTask& task, const AnswerKeys& keys, bool suggestion,
                        const ScreenOptions& options) {
  std::vector<std::string> items = keys.menu();
  if (suggestion) items.emplace_back("y  as suggested");
  const std::string answers = flowing(items, options);
  const char* more = task.kind == AnnotationTask::Kind::kLabel ? "u undo   s skip   f flag   n note   / find   ? help"
                                                               : "u undo   s skip   f flag   n note   ? help";
  return answers + heading(more, options);
}

std::string render_help(const AnnotationTask& task, const AnswerKeys& keys, const ScreenOptions& options) {
  std::string text = "\n";
  if (!task.instructions.empty()) text += wrapped(task.instructions, {options.width, options.colour, 0}) + "\n";
  for (const std::string& line : keys.menu()) text += visible_text(line) + "\n";
  for (const char* line : {"u  undo: back to the record before", "s  skip: decide nothing", "f  flag for others to see",
                           "n  note", "y  as suggested", "m  the whole text", "/  find a label by its name",
                           "q  quit; everything is saved already"}) {
    for (const std::string& part : wrap_text(line, options.width)) text += part + "\n";
  }
  return text;
}

}  // namespace llmops::data
