// The quantizer's reports as JSON.
#include "quant/quantize_checkpoint.h"

namespace llmops::quant {

Json QualityReport::json() const {
  return {{"tokens", tokens},
          {"perplexity_original", perplexity_original},
          {"kl_mean", kl_mean},
          {"perplexity_quantized", perplexity_quantized},
          {"kl_p99", kl_p99},
          {"kl_max", kl_max},
          {"same_top_share", same_top_share}};
}

Json QuantizeReport::json() const {
  Json json = {{"output", output},
               {"scheme", scheme},
               {"bytes_in", bytes_in},
               {"bytes_out", bytes_out},
               {"bits_per_weight", bits_per_weight},
               {"wall_s", wall_s}};
  json["quality"] = quality ? quality->json() : Json(nullptr);
  return json;
}

}  // namespace llmops::quant
