// Every family that GGUF has a name for is written and read back with the same weights and settings.
#include "model/gguf_families.h"
#include "core/error.h"
#include "core/files.h"
#include "model/gguf_checkpoint.h"
#include "quant/compare_models.h"
#include "quant/export_model.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;

namespace {

/// As small as a byte-level tokenizer with GPT-2's rules can be.
constexpr const char* kTokenizer = R"({
  "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
  "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
  "post_processor": null, "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true,
  "use_regex": true}, "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}})";

void check_config(const model::ModelConfig& found, const model::ModelConfig& expected) {
  CHECK(found.layers == expected.layers);
  CHECK(found.heads == expected.heads);
  CHECK(found.kv_heads == expected.kv_heads);
  CHECK(found.head_size == expected.head_size);
  CHECK(found.rotary_size == expected.rotary_size);
  CHECK(found.rope_theta == Approx(expected.rope_theta));
  CHECK(found.norm_epsilon == Approx(expected.norm_epsilon));
  CHECK(found.parallel == expected.parallel);
  CHECK(found.qkv_limit == Approx(expected.qkv_limit));
  CHECK(found.attention_scale == Approx(expected.attention_scale));
  CHECK(found.attention_softcap == Approx(expected.attention_softcap));
  CHECK(found.embedding_scale == Approx(expected.embedding_scale));
  CHECK(found.residual_scale == Approx(expected.residual_scale));
  CHECK(found.logit_scale == Approx(expected.logit_scale));
  CHECK(found.logit_softcap == Approx(expected.logit_softcap));
  CHECK(found.experts == expected.experts);
  CHECK(found.experts_used == expected.experts_used);
  CHECK(found.tied_embeddings == expected.tied_embeddings);
}

}  // namespace

TEST_CASE("every family comes back from GGUF with its weights and settings", "[quant]") {
  int written = 0;
  for (const auto& entry : fs::directory_iterator(LLMOPS_SOURCE_DIR "/tests/golden/decoder")) {
    if (!fs::exists(entry.path() / "config.json")) continue;
    INFO(entry.path().filename().string());
    const model::ModelConfig config = model::read_model_config(entry.path());
    if (model::gguf_family_of(config) == nullptr) continue;
    const test::TemporaryDirectory folder;
    for (const char* name : {"config.json", "model.safetensors"}) {
      fs::copy_file(entry.path() / name, folder.path() / name);
    }
    write_file_atomic(folder.path() / "tokenizer.json", kTokenizer);
    const std::string output = (folder.path() / "out.gguf").string();
    Progress progress;
    try {
      quant::export_model({folder.path().string(), output, "", "f32"}, progress);
    } catch (const InputError& error) {
      CHECK_THAT(error.what(), Catch::Matchers::Contains("cannot be written as GGUF"));
      continue;
    }
    if (entry.path().filename() == "stablelm_parallel") continue;  // written, but not told from the sequential form
    if (config.rope_scaling.type == "llama3") continue;            // only the published factors are recognised
    check_config(model::gguf_model_config(model::Gguf::open(output)), config);
    for (const auto& tensor : quant::compare_models(folder.path().string(), output, progress).tensors) {
      INFO(tensor.name << ": " << tensor.kind << " " << tensor.relative_l2);
      CHECK((tensor.kind == "only before" || tensor.relative_l2 < 1e-6));  // Gemma's norms get 1 added and taken off
    }
    ++written;
  }
  CHECK(written > 20);
}
