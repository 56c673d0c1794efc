// Reads how conversations are written and what of them is learnt.
#include "train/chat_data_recipe.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/yaml_reader.h"
#include "train/keyword_arguments.h"

namespace llmops::train {
namespace {

const std::vector<std::string> kEnds = {"all", "turn", "last", "none"};

/// ShareGPT's names of the speakers, and those of this program.
const std::map<std::string, std::string> kUsualRoles = {
    {"human", "user"}, {"gpt", "assistant"}, {"function_call", "assistant"}, {"observation", "tool"}};

void read_message_fields(config::YamlObject& item, ChatData& data) {
  const Json given = item.json("message_property_mappings");
  const bool usable = given.is_null() || given.is_object();
  item.check(usable, "message_property_mappings", "is no mapping of names", "write {role: from, content: value}");
  if (!usable) return;
  for (const auto& [ours, theirs] : given.items()) {
    item.check(theirs.is_string(), "message_property_mappings", fmt::format("gives '{}' no name", ours));
    if (theirs.is_string()) data.message_fields[ours] = theirs;
  }
}

/// axolotl's older keys for two of them.
void read_message_field_names(config::YamlObject& item, ChatData& data) {
  for (const char* ours : {"role", "content"}) {
    const std::string key = std::string("message_field_") + ours;
    if (!item.has(key)) continue;
    std::string theirs;
    item.optional(key, theirs);
    const auto [known, added] = data.message_fields.try_emplace(ours, theirs);
    item.check(added || known->second == theirs, key, "differs from 'message_property_mappings'");
  }
}

/// {here: [in the data, ...]}
void read_roles(config::YamlObject& item, ChatData& data) {
  const Json given = item.json("roles");
  const bool usable = given.is_null() || given.is_object();
  item.check(usable, "roles", "is no mapping of roles", "write {user: [human], assistant: [gpt]}");
  if (!usable) return;
  for (const auto& [ours, names] : given.items()) {
    const Json list = names.is_array() ? names : Json::array({names});
    for (const Json& name : list) {
      item.check(name.is_string(), "roles", fmt::format("gives '{}' something that is no name", ours));
      if (!name.is_string()) continue;
      const auto [known, added] = data.roles.try_emplace(name.get<std::string>(), ours);
      item.check(added, "roles",
                 fmt::format("has '{}' for '{}' and for '{}'", name.get<std::string>(), ours, known->second));
    }
  }
}

}  // namespace

ChatData read_chat_data(config::YamlObject& item) {
  ChatData data;
  item.optional("field_messages", data.field_messages);
  read_message_fields(item, data);
  read_message_field_names(item, data);
  read_roles(item, data);
  item.optional("roles_to_train", data.roles_to_train);
  for (std::string& role : data.roles_to_train) role = data.role(role);
  for (auto [key, value] : {std::pair{"train_on_eos", &data.train_on_eos}, {"train_on_eot", &data.train_on_eot}}) {
    item.optional(key, *value);
    if (!value->empty()) check_choice(item, key, *value, kEnds);
  }
  item.optional("message_field_training", data.message_field_training);
  item.optional("message_field_training_detail", data.message_field_training_detail);
  return data;
}

std::string ChatData::role(const std::string& in_data) const {
  const auto& names = roles.empty() ? kUsualRoles : roles;
  const auto found = names.find(in_data);
  return found == names.end() ? in_data : found->second;
}

bool ChatData::trains(const std::string& role) const {
  return std::find(roles_to_train.begin(), roles_to_train.end(), role) != roles_to_train.end();
}

Json ChatData::json() const {
  Json json = Json::object();
  const ChatData usual;
  const auto add = [&](const char* key, const auto& value, const auto& standard) {
    if (value != standard) json[key] = value;
  };
  add("field_messages", field_messages, usual.field_messages);
  add("message_property_mappings", message_fields, usual.message_fields);
  for (const auto& [theirs, ours] : roles) json["roles"][ours].push_back(theirs);
  add("roles_to_train", roles_to_train, usual.roles_to_train);
  add("train_on_eos", train_on_eos, usual.train_on_eos);
  add("train_on_eot", train_on_eot, usual.train_on_eot);
  add("message_field_training", message_field_training, usual.message_field_training);
  add("message_field_training_detail", message_field_training_detail, usual.message_field_training_detail);
  return json;
}

}  // namespace llmops::train
