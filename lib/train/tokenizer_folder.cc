// A learnt tokenizer as a folder.
#include "train/tokenizer_folder.h"

#include <algorithm>

#include "core/files.h"
#include "text/bpe/bpe_options.h"

namespace llmops::train {
namespace {

Json byte_level_decoder() {
  return {{"type", "ByteLevel"}, {"add_prefix_space", true}, {"trim_offsets", true}, {"use_regex", true}};
}

Json added_tokens(const TokenizerPlan& plan) {
  Json added = Json::array();
  for (const std::string& token : plan.special) {
    added.push_back({{"id", added.size()},
                     {"content", token},
                     {"single_word", false},
                     {"lstrip", false},
                     {"rstrip", false},
                     {"normalized", false},
                     {"special", true}});
  }
  return added;
}

/// The text behind the begin token; null where nothing is added.
Json post_processor(const TokenizerPlan& plan) {
  if (!plan.add_bos) return nullptr;
  const Json bos = {{"SpecialToken", {{"id", plan.bos}, {"type_id", 0}}}};
  const auto sequence = [](const char* name, int type) {
    return Json{{"Sequence", {{"id", name}, {"type_id", type}}}};
  };
  const auto id = std::find(plan.special.begin(), plan.special.end(), plan.bos) - plan.special.begin();
  const Json ids = Json::array({id});
  const Json tokens = Json::array({plan.bos});
  return {{"type", "TemplateProcessing"},
          {"single", Json::array({bos, sequence("A", 0)})},
          {"pair", Json::array({bos, sequence("A", 0), sequence("B", 1)})},
          {"special_tokens", {{plan.bos, {{"id", plan.bos}, {"ids", ids}, {"tokens", tokens}}}}}};
}

/// Text: an ordered object finds its keys by searching, which a vocabulary is too long for.
std::string model_text(const TokenizerPlan& plan, const text::LearntBpe& learnt) {
  std::string text = dump_json(text::bpe_options_json({.ignore_merges = plan.ignore_merges}));
  text.pop_back();  // the brace
  text += ",\n\"vocab\": {";
  const auto quoted = [](const std::string& token) { return dump_json(Json(token)); };
  for (std::size_t id = 0; id < learnt.tokens.size(); ++id) {
    text += (id == 0 ? "\n" : ",\n") + quoted(learnt.tokens[id]) + ": " + std::to_string(id);
  }
  text += "},\n\"merges\": [";
  const char* separator = "\n";
  for (const auto& [left, right] : learnt.merges) {
    text += separator + ("[" + quoted(learnt.tokens[static_cast<std::size_t>(left)])) + ", " +
            quoted(learnt.tokens[static_cast<std::size_t>(right)]) + "]";
    separator = ",\n";
  }
  return text + "]}";
}

/// Everything but the model, which is text.
Json rules(const TokenizerPlan& plan) {
  return {{"version", "1.0"},
          {"truncation", nullptr},
          {"padding", nullptr},
          {"added_tokens", added_tokens(plan)},
          {"normalizer", plan.normalizer},
          {"pre_tokenizer", plan.pre_tokenizer},
          {"post_processor", post_processor(plan)},
          {"decoder", byte_level_decoder()}};
}

std::string tokenizer_text(const TokenizerPlan& plan, const text::LearntBpe& learnt) {
  std::string text = dump_json_pretty(rules(plan));
  text.resize(text.rfind("\n}"));
  return text + ",\n\"model\": " + model_text(plan, learnt) + "}\n";
}

Json special_tokens_map(const TokenizerPlan& plan) {
  Json map = {{"bos_token", plan.bos}, {"eos_token", plan.eos}, {"pad_token", plan.pad}};
  Json others = Json::array();
  for (const std::string& token : plan.special) {
    if (token != plan.bos && token != plan.eos && token != plan.pad) others.push_back(token);
  }
  if (!others.empty()) map["additional_special_tokens"] = others;
  return map;
}

}  // namespace

Json tokenizer_config_json(const TokenizerPlan& plan) {
  Json config = {{"tokenizer_class", "PreTrainedTokenizerFast"},
                 {"add_prefix_space", false},
                 {"clean_up_tokenization_spaces", false}};
  config.update(special_tokens_map(plan));
  if (!plan.chat_template.empty()) config["chat_template"] = plan.chat_template;
  return config;
}

void write_tokenizer(const std::filesystem::path& folder, const TokenizerPlan& plan, const text::LearntBpe& learnt) {
  write_file_atomic(folder / "tokenizer.json", tokenizer_text(plan, learnt));
  write_file_atomic(folder / "tokenizer_config.json", dump_json_pretty(tokenizer_config_json(plan)));
  write_file_atomic(folder / "special_tokens_map.json", dump_json_pretty(special_tokens_map(plan)));
}

}  // namespace llmops::train
