// A benchmark's figures as JSON and as text.
#include <fmt/format.h>

#include "core/table.h"
#include "core/units.h"
#include "infer/bench.h"

namespace llmops::infer {
namespace {

void add(Json& json, const char* key, const Repeats& figure) {
  json[key] = figure.median();
  json["repeats"][key] = figure.values;
}

Json batch_json(const BatchFigures& figures) {
  Json json{{"batch", figures.batch}};
  add(json, "prefill_tok_s", figures.prefill_tok_s);
  add(json, "decode_tok_s", figures.decode_tok_s);
  json["decode_gb_s"] = figures.decode_gb_s;
  json["bandwidth_share"] = figures.bandwidth_share;
  return json;
}

Json draft_json(const DraftFigures& figures) {
  Json json{{"model", figures.model}};
  add(json, "decode_tok_s", figures.tok_s);
  add(json, "plain_decode_tok_s", figures.plain_tok_s);
  json["drafted_tokens"] = figures.drafted;
  json["accepted_tokens"] = figures.accepted;
  json["tokens_per_step"] = figures.tokens_per_step;
  json["same_text"] = figures.same_text;
  return json;
}

std::string draft_text(const DraftFigures& figures) {
  return fmt::format("\nguesses of {}: {} of {} held, {:.2f} tokens a step; {:.1f} tokens/s, without {:.1f}, {}\n",
                     figures.model, figures.accepted, figures.drafted, figures.tokens_per_step, figures.tok_s.median(),
                     figures.plain_tok_s.median(), figures.same_text ? "the same text" : "ANOTHER TEXT");
}

}  // namespace

Json bench_json(const BenchReport& report) {
  Json json = batch_json(report.batches.front());
  json["model"] = report.model;
  json["architecture"] = report.architecture;
  json["weights"] = report.weights;
  json["isa"] = report.isa;
  json["threads"] = report.threads;
  json["prompt"] = report.prompt;
  json["generate"] = report.generate;
  add(json, "load_s", report.load_s);
  add(json, "first_token_s", report.first_token_s);
  add(json, "bandwidth_gb_s", report.bandwidth_gb_s);
  json["weight_bytes"] = report.weight_bytes;
  json["kv_bytes"] = report.kv_bytes;
  json["peak_rss_bytes"] = report.peak_rss_bytes;
  json["batches"] = Json::array();
  for (const BatchFigures& figures : report.batches) json["batches"].push_back(batch_json(figures));
  if (report.draft) json["draft"] = draft_json(*report.draft);
  return json;
}

std::string bench_text(const BenchReport& report, int width) {
  using Align = Table::Align;
  Table table({{"batch", Align::kRight},
               {"prefill tok/s", Align::kRight},
               {"decode tok/s", Align::kRight},
               {"decode GB/s", Align::kRight},
               {"of bandwidth", Align::kRight}});
  for (const BatchFigures& figures : report.batches) {
    table.add_row({std::to_string(figures.batch), fmt::format("{:.1f}", figures.prefill_tok_s.median()),
                   fmt::format("{:.1f}", figures.decode_tok_s.median()), fmt::format("{:.1f}", figures.decode_gb_s),
                   fmt::format("{:.0f} %", 100 * figures.bandwidth_share)});
  }
  std::string text = fmt::format("{}  {}, {} weights in {}, {} with {} threads\n", report.model, report.architecture,
                                 report.weights, format_bytes(report.weight_bytes), report.isa, report.threads);
  text +=
      fmt::format("loaded in {}, first token after {}; {} of cache for {} tokens, peak memory {}\n",
                  format_duration(report.load_s.median()), format_duration(report.first_token_s.median()),
                  format_bytes(report.kv_bytes), report.prompt + report.generate, format_bytes(report.peak_rss_bytes));
  text += fmt::format("this machine reads {:.1f} GB/s\n\n", report.bandwidth_gb_s.median());
  return text + table.render(width) + (report.draft ? draft_text(*report.draft) : "");
}

}  // namespace llmops::infer
