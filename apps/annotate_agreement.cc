// `llmops annotate agreement`: how far the annotators agree.
#include <fmt/format.h>

#include "apps/annotate_work.h"
#include "apps/tag_argument.h"
#include "core/log.h"
#include "data/annotate/agreement.h"
#include "data/annotate/store.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter = R"(Examples:
  llmops annotate agreement tickets.annotations
  llmops annotate agreement tickets.annotations --top 50 --json > agreement.json
  llmops annotate agreement tickets.annotations --least-alpha 0.67       exit code 3 below it)";

struct Options {
  std::string folder;
  std::size_t top = 10;
  std::optional<double> least_alpha;
};

/// A gate on the worst of the questions; one that is not measured does not pass.
void judge(const data::AgreementReport& report, double least, Context& context) {
  for (const data::QuestionAgreement& question : report.questions) {
    const bool measured = question.alpha == question.alpha;
    if (measured && question.alpha >= least) continue;
    log_warning(fmt::format("{}: Krippendorff's alpha is {}, wanted are {}", question.name,
                            data::measure_text(question.alpha), least));
    const bool tripped = measured || context.exit_code == ExitCode::kTripped;
    context.exit_code = tripped ? ExitCode::kTripped : ExitCode::kNothingMeasured;
  }
}

}  // namespace

void add_annotate_agreement(CLI::App& parent, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* cmd = parent.add_subcommand("agreement", "How far the annotators agree, and where they do not");
  cmd->add_option("folder", options->folder, "Folder of annotations")->required();
  cmd->add_option("--top", options->top, "Most disputed records that are listed")->capture_default_str();
  cmd->add_option("--least-alpha", options->least_alpha, "Exit code 3 where Krippendorff's alpha is below it");
  cmd->footer(kFooter);
  cmd->callback([options, cmd, &context] {
    refuse_labelling_options(*cmd);
    const data::AnnotationStore store = data::read_annotation_store(options->folder);
    if (store.damaged > 0) log_warning(fmt::format("{} damaged lines were passed over", store.damaged));
    const data::AgreementReport report = data::measure_agreement(store.head.task, store.state, options->top);
    context.print(report.json(), report.text(result_width()));
    if (options->least_alpha) judge(report, *options->least_alpha, context);
  });
}

}  // namespace llmops::apps
