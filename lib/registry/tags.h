// Tags of runs, models and datasets: one table each, of the same shape.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "registry/statement.h"

namespace llmops::registry {

using Tags = std::vector<std::pair<std::string, std::string>>;  ///< key and value, by key

struct TagTable {
  const char* name;
  const char* columns;  ///< that identify what is tagged
  const char* marks;    ///< a "?" for each
};
inline constexpr TagTable kRunTags{"run_tags", "run_id", "?"};
inline constexpr TagTable kModelTags{"model_tags", "name, version", "?, ?"};
inline constexpr TagTable kDatasetTags{"dataset_tags", "name, version", "?, ?"};

/// @param owner  a value for each identifying column. The caller holds the connection's lock.
template <typename... Owner>
Tags read_tags(Registry::Connection& connection, const TagTable& table, const Owner&... owner) {
  Tags tags;
  for (Statement rows(connection,
                      fmt::format("SELECT key, value FROM {} WHERE ({}) = ({}) ORDER BY key", table.name, table.columns,
                                  table.marks),
                      owner...);
       rows.step();) {
    tags.emplace_back(rows.text(0), rows.text(1));
  }
  return tags;
}

/// @param value  "" removes the tag
template <typename... Owner>
void write_tag(Registry::Connection& connection, const TagTable& table, const std::string& key,
               const std::string& value, const Owner&... owner) {
  Transaction transaction(connection);
  if (value.empty()) {
    Statement(connection,
              fmt::format("DELETE FROM {} WHERE ({}) = ({}) AND key = ?", table.name, table.columns, table.marks),
              owner..., key)
        .run();
  } else {
    Statement(connection,
              fmt::format("INSERT OR REPLACE INTO {} ({}, key, value) VALUES ({}, ?, ?)", table.name, table.columns,
                          table.marks),
              owner..., key, value)
        .run();
  }
  transaction.commit();
}

}  // namespace llmops::registry
