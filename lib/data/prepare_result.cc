// What `llmops prepare` prints.
#include <fmt/format.h>

#include "core/process.h"
#include "core/units.h"
#include "data/prepare.h"

namespace llmops::data {

Json PrepareResult::json() const {
  Json json = report.json();
  json["dataset"] = dataset.empty() ? Json(nullptr) : Json(dataset);
  json["version"] = version;
  json["path"] = path.string();
  json["run"] = run_id;
  if (!shard.empty()) json["shard"] = shard;
  json["units"] = units;
  json["units_reused"] = units_reused;
  json["wall_s"] = wall_s;
  json["mb_s"] = wall_s > 0 ? static_cast<double>(report.bytes_in) / 1e6 / wall_s : 0.0;
  json["peak_rss_bytes"] = peak_memory_bytes();
  return json;
}

std::string PrepareResult::text(int width) const {
  std::string out = report.text(width) + "\n";
  if (!shard.empty())
    return out + fmt::format("shard {}: {} units, {} of them stored already", shard, units, units_reused);
  if (dataset.empty()) return out + "dry run: nothing was written";
  return out + fmt::format("{} in {}\nrun {}, {}", dataset, path.string(), run_id, format_duration(wall_s));
}

}  // namespace llmops::data
