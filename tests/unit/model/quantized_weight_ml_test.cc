// Products with quantized weights: those of the dense matrices they stand for, gradients included.
#include "model/quantized_weight.h"

#include "model/decoder.h"
#include "support/catch.h"
#include "support/decoder_goldens.h"

using namespace llmops;
using model::BaseFormat;
using model::QuantizedWeight;

TEST_CASE("a quantized layer is the dense one of its values, and x alone gets a gradient", "[model][nf4]") {
  at::manual_seed(2);
  const at::Tensor weight = at::randn({48, 80}), bias = at::randn({48});
  for (const BaseFormat format : {BaseFormat::kNf4, BaseFormat::kInt8}) {
    const auto quantized = c10::make_intrusive<QuantizedWeight>(weight, format);
    const at::Tensor dense = quantized->dense();
    const double most = format == BaseFormat::kNf4 ? 0.16 : 0.5 / 127 + 1e-6;  // of the largest in a block or a row
    CHECK((dense - weight).abs().max().item<double>() < most * weight.abs().max().item<double>());
    CHECK(quantized->bytes() < (format == BaseFormat::kNf4 ? 0.6 : 1.1) * 48 * 80);
    const at::Tensor x = at::randn({5, 80}).requires_grad_(), same = x.detach().clone().requires_grad_();
    const at::Tensor y = quantized_linear(x, quantized, bias), wanted = at::linear(same, dense, bias);
    CHECK((y - wanted).abs().max().item<double>() < 1e-5);
    const at::Tensor gradient = at::randn({5, 48});
    y.backward(gradient);
    wanted.backward(gradient);
    CHECK((x.grad() - same.grad()).abs().max().item<double>() < 1e-5);
  }
}

TEST_CASE("a decoder with quantized layers is the dense one with their values", "[model][nf4]") {
  const at::NoGradGuard no_grad;
  for (const char* name : {"qwen2", "gpt2", "mixtral", "phi3"}) {
    for (const BaseFormat format : {BaseFormat::kNf4, BaseFormat::kInt8}) {
      INFO(name);
      auto quantized = model::Decoder::load(test::decoder_golden(name), at::kFloat, format);
      auto dense = model::Decoder::load(test::decoder_golden(name), at::kFloat);
      int layers = 0;
      for (auto& [path, linear] : dense.linears()) {
        const model::Linear& other = *quantized.linears().at(path);
        if (!other.quantized) continue;
        ++layers;
        linear->weight = other.dense();
      }
      CHECK(layers > 3);
      const at::Tensor tokens = at::arange(9, at::kLong);
      const model::Segment all{0, 9};
      const auto logits = [&](const model::Decoder& decoder) {
        return decoder.logits(decoder.hidden(tokens, {&all, 1}));
      };
      CHECK((logits(quantized) - logits(dense)).abs().max().item<double>() < 1e-5);
    }
  }
}
