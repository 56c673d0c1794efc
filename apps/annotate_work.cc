#include "apps/annotate_work.h"

#include <fmt/format.h>

#include "core/files.h"
#include "core/uri.h"
#include "registry/resolve.h"

namespace llmops::apps {
namespace {

using Kind = data::AnnotationTask::Kind;

struct Place {
  std::filesystem::path input, folder;
};

/// A folder of annotations stands for what it is about.
Place find_place(const AnnotateOptions& options, Context& context) {
  if (options.input.empty()) {
    throw UsageError("there is nothing to annotate", "llmops annotate data.jsonl --labels spam,ham");
  }
  if (parse_uri(options.input).kind != Uri::Kind::kPath) {
    const registry::Resolved found = registry::resolve(context.registry_to_read(), options.input);
    const Uri uri = parse_uri(found.uri);
    const std::string name = fmt::format("{}-{}.annotations", uri.name, uri.version);  // not in the registry's own home
    return {found.path, options.output.empty() ? name : options.output};
  }
  if (data::is_annotation_folder(options.input))
    return {data::read_annotation_head(options.input).input, options.input};
  return {options.input,
          options.output.empty() ? data::default_annotation_folder(options.input) : fs::path(options.output)};
}

void apply_flags(const AnnotateOptions& options, const std::function<bool(const char*)>& given,
                 data::AnnotationTask& task) {
  const auto take = [&](const char* name, auto& target, const auto& value) {
    if (given(name)) target = value;
  };
  if (given("--kind"))
    task.kind = data::parse_annotation_task({{"kind", options.kind}, {"labels", {"-"}}}, "--kind").kind;
  take("--labels", task.labels, options.task.labels);
  take("--multiple", task.multiple, options.task.multiple);
  take("--candidates", task.candidates, options.task.candidates);
  take("--edit", task.edit, options.task.edit);
  take("--fields", task.fields, options.task.fields);
  take("--instructions", task.instructions, options.task.instructions);
  take("--overlap", task.overlap, options.task.overlap);
  take("--annotators", task.annotators, options.task.annotators);
  if (given("--scale")) {
    task.scale_min = options.scale[0];
    task.scale_max = options.scale[1];
  }
}

data::AnnotationTask find_task(const AnnotateOptions& options, const std::filesystem::path& folder,
                               const std::function<bool(const char*)>& given) {
  data::AnnotationTask task;
  if (!options.task_file.empty()) {
    task = data::read_annotation_task(options.task_file, options.overrides);
  } else if (fs::exists(folder / "task.json")) {
    task = data::read_annotation_head(folder).task;
  }
  apply_flags(options, given, task);
  data::check_annotation_task(task, options.task_file.empty() ? "annotate" : options.task_file);
  return task;
}

/// A task about fields that no record has would show nothing: said before anybody begins.
void check_first(const data::AnnotationTask& task, const data::AnnotationRecord& record) {
  if (task.kind == Kind::kRank) data::candidates_of(task, record);
  if (task.kind == Kind::kCorrect) data::text_to_correct(task, record);
}

}  // namespace

void refuse_labelling_options(const CLI::App& subcommand) {
  const CLI::App* parent = subcommand.get_parent();
  for (const CLI::Option* option : parent->get_options()) {
    if (option->count() > 0) {
      throw UsageError(fmt::format("'{}' is not an option of 'annotate {}'", option->get_name(), subcommand.get_name()),
                       fmt::format("run 'llmops annotate {} --help'", subcommand.get_name()));
    }
  }
}

std::unique_ptr<data::AnnotationProject> open_project(const AnnotateOptions& options, Context& context,
                                                      const std::function<bool(const char*)>& given) {
  const Place place = find_place(options, context);
  data::AnnotationTask task = find_task(options, place.folder, given);
  data::AnnotationRecords records = data::read_annotation_records(place.input);
  for (const data::AnnotationRecord& record : records.records) check_first(task, record);
  if (context.dry_run) return nullptr;
  return std::make_unique<data::AnnotationProject>(place.folder, std::move(task), std::move(records));
}

}  // namespace llmops::apps
