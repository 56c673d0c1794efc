#include "data/select/select_spec.h"

#include "data/read/input_spec.h"

namespace llmops::data {
namespace {

using config::YamlObject;

void read_sample(YamlObject object, SampleSpec& sample) {
  object.optional("share", sample.share);
  object.optional("records", sample.records);
  object.optional("seed", sample.seed);
  object.check(sample.share > 0 && sample.share <= 1, "share", "is not above 0 and at most 1");
}

void read_mix(YamlObject& root, std::map<std::string, double>& mix) {
  YamlObject object = root.object("mix");
  for (const std::string& source : object.keys()) {
    object.required(source, mix[source]);
    object.check(mix[source] > 0, source, "is not above 0", "leave the input out to take none of it");
  }
}

void read_split(YamlObject object, SplitSpec& split) {
  object.optional("validation", split.validation);
  object.optional("test", split.test);
  object.optional("seed", split.seed);
  object.optional("stratify", split.stratify);
  read_choice(object, "by", "cluster", {"cluster"});
  object.check(split.validation >= 0 && split.test >= 0 && split.validation + split.test < 1, "validation",
               "and 'test' are shares that leave nothing to train on", "for example validation: 0.05, test: 0.15");
}

void read_order(YamlObject object, OrderSpec& order) {
  object.optional("by", order.by);
  object.optional("descending", order.descending);
  object.optional("seed", order.seed);
  object.check(!order.by.empty(), "by", "is empty", "input, shuffle, length, or a field with numbers");
}

}  // namespace

void read_select(YamlObject& root, SelectSpec& select) {
  read_sample(root.object("sample"), select.sample);
  read_mix(root, select.mix);
  YamlObject balance = root.object("balance");
  balance.optional("field", select.balance.field);
  balance.optional("records", select.balance.records);
  balance.check(select.balance.records == 0 || !select.balance.field.empty(), "records", "needs 'field' beside it");
  read_split(root.object("split"), select.split);
  read_order(root.object("order"), select.order);
}

Json select_json(const SelectSpec& select) {
  const auto& [sample, mix, balance, split, order] = select;
  Json shares = Json::object();
  for (const auto& [source, share] : mix) shares[source] = share;
  return {{"sample", {{"share", sample.share}, {"records", sample.records}, {"seed", sample.seed}}},
          {"mix", shares},
          {"balance", {{"field", balance.field}, {"records", balance.records}}},
          {"split",
           {{"validation", split.validation},
            {"test", split.test},
            {"seed", split.seed},
            {"by", "cluster"},
            {"stratify", split.stratify}}},
          {"order", {{"by", order.by}, {"descending", order.descending}, {"seed", order.seed}}}};
}

}  // namespace llmops::data
