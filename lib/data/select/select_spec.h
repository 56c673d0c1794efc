// The sections of the recipe that choose among the records that are left: sample, mix, balance, split, order.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "config/yaml_reader.h"

namespace llmops::data {

struct SampleSpec {
  double share = 1;           ///< of the records; by hash, so that a smaller share is part of a larger one
  std::uint64_t records = 0;  ///< at most so many; 0: all
  std::uint64_t seed = 0;
};

struct BalanceSpec {
  std::string field;          ///< "": off. Every value of the field gets equally many records
  std::uint64_t records = 0;  ///< of each value at most; 0: as many as the rarest value has
};

struct SplitSpec {
  double validation = 0.05, test = 0;  ///< shares of the clusters
  std::uint64_t seed = 0;              ///< another seed, another split
  std::string stratify;                ///< field whose values keep their shares in each split; "": none
};

struct OrderSpec {
  std::string by = "input";  ///< "input", "shuffle", "length", or the name of a field with numbers (a curriculum)
  bool descending = false;
  std::uint64_t seed = 0;
};

struct SelectSpec {
  SampleSpec sample;
  std::map<std::string, double> mix;  ///< share of the words by source; empty: as they come
  BalanceSpec balance;
  SplitSpec split;
  OrderSpec order;
};

/// Reads the sections `sample`, `mix`, `balance`, `split` and `order` of the recipe.
void read_select(config::YamlObject& root, SelectSpec& select);
/// Those sections.
Json select_json(const SelectSpec& select);

}  // namespace llmops::data
