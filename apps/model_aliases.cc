// Moving aliases and reading their journal.
#include "apps/model_aliases.h"

#include <fmt/format.h>

#include "apps/tag_argument.h"
#include "registry/version_report.h"

namespace llmops::apps {
namespace {

struct MoveOptions {
  std::string model, alias = "production", why, as_of;
  int version = 0;
  bool remove = false, force = false;
};

void print_move(const Context& context, const registry::AliasMove& move) {
  context.print(registry::alias_move_json(move), registry::alias_moves_text({move}, result_width()));
}

void add_alias(CLI::App& parent, Context& context) {
  auto options = std::make_shared<MoveOptions>();
  CLI::App* cmd = parent.add_subcommand("alias", "Point an alias at a version, without a gate");
  cmd->add_option("name", options->model, "Name of the model")->required();
  cmd->add_option("alias", options->alias, "e.g. staging")->required();
  CLI::Option* version =
      cmd->add_option("version", options->version, "Number of the version")->check(CLI::PositiveNumber);
  cmd->add_flag("--remove", options->remove, "Take the alias away")->excludes(version);
  cmd->add_option("--why", options->why, "Reason, kept in the journal");
  cmd->callback([options, &context] {
    if (!options->remove && options->version == 0) {
      throw UsageError("a version is missing", "give its number, or --remove to take the alias away");
    }
    registry::AliasMove move{};
    move.name = options->model;
    move.alias = options->alias;
    move.why = options->why;
    if (!options->remove) move.to_version = options->version;
    registry::move_alias(context.registry(), move);
    print_move(context, registry::alias_history(context.registry(), options->model).back());
  });
}

void add_promote(CLI::App& parent, Context& context) {
  auto options = std::make_shared<MoveOptions>();
  CLI::App* cmd = parent.add_subcommand("promote", "Point an alias at a version whose evaluation passed its gate");
  cmd->add_option("model", options->model, "NAME, NAME/VERSION or NAME@ALIAS")->required();
  cmd->add_option("--alias", options->alias, "Alias to move")->capture_default_str();
  cmd->add_option("--why", options->why, "Reason, kept in the journal");
  cmd->add_flag("--force", options->force, "Without a passing evaluation; the journal says so");
  cmd->callback([options, &context] {
    const auto model = registry::find_model(context.registry(), options->model);
    print_move(context, registry::promote_model(context.registry(), model.name, model.version, options->alias,
                                                options->why, options->force));
  });
}

void add_rollback(CLI::App& parent, Context& context) {
  auto options = std::make_shared<MoveOptions>();
  CLI::App* cmd = parent.add_subcommand("rollback", "Point an alias where it pointed before");
  cmd->add_option("name", options->model, "Name of the model")->required();
  cmd->add_option("--alias", options->alias, "Alias to move")->capture_default_str();
  cmd->add_option("--why", options->why, "Reason, kept in the journal");
  cmd->callback([options, &context] {
    print_move(context, registry::rollback_model(context.registry(), options->model, options->alias, options->why));
  });
}

void add_history(CLI::App& parent, Context& context) {
  auto options = std::make_shared<MoveOptions>();
  CLI::App* cmd = parent.add_subcommand("history", "Every move of a model's aliases: who, when, why");
  cmd->add_option("name", options->model, "Name of the model")->required();
  cmd->add_option("--as-of", options->as_of, "Instead: where the aliases pointed at this UTC date or time");
  cmd->callback([options, &context] {
    registry::get_model(context.registry_to_read(), options->model, "", "");  // says so when there is none
    if (options->as_of.empty()) {
      const auto moves = registry::alias_history(context.registry_to_read(), options->model);
      context.print({{"name", options->model}, {"moves", registry::list_json(moves, registry::alias_move_json)}},
                    registry::alias_moves_text(moves, result_width()));
      return;
    }
    Json aliases = Json::object();
    std::string text;
    for (const auto& [alias, version] :
         registry::aliases_as_of(context.registry_to_read(), options->model, options->as_of)) {
      aliases[alias] = version;
      text += fmt::format("{} pointed at models:/{}/{}\n", alias, options->model, version);
    }
    if (text.empty()) text = fmt::format("no alias of '{}' was set by {}\n", options->model, options->as_of);
    context.print({{"name", options->model}, {"as_of", options->as_of}, {"aliases", aliases}}, text);
  });
}

}  // namespace

void add_model_aliases(CLI::App& models, Context& context) {
  add_alias(models, context);
  add_promote(models, context);
  add_rollback(models, context);
  add_history(models, context);
}

}  // namespace llmops::apps
