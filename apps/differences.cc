#include "apps/differences.h"

#include "apps/tag_argument.h"

namespace llmops::apps {

void add_diff_command(CLI::App& parent, Context& context, const DiffHelp& help,
                      const std::function<Comparison(const std::string&, const std::string&)>& compare) {
  auto names = std::make_shared<std::pair<std::string, std::string>>();
  CLI::App* cmd = parent.add_subcommand("diff", help.summary);
  cmd->add_option("before", names->first, help.before)->required();
  cmd->add_option("after", names->second, help.after)->required();
  cmd->callback([names, compare, &context] {
    const Comparison found = compare(names->first, names->second);
    context.print({{"before", found.before},
                   {"after", found.after},
                   {"differences", registry::differences_json(found.differences)}},
                  registry::differences_text(found.differences, found.before, found.after, result_width()));
  });
}

}  // namespace llmops::apps
