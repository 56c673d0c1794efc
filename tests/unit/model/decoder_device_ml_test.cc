// Every family computes on another device what it computes on the CPU.
#include <ATen/core/grad_mode.h>

#include <filesystem>

#include "model/decoder.h"
#include "model/lora.h"
#include "support/catch.h"
#include "support/decoder_goldens.h"
#include "support/pretend_accelerator.h"

using namespace llmops;
using model::BaseFormat, model::Decoder;

namespace {

/// Gradients of an adapter's weights for a loss that all hidden states are part of, and the states.
std::vector<at::Tensor> outcome(const std::filesystem::path& folder, BaseFormat format, at::Device device) {
  Decoder decoder = Decoder::load(folder, at::kFloat, format, device);
  model::LoraConfig config;
  config.r = 2;
  config.target_modules.pattern = "all-linear";
  model::attach_lora(decoder, config, 5);
  const at::Tensor tokens = at::arange(9, at::kLong) % decoder.config().vocab_size;
  const std::vector<model::Segment> segments = {{0, 4}, {4, 5}};
  const at::Tensor hidden = decoder.hidden(tokens, segments, /*checkpoint=*/true);
  CHECK(hidden.device() == device);
  hidden.pow(3).sum().backward();  // of states normalized without weights, the squares' sum never changes
  std::vector<at::Tensor> found = {hidden.detach().cpu(), decoder.logits(hidden.detach()).detach().cpu()};
  for (const auto& [name, tensor] : model::lora_tensors(decoder)) {
    if (tensor.grad().defined()) found.push_back(tensor.grad().cpu());
  }
  return found;
}

void check_alike(const std::filesystem::path& folder, BaseFormat format) {
  INFO(folder.filename().string());
  const std::vector<at::Tensor> here = outcome(folder, format, at::kCPU);
  const std::vector<at::Tensor> there = outcome(folder, format, test::pretend_accelerator());
  REQUIRE(here.size() == there.size());
  for (std::size_t i = 0; i < here.size(); ++i) {
    const double size = here[i].abs().max().item<double>();
    CHECK((here[i] - there[i]).abs().max().item<double>() <= 1e-4 * std::max(1.0, size));
  }
}

}  // namespace

TEST_CASE("families give the CPU's states, logits and gradients on another device", "[model][device]") {
  const std::vector<std::string> families = test::decoder_goldens();
  CHECK(families.size() > 20);
  for (const std::string& name : families) check_alike(test::decoder_golden(name), BaseFormat::kDense);
}

TEST_CASE("weights of few bits are the same on another device", "[model][device]") {
  for (const BaseFormat format : {BaseFormat::kNf4, BaseFormat::kInt8})
    check_alike(test::decoder_golden("qwen2"), format);
}
