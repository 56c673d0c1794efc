// A preview as JSON and as text.
#include <fmt/format.h>

#include "core/terminal.h"
#include "core/units.h"
#include "train/finetune_preview.h"

namespace llmops::train {
namespace {

std::string count_text(std::int64_t count) { return format_count(static_cast<std::uint64_t>(count)); }

std::string sample_text(const MaskedText& sample, bool colour) {
  std::string text;
  for (const MaskedText::Run& run : sample.runs) {
    if (!run.supervised) {
      text += run.text;
    } else {
      text += colour ? paint(Colour::kGreen, run.text) : "[[" + run.text + "]]";
    }
  }
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

}  // namespace

Json FinetunePreview::json() const {
  Json list = Json::array();
  for (const MaskedText& sample : samples) {
    Json runs = Json::array();
    for (const MaskedText::Run& run : sample.runs) runs.push_back({{"text", run.text}, {"supervised", run.supervised}});
    list.push_back(std::move(runs));
  }
  Json json = {{"dry_run", true},
               {"recipe", recipe.json()},
               {"form", form},
               {"train", train.json()},
               {"validation", validation.json()},
               {"steps", steps},
               {"warmup_steps", warmup_steps},
               {"tokens", tokens},
               {"supervised_tokens", supervised_tokens},
               {"row_fill", row_fill},
               {"base_parameters", base_parameters},
               {"trainable_parameters", trainable_parameters},
               {"memory_bytes_estimate", memory_bytes},
               {"engine_bytes_estimate", engine_bytes},
               {"seconds_estimate", seconds ? Json(*seconds) : Json(nullptr)},
               {"samples", list}};
  const Json bill = estimated_bill().json();
  if (!bill.empty()) json["bill_estimate"] = bill;
  return json;
}

std::string FinetunePreview::text(bool colour) const {
  std::string text = "recipe\n";
  const Json resolved = recipe.json();
  for (const auto& [key, value] : resolved.items()) {
    text += fmt::format("  {:<28} {}\n", key, value.is_string() ? value.get<std::string>() : value.dump());
  }
  text += fmt::format("\nexamples       {} train, {} validation ({}); {} cut, {} dropped\n", count_text(train.examples),
                      count_text(validation.examples), form, count_text(train.cut), count_text(train.unsupervised));
  text += fmt::format("steps          {} ({} of them warm-up)\n", count_text(steps), count_text(warmup_steps));
  text += fmt::format("tokens         {} ({} supervised); rows {:.0f} % full\n", count_text(tokens),
                      count_text(supervised_tokens), 100 * row_fill);
  text += fmt::format("parameters     {} trained of {} ({:.2f} %)\n", count_text(trainable_parameters),
                      count_text(base_parameters),
                      100 * static_cast<double>(trainable_parameters) / static_cast<double>(base_parameters));
  text += fmt::format("memory         about {}{}\n", format_bytes(memory_bytes),
                      engine_bytes == 0
                          ? ""
                          : fmt::format(", {} of it a second copy of the model, {}", format_bytes(engine_bytes),
                                        recipe.grpo.on() ? "which answers" : "which eval tasks measure"));
  text += seconds ? fmt::format("time           about {} where nothing else runs, validation apart\n",
                                format_duration(*seconds))
                  : fmt::format("time           not estimated for {}\n", recipe.device);
  text += estimated_bill().text();
  for (std::size_t i = 0; i < samples.size(); ++i) {
    text += fmt::format("\nsample {}, {} is learnt:\n{}", i + 1, colour ? "green" : "what stands in [[ ]]",
                        sample_text(samples[i], colour));
  }
  return text;
}

}  // namespace llmops::train
