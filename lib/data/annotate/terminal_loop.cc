// The two loops of `llmops annotate` without a browser.
#include "data/annotate/terminal_loop.h"

#include <fmt/format.h>

#include <cmath>

#include "core/error.h"
#include "core/text_wrap.h"

namespace llmops::data {

namespace {

using Effect = AnswerKeys::Effect;

/// One record before the person; step() takes one key.
class RecordKeys {
 public:
  RecordKeys(AnnotationSession& session, const TerminalHooks& hooks, const ScreenOptions& options)
      : session_(session),
        hooks_(hooks),
        options_(options),
        task_(session.project().task()),
        record_(session.record()),
        keys_(task_, record_) {
    show(options_);
  }

  enum class Next { kSame, kRecord, kQuit };

  Next step(int key) {
    if (key < 0 || key == 'q') return Next::kQuit;
    if (const auto next = command(key)) return *next;
    if (key == '/' && task_.kind == AnnotationTask::Kind::kLabel) return effect(find_label());
    return effect(keys_.press(key));
  }

 private:
  void show(const ScreenOptions& options) {
    const AnnotationProgress progress = session_.project().progress(session_.annotator());
    hooks_.write(render_turn(task_, record_, *session_.turn(), progress, options) +
                 render_menu(task_, keys_, session_.turn()->suggestion.has_value(), options));
  }

  std::optional<Next> command(int key) {
    switch (key) {
      case 'u':
        if (session_.undo()) return Next::kRecord;
        hooks_.write("nothing to undo\n");
        return Next::kSame;
      case 's': session_.skip(); return told("skipped");
      case 'f':
        session_.toggle_flag();
        hooks_.write(session_.turn()->flagged ? "flagged\n" : "no longer flagged\n");
        return Next::kSame;
      case 'n': note(); return Next::kSame;
      case 'y': return accept();
      case 'e': return edit();
      case 'm': show({options_.width, options_.colour, 0}); return Next::kSame;
      case '?': hooks_.write(render_help(task_, keys_, options_)); return Next::kSame;
      default: return std::nullopt;
    }
  }

  Next told(const std::string& what) {
    hooks_.write("> " + wrap_text(visible_text(what), options_.width - 4).front() + "\n");
    return Next::kRecord;
  }

  Next effect(Effect effect) {
    if (effect == Effect::kChanged) hooks_.write(fmt::format("  [{}]\n", visible_text(keys_.pending())));
    if (effect != Effect::kComplete) return Next::kSame;
    const std::string shown = value_text(task_, keys_.value());
    session_.answer(keys_.value());
    return told(shown);
  }

  Next accept() {
    const std::optional<Suggestion> suggestion = session_.turn()->suggestion;
    if (suggestion && session_.accept()) return told(value_text(task_, suggestion->value));
    hooks_.write("nothing is suggested\n");
    return Next::kSame;
  }

  void note() {
    hooks_.write("note: ");
    const std::string text = hooks_.read_line();
    if (!text.empty()) session_.note(text);
  }

  Effect find_label() {
    hooks_.write("label: ");
    const std::string text = hooks_.read_line();
    std::vector<std::string> found;
    for (const std::string& label : task_.labels) {
      if (label == text) return keys_.choose(label);
      if (!text.empty() && label.starts_with(text)) found.push_back(label);
    }
    if (found.size() == 1) return keys_.choose(found[0]);
    hooks_.write(found.empty() ? "no label begins so\n" : fmt::format("which: {}\n", fmt::join(found, ", ")));
    return Effect::kNone;
  }

  Next edit() {
    if (task_.kind != AnnotationTask::Kind::kCorrect) return Next::kSame;
    const Json before = session_.turn()->before.value_or(text_to_correct(task_, record_));
    try {
      session_.answer(hooks_.edit(before.get<std::string>()));
      return told("corrected");
    } catch (const Interrupted&) {
      throw;
    } catch (const Error& error) {
      hooks_.write(fmt::format("{}\n{}\n", error.what(), error.hint()));
      return Next::kSame;
    }
  }

  AnnotationSession& session_;
  const TerminalHooks& hooks_;
  const ScreenOptions& options_;
  const AnnotationTask& task_;
  const AnnotationRecord& record_;
  AnswerKeys keys_;
};

/// @returns false at ":quit"
bool take_command(AnnotationSession& session, const std::string& command, const std::string& origin) {
  if (command == ":skip") {
    session.skip();
  } else if (command == ":flag") {
    session.toggle_flag();
  } else if (command == ":undo") {
    if (!session.undo()) throw InputError(origin + ": there is nothing to undo");
  } else if (command == ":accept") {
    if (!session.accept())
      throw InputError(fmt::format("{}: nothing is suggested for '{}'", origin, session.record().id));
  } else if (command.starts_with(":note ")) {
    session.note(command.substr(6));
  } else if (command == ":quit") {
    return false;
  } else {
    throw InputError(fmt::format("{}: '{}' is no command", origin, command.substr(0, 80)),
                     ":skip, :flag, :undo, :accept, :note TEXT or :quit");
  }
  return true;
}

Json record_json(AnnotationSession& session) {
  const AnnotationTurn& turn = *session.turn();
  Json json{{"id", session.record().id}, {"record", session.record().fields}};
  if (turn.suggestion) json["suggestion"] = suggestion_json(*turn.suggestion);
  if (turn.before) json["before"] = *turn.before;
  return json;
}

}  // namespace

void run_terminal(AnnotationSession& session, const TerminalHooks& hooks, const ScreenOptions& options) {
  const AnnotationTask& task = session.project().task();
  if (!task.instructions.empty()) {
    for (const std::string& line : wrap_text(visible_text(task.instructions), options.width)) hooks.write(line + "\n");
  }
  while (session.turn() != nullptr) {
    RecordKeys keys(session, hooks, options);
    auto next = RecordKeys::Next::kSame;
    while (next == RecordKeys::Next::kSame) next = keys.step(hooks.read_key());
    if (next == RecordKeys::Next::kQuit) return;
  }
  hooks.write("\nnothing is left\n");
}

void run_lines(AnnotationSession& session, LineSource& lines, const LineHooks& hooks) {
  std::size_t shown_for = static_cast<std::size_t>(-1);
  while (session.turn() != nullptr) {
    if (shown_for != session.turn()->record) {
      shown_for = session.turn()->record;
      const AnnotationProgress progress = session.project().progress(session.annotator());
      hooks.show(record_json(session),
                 render_turn(session.project().task(), session.record(), *session.turn(), progress, {}));
    }
    const auto taken = lines.take(1);
    if (taken.empty()) return;
    const std::string& line = taken[0].text;
    if (line.find_first_not_of(" \t") == std::string::npos) continue;
    const std::string origin = fmt::format("{}:{}", lines.name(), taken[0].number);
    if (line[0] == ':') {
      if (!take_command(session, line, origin)) return;
      if (line == ":undo") shown_for = static_cast<std::size_t>(-1);
      continue;
    }
    try {
      session.answer(parse_answer(session.project().task(), session.record(), line));
    } catch (const InputError& error) {
      throw InputError(origin + ": " + error.what(), error.hint());
    }
  }
}

}  // namespace llmops::data
