// A comparison as JSON and as text.
#include <fmt/format.h>

#include <cmath>

#include "core/table.h"
#include "quant/compare_models.h"

namespace llmops::quant {
namespace {

/// JSON has no infinity.
Json finite(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

}  // namespace

Json ModelComparison::json() const {
  Json list = Json::array();
  for (const TensorDifference& tensor : tensors) {
    const auto text_or_null = [](const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); };
    list.push_back({{"name", tensor.name},
                    {"kind", tensor.kind},
                    {"before", text_or_null(tensor.before)},
                    {"after", text_or_null(tensor.after)},
                    {"max_abs", finite(tensor.max_abs)},
                    {"mean_abs", finite(tensor.mean_abs)},
                    {"relative_l2", finite(tensor.relative_l2)},
                    {"cosine", finite(tensor.cosine)}});
  }
  return {{"settings", registry::differences_json(settings)}, {"tensors", list}, {"equal_tensors", equal}};
}

std::string ModelComparison::text(const std::string& before, const std::string& after, int width) const {
  std::string text = "settings: ";
  text += settings.empty() ? "no differences\n" : "\n" + registry::differences_text(settings, before, after, width);
  text += fmt::format("\ntensors: {} equal, {} differ\n", equal, tensors.size());
  if (tensors.empty()) return text;
  using Align = Table::Align;
  Table table({{"tensor"},
               {"differs in"},
               {"before"},
               {"after"},
               {"max abs", Align::kRight},
               {"mean abs", Align::kRight},
               {"relative L2", Align::kRight},
               {"cosine", Align::kRight}});
  for (const TensorDifference& tensor : tensors) {
    const auto number = [&](const char* form, double value) {
      return tensor.kind == "values" ? fmt::format(fmt::runtime(form), value) : std::string();
    };
    table.add_row({tensor.name, tensor.kind, tensor.before, tensor.after, number("{:.3e}", tensor.max_abs),
                   number("{:.3e}", tensor.mean_abs), number("{:.3e}", tensor.relative_l2),
                   number("{:.6f}", tensor.cosine)});
  }
  return text + table.render(width);
}

}  // namespace llmops::quant
