// The part of a dataset's description that says how its conversations are written and what of them is learnt, under
// axolotl's names.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/json.h"

namespace llmops::config {
class YamlObject;
}

namespace llmops::train {

struct ChatData {
  std::string field_messages;                         ///< key of a record; "": messages or conversations
  std::map<std::string, std::string> message_fields;  ///< key of a message here -> its key in the data
  std::map<std::string, std::string> roles;           ///< role in the data -> role here; empty: the usual names
  std::vector<std::string> roles_to_train = {"assistant"};
  /// Which turns' end-of-text tokens are learnt: "all", "turn" (of turns that are learnt), "last", "none". "": "turn",
  /// or as the template's {% generation %} blocks have it.
  std::string train_on_eos;
  std::string train_on_eot;                   ///< likewise of other tokens that end a turn; "": as train_on_eos
  std::string message_field_training;         ///< key of a message's own true or false; "" is off
  std::string message_field_training_detail;  ///< key of the parts of its content that are learnt; "" is off

  /// The role of a turn as the chat template knows it. ShareGPT's names are known where `roles` is empty.
  std::string role(const std::string& in_data) const;
  bool trains(const std::string& role) const;
  /// What differs from the defaults.
  Json json() const;
};

/// Reads the keys of one of `datasets`. Problems are recorded in `item`.
ChatData read_chat_data(config::YamlObject& item);

}  // namespace llmops::train
