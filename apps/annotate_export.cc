// `llmops annotate export`: annotated records as a file that prepare and finetune-lora read.
#include <fmt/format.h>

#include "apps/annotate_work.h"
#include "core/files.h"
#include "core/log.h"
#include "data/annotate/export.h"
#include "registry/run.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter =
    R"(jsonl is the input's records with the answer in "label", "labels", "rating" or "ranks" and the votes in "annotation";
corrections come in the place of what they correct. preference is {"prompt", "chosen", "rejected"} for each two
candidates of which one was found better.

Examples:
  llmops annotate export tickets.annotations -o labels.jsonl
  llmops annotate export tickets.annotations -o labels.csv --format csv --resolve unanimous
  llmops annotate export pairs.annotations -o preferences.jsonl --format preference
  llmops annotate export answers.annotations -o corrected.jsonl --resolve annotator:ann)";

struct Options {
  std::string folder, output, input, resolve = "majority";
  data::ExportOptions how;
  bool no_flagged = false;
};

void export_labels(const Options& options, Context& context) {
  data::ExportOptions how = options.how;
  how.resolve = data::parse_resolve_policy(options.resolve);
  how.flagged = !options.no_flagged;
  const data::AnnotationStore store = data::read_annotation_store(options.folder);
  const std::filesystem::path input = options.input.empty() ? store.head.input : std::filesystem::path(options.input);
  const data::AnnotationRecords records = data::read_annotation_records(input);
  if (records.sha256 != store.head.sha256)
    log_warning(fmt::format("'{}' has changed since it was annotated; answers are joined by id", input.string()));
  data::ExportReport report;
  const std::string text = data::export_annotations(store.head.task, records, store.state, how, report);
  if (context.dry_run) return context.print(report.json(), report.text());
  registry::Run run(context.registry(), {.command = "annotate export",
                                         .argv = context.argv,
                                         .config = {{"resolve", options.resolve}, {"format", how.format}}});
  run.add_input(input, "raw_data", input.filename().string());
  run.add_input(std::filesystem::path(options.folder) / data::kAnnotationJournal, "text", "annotations");
  write_file_atomic(options.output, text);
  run.add_output(options.output, "raw_data", options.output);
  run.finish(report.json());
  context.print(report.json(), report.text());
}

}  // namespace

void add_annotate_export(CLI::App& parent, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* cmd = parent.add_subcommand("export", "The records with the answers that were settled on");
  cmd->add_option("folder", options->folder, "Folder of annotations")->required();
  cmd->add_option("-o,--output", options->output, "File to write")->required();
  cmd->add_option("--resolve", options->resolve, "majority, unanimous, first or annotator:NAME")->capture_default_str();
  cmd->add_option("--format", options->how.format, "jsonl, csv or preference")
      ->check(CLI::IsMember({"jsonl", "csv", "preference"}))
      ->capture_default_str();
  cmd->add_option("--field", options->how.field, "Field that gets the answer");
  cmd->add_option("--least-answers", options->how.least_answers, "Records with fewer are left out")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  cmd->add_flag("--no-flagged", options->no_flagged, "Leave flagged records out");
  cmd->add_option("--input", options->input, "The records, where they were moved");
  cmd->footer(kFooter);
  cmd->callback([options, cmd, &context] {
    refuse_labelling_options(*cmd);
    export_labels(*options, context);
  });
}

}  // namespace llmops::apps
