#include "apps/sampling_arguments.h"

namespace llmops::apps {

void add_sampling_arguments(CLI::App& cmd, infer::SamplingOptions& sampling) {
  cmd.add_option("--max-tokens", sampling.max_tokens, "Tokens of an answer at most")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  cmd.add_option("--temperature", sampling.temperature, "0 takes the most likely token")->capture_default_str();
  cmd.add_option("--top-p", sampling.top_p, "Share of the probability that is drawn from; 1 is all")
      ->capture_default_str();
  cmd.add_option("--top-k", sampling.top_k, "Most likely tokens that are drawn from; 0 is all")->capture_default_str();
  cmd.add_option("--stop", sampling.stop, "Text that ends an answer; may be repeated")->take_all()->expected(1);
  cmd.add_flag("--ignore-eos", sampling.ignore_eos, "Go on after the end token");
}

}  // namespace llmops::apps
