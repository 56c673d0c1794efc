// The texts that a tokenizer is trained on.
#include "train/tokenizer_texts.h"

#include <fmt/format.h>
#include <unistd.h>

#include "core/cancel.h"
#include "core/error.h"
#include "core/files.h"
#include "core/line_source.h"
#include "data/write/dataset_folder.h"
#include "train/record_form.h"
#include "train/text_pieces.h"

namespace llmops::train {
namespace {

using Sink = std::function<void(std::string_view)>;

constexpr std::size_t kLinesAtOnce = 256;

/// What a message says: its content, or the texts among its parts.
void send_content(const Json& message, const Sink& sink) {
  const auto content = message.is_object() ? message.find("content") : message.end();
  if (!message.is_object() || content == message.end()) return;
  if (content->is_string()) return sink(content->get_ref<const std::string&>());
  if (!content->is_array()) return;
  for (const Json& part : *content) {
    if (part.is_object() && part.contains("text") && part["text"].is_string()) {
      sink(part["text"].get_ref<const std::string&>());
    }
  }
}

class TextReader {
 public:
  TextReader(const TokenizerTexts& texts, const Sink& sink, Progress& progress)
      : texts_(texts), progress_(progress), sink_([this, &sink](std::string_view text) {
          totals_.bytes += text.size();
          if (!text.empty()) sink(text);
        }) {}

  TextTotals run() {
    std::uint64_t total = 0;
    std::vector<fs::path> files;
    files.reserve(texts_.inputs.size());
    for (const fs::path& input : texts_.inputs) {
      files.push_back(fs::is_directory(input) ? data::split_file(input, texts_.split) : input);
      if (files.back() != "-" && fs::exists(files.back())) total += size_on_disk(files.back());
    }
    progress_.start("reading", total, "bytes");
    for (const fs::path& file : files) read(file);
    progress_.finish();
    return totals_;
  }

 private:
  void read(const fs::path& file) {
    ++totals_.files;
    const bool jsonl = texts_.format.empty() ? file.extension() == ".jsonl" : texts_.format == "jsonl";
    if (jsonl) return read_lines_of_json(file);
    if (texts_.format.empty() && file.extension() == ".json") return read_json(file);
    read_text_pieces(file, texts_.lines, [this](std::string_view text) {
      sink_(text);
      advance(text.size());
    });
  }

  void advance(std::size_t bytes) {
    throw_if_cancelled();
    progress_.update(done_ += bytes);
  }

  void read_lines_of_json(const fs::path& file) {
    LineSource from_stdin(STDIN_FILENO, "stdin");
    auto from_file = file == "-" ? nullptr : std::make_unique<LineSource>(file);
    LineSource& source = from_file ? *from_file : from_stdin;
    std::optional<RecordForm> form;
    for (auto lines = source.take(kLinesAtOnce); !lines.empty(); lines = source.take(kLinesAtOnce)) {
      std::size_t bytes = 0;
      for (const LineSource::Line& line : lines) {
        bytes += line.text.size() + 1;
        if (line.text.find_first_not_of(" \t\r") == std::string::npos) continue;
        const std::string origin = fmt::format("{}:{}", source.name(), line.number);
        send({parse_json(line.text, origin), origin}, form);
      }
      advance(bytes);
    }
  }

  void read_json(const fs::path& file) {
    DatasetSpec spec;
    spec.path = file.string();
    std::optional<RecordForm> form;
    for (const Record& record : read_records(spec)) send(record, form);
    advance(size_on_disk(file));
  }

  /// @param form  of the file's records that are no plain text; found from the first
  void send(const Record& record, std::optional<RecordForm>& form) {
    if (!record.value.is_object()) {
      throw InputError(fmt::format("{}: {} where a record is expected", record.origin, record.value.type_name()),
                       "each line is a JSON object, e.g. {\"text\": \"...\"}");
    }
    ++totals_.records;
    const auto text = record.value.find(texts_.text_field);
    if (text != record.value.end() && text->is_string()) return sink_(text->get_ref<const std::string&>());
    if (!form) form = record_form("", record);
    if (*form == RecordForm::kCompletion) {
      const Completion completion = to_completion(*form, record);
      return sink_(completion.prompt + completion.completion);
    }
    for (const Json& message : to_conversation(*form, record).messages) send_content(message, sink_);
  }

  const TokenizerTexts& texts_;
  Progress& progress_;
  Sink sink_;
  TextTotals totals_;
  std::uint64_t done_ = 0;  // bytes of files
};

}  // namespace

TextTotals read_tokenizer_texts(const TokenizerTexts& texts, const Sink& sink, Progress& progress) {
  return TextReader(texts, sink, progress).run();
}

}  // namespace llmops::train
