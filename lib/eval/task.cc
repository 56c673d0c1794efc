// Reading a task's YAML. Each part of the file has its function; what belongs together is checked at the end.
#include "eval/task.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/yaml_reader.h"
#include "core/spelling.h"
#include "eval/measure.h"

namespace llmops::eval {
namespace {

using config::YamlObject;

const std::vector<std::string> kOutputTypes = {"generate_until", "multiple_choice", "loglikelihood",
                                               "loglikelihood_rolling"};
const std::vector<std::string> kFilterFunctions = {"take_first",        "strip", "lowercase", "uppercase",
                                                   "remove_whitespace", "regex"};

std::string join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// Position of the value in `names`, or 0 after recording that it is none of them.
std::size_t choose(YamlObject& object, const std::string& key, const std::string& value,
                   const std::vector<std::string>& names) {
  const auto found = std::find(names.begin(), names.end(), value);
  object.check(found != names.end(), key, fmt::format("is '{}', expected one of {}", value, join(names)),
               did_you_mean(value, names));
  return found != names.end() ? static_cast<std::size_t>(found - names.begin()) : 0;
}

void read_dataset(YamlObject& root, Task& task) {
  root.optional("dataset_path", task.dataset_path);
  std::string dataset_name, validation_split;
  root.optional("dataset_name", dataset_name);
  root.check(dataset_name.empty(), "dataset_name", "is not supported", "name the file in 'dataset_path'");
  YamlObject arguments = root.object("dataset_kwargs");
  const Json files = arguments.json("data_files");
  if (files.is_object()) {
    for (const auto& [split, file] : files.items()) {
      arguments.check(file.is_string(), "data_files", "must map splits to file names");
      if (file.is_string()) task.data_files[split] = file.get<std::string>();
    }
  } else if (files.is_string()) {
    task.data_files[""] = files.get<std::string>();
  } else {
    arguments.check(files.is_null(), "data_files", "must be a file name, or a mapping of split to file name");
  }
  root.check(task.dataset_path != "json" || !task.data_files.empty(), "dataset_path",
             "is 'json' without 'dataset_kwargs.data_files'");
  root.optional("test_split", task.test_split);
  root.optional("validation_split", validation_split);
  if (task.test_split.empty()) task.test_split = validation_split;
  root.optional("fewshot_split", task.fewshot_split);
  root.optional("limit", task.limit);
  root.check(task.limit >= 0, "limit", "must be at least 0");
}

void read_choices(YamlObject& root, Task& task) {
  const Json choices = root.json("doc_to_choice");
  if (choices.is_string()) {
    task.doc_to_choice = {choices.get<std::string>()};
    task.choices_from_one = true;
  } else if (choices.is_array()) {
    root.check(!choices.empty(), "doc_to_choice", "is empty");
    for (const Json& choice : choices) {
      task.doc_to_choice.push_back(choice.is_string() ? choice.get<std::string>() : dump_json(choice));
    }
  } else {
    root.check(choices.is_null(), "doc_to_choice", "must be text or a list");
  }
}

void read_prompt(YamlObject& root, Task& task) {
  root.optional("doc_to_text", task.doc_to_text);
  if (root.has("doc_to_target")) {
    std::string target;
    root.optional("doc_to_target", target);
    task.doc_to_target = target;
  }
  read_choices(root, task);
  root.optional("doc_to_messages", task.doc_to_messages);
  root.optional("description", task.description);
  root.optional("num_fewshot", task.num_fewshot);
  root.check(task.num_fewshot >= 0, "num_fewshot", "must be at least 0");
  YamlObject fewshot = root.object("fewshot_config");
  std::string sampler = "default";
  fewshot.optional("sampler", sampler);
  task.fewshot_first_n = choose(fewshot, "sampler", sampler, {"default", "first_n"}) == 1;
  root.optional("fewshot_delimiter", task.fewshot_delimiter);
  root.optional("target_delimiter", task.target_delimiter);
}

void read_generation(YamlObject& root, Task& task) {
  YamlObject settings = root.object("generation_kwargs");
  GenerationSpec& generation = task.generation;
  if (settings.has("until")) {
    std::vector<std::string> until;
    settings.optional("until", until);
    std::erase(until, "");
    generation.until = until;
  }
  const char* length_key = settings.has("max_new_tokens") ? "max_new_tokens" : "max_gen_toks";
  settings.optional(length_key, generation.max_tokens);
  settings.check(generation.max_tokens >= 1, length_key, "must be at least 1");
  bool sample = false;
  settings.optional("do_sample", sample);
  settings.optional("temperature", generation.temperature);
  settings.check(generation.temperature >= 0, "temperature", "must be at least 0");
  settings.check(!sample || generation.temperature > 0, "do_sample", "is true with a temperature of 0");
  if (!sample) generation.temperature = 0;
  settings.optional("top_p", generation.top_p);
  settings.check(generation.top_p > 0 && generation.top_p <= 1, "top_p", "must be above 0 and at most 1");
  settings.optional("top_k", generation.top_k);
  settings.check(generation.top_k >= 0, "top_k", "must be at least 0");
}

void read_metric(YamlObject& entry, Task& task) {
  MetricSpec metric;
  entry.required("metric", metric.name);
  if (metric.name == "chrf++" || metric.name == "chrF") metric.name = "chrf";
  const MeasureFacts* facts = find_measure(metric.name, task.output_type);
  const std::vector<std::string> known = measure_names(task.output_type);
  if (!metric.name.empty() && facts == nullptr) {
    entry.check(false, "metric",
                fmt::format("'{}' is not measured by {}; known are {}", metric.name, output_type_name(task.output_type),
                            join(known)),
                did_you_mean(metric.name, known));
  }
  std::string aggregation = facts != nullptr ? facts->aggregation : "";
  bool higher = facts != nullptr && facts->higher_is_better;
  entry.optional("aggregation", aggregation);
  entry.optional("higher_is_better", higher);
  if (facts != nullptr) {
    entry.check(aggregation == facts->aggregation, "aggregation",
                fmt::format("is '{}', but {} is always '{}'", aggregation, metric.name, facts->aggregation));
    entry.check(higher == facts->higher_is_better, "higher_is_better",
                fmt::format("must be {} for {}", facts->higher_is_better, metric.name));
  }
  if (metric.name == "exact_match") {
    entry.optional("ignore_case", metric.ignore_case);
    entry.optional("ignore_punctuation", metric.ignore_punctuation);
    entry.optional("ignore_numbers", metric.ignore_numbers);
    entry.optional("regexes_to_ignore", metric.regexes_to_ignore);
  }
  const bool twice = std::any_of(task.metrics.begin(), task.metrics.end(),
                                 [&](const MetricSpec& other) { return other.name == metric.name; });
  entry.check(!twice, "metric", fmt::format("'{}' is listed twice", metric.name));
  task.metrics.push_back(std::move(metric));
}

void read_metrics(YamlObject& root, Task& task) {
  for (YamlObject& entry : root.objects("metric_list")) read_metric(entry, task);
  if (root.has("metric_list")) {
    root.check(!task.metrics.empty(), "metric_list", "is empty");
    return;
  }
  for (const std::string& name : default_measures(task.output_type)) task.metrics.emplace_back().name = name;
}

FilterStep read_filter_step(YamlObject& entry) {
  FilterStep step;
  std::string function;
  entry.required("function", function);
  if (!function.empty()) {
    step.function = static_cast<FilterStep::Function>(choose(entry, "function", function, kFilterFunctions));
  }
  if (step.function == FilterStep::Function::kRegex) {
    entry.required("regex_pattern", step.pattern);
    entry.optional("group_select", step.group_select);
    entry.optional("fallback", step.fallback);
  }
  return step;
}

void read_filters(YamlObject& root, Task& task) {
  for (YamlObject& entry : root.objects("filter_list")) {
    FilterPipeline pipeline;
    entry.required("name", pipeline.name);
    for (YamlObject& step : entry.objects("filter")) pipeline.steps.push_back(read_filter_step(step));
    const bool twice = std::any_of(task.filters.begin(), task.filters.end(),
                                   [&](const FilterPipeline& other) { return other.name == pipeline.name; });
    entry.check(!twice, "name", fmt::format("'{}' is used twice", pipeline.name));
    task.filters.push_back(std::move(pipeline));
  }
  root.check(task.filters.empty() || task.output_type == OutputType::kGenerateUntil, "filter_list",
             "applies to generate_until only");
  if (task.filters.empty()) task.filters.emplace_back();
}

void check_whole(YamlObject& root, const Task& task) {
  const bool name_ok = std::all_of(task.name.begin(), task.name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
  });
  root.check(name_ok && !task.name.starts_with('.'), "task", "may hold letters, digits, '_', '-' and '.' only");
  const bool chat = !task.doc_to_messages.empty();
  root.check(chat || task.doc_to_target.has_value(), "doc_to_target", "is missing");
  if (chat) {
    root.check(task.output_type == OutputType::kGenerateUntil, "doc_to_messages", "needs output_type generate_until");
    root.check(task.doc_to_text.empty(), "doc_to_text", "and 'doc_to_messages' exclude each other");
    root.check(!task.doc_to_target.has_value(), "doc_to_target", "and 'doc_to_messages' exclude each other",
               "the target is the last message's content");
    root.check(task.num_fewshot == 0, "num_fewshot", "does not work with 'doc_to_messages'");
    root.check(task.description.empty(), "description", "does not work with 'doc_to_messages'",
               "put a system message into the data");
  }
  if (task.output_type == OutputType::kMultipleChoice) {
    root.check(!task.doc_to_choice.empty(), "doc_to_choice", "is missing");
  }
  if (task.output_type == OutputType::kLoglikelihoodRolling) {
    root.check(task.doc_to_text.empty(), "doc_to_text", "must be empty for loglikelihood_rolling",
               "the text goes into 'doc_to_target'");
    root.check(task.num_fewshot == 0, "num_fewshot", "must be 0 for loglikelihood_rolling");
  }
}

}  // namespace

const char* output_type_name(OutputType type) { return kOutputTypes[static_cast<std::size_t>(type)].c_str(); }

Task load_task(const std::filesystem::path& file, const std::vector<std::string>& overrides) {
  config::YamlDocument document = config::YamlDocument::from_file(file, overrides);
  YamlObject root = document.root();
  Task task;
  task.file = file;
  root.required("task", task.name);
  std::string output_type = kOutputTypes.front();
  root.optional("output_type", output_type);
  task.output_type = static_cast<OutputType>(choose(root, "output_type", output_type, kOutputTypes));
  read_dataset(root, task);
  read_prompt(root, task);
  read_generation(root, task);
  read_metrics(root, task);
  read_filters(root, task);
  root.optional("tag", task.tags);
  YamlObject metadata = root.object("metadata");
  metadata.optional("version", task.version);
  for (const std::string& key : metadata.keys()) metadata.json(key);  // free text for people
  check_whole(root, task);
  document.finish();
  task.config = document.json();
  return task;
}

}  // namespace llmops::eval
