// A GGUF file as a Hugging Face checkpoint, against what the gguf package decodes.
#include "model/gguf_checkpoint.h"

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "model/checkpoint_check.h"
#include "model/gguf_pre_tokenizer.h"
#include "model/safetensors.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;
using namespace llmops::model;
using Catch::Matchers::Contains;

namespace {

const char* const kTiny = LLMOPS_SOURCE_DIR "/tests/golden/gguf/tiny.gguf";

/// The golden file's keys with some replaced or added, and its tensors without `dropped`.
fs::path variant(const fs::path& folder, const std::vector<GgufKey>& changed, const std::string& dropped = "") {
  const Gguf gguf = Gguf::open(kTiny);
  std::vector<GgufKey> keys = changed;
  for (const GgufKey& key : gguf.keys()) {
    const auto same = [&](const GgufKey& other) { return other.name == key.name; };
    if (std::none_of(changed.begin(), changed.end(), same)) keys.push_back(key);
  }
  std::vector<LazyTensorToWrite> tensors;
  for (const TensorView& view : gguf.tensors()) {
    if (view.name == dropped) continue;
    tensors.push_back({view.name, view.dtype, view.shape,
                       [&view] { return std::vector<std::byte>(view.bytes.begin(), view.bytes.end()); }});
  }
  const fs::path path = folder / "variant.gguf";
  write_gguf(path, keys, tensors);
  return path;
}

}  // namespace

TEST_CASE("weights have llama.cpp's names, by what they are for", "[model]") {
  const Gguf gguf = Gguf::open(kTiny);
  const ModelConfig config = gguf_model_config(gguf);
  const auto expected = expected_tensors(config);
  CHECK(expected.size() == gguf.tensors().size());
  for (const ExpectedTensor& tensor : expected) {
    INFO(tensor.name);
    CHECK(gguf.find_tensor(gguf_weight_name(config, tensor)) != nullptr);
  }
  CHECK(expected[2].name == "model.layers.0.self_attn.q_proj.weight");
  CHECK(gguf_weight_name(config, expected[2]) == "blk.0.attn_q.weight");
}

TEST_CASE("the configuration comes from the metadata", "[model]") {
  const ModelConfig config = gguf_model_config(Gguf::open(kTiny));
  CHECK(config.architecture == "LlamaForCausalLM");
  CHECK(config.norm_epsilon == 1e-6);  // not 9.99999997e-07
  CHECK(config.rope_theta == 50000);
  CHECK(config.head_size == 16);
  CHECK(config.tied_embeddings);
  CHECK(config.bos_ids == std::vector<int>{1});
  // The template ends turns with token 2, so it stops generation before the metadata's end of text.
  CHECK(config.eos_ids == std::vector<int>{2, 0});
}

TEST_CASE("conversion gives the reference's weights, rows of q and k in Hugging Face's order", "[model]") {
  const test::TemporaryDirectory folder;
  const fs::path out = folder.path() / "hf";
  convert_gguf_to_hf(kTiny, out, "bfloat16");
  const auto found = Checkpoint::open(out);
  const auto expected = Checkpoint::open(LLMOPS_SOURCE_DIR "/tests/golden/gguf/tiny.expected.safetensors");
  REQUIRE(found.tensors().size() == expected.tensors().size());
  for (const TensorView& view : expected.tensors()) {
    INFO(view.name);
    const TensorView& other = found.get(view.name);
    CHECK(other.shape == view.shape);
    CHECK(std::equal(other.bytes.begin(), other.bytes.end(), view.bytes.begin(), view.bytes.end()));
  }
  CHECK_NOTHROW(check_checkpoint(read_model_config(out), found));
  CHECK(read_json_file(out / "config.json")["torch_dtype"] == "bfloat16");
  CHECK(read_json_file(out / "generation_config.json")["eos_token_id"] == Json(std::vector<int>{2, 0}));
  CHECK_THROWS_AS(convert_gguf_to_hf(kTiny, out, "bfloat16"), UsageError);
}

TEST_CASE("the tokenizer splits digits and ends turns with the template's token", "[model]") {
  const Gguf gguf = Gguf::open(kTiny);
  const Json json = gguf_tokenizer_json(gguf);
  CHECK(json["pre_tokenizer"]["pretokenizers"][0] == Json({{"type", "Digits"}, {"individual_digits", true}}));
  CHECK(json["pre_tokenizer"]["pretokenizers"][1]["use_regex"] == true);
  CHECK(json["post_processor"].is_null());
  REQUIRE(json["added_tokens"].size() == 4);
  CHECK(json["added_tokens"][2]["content"] == "<|im_end|>");
  CHECK(json["added_tokens"][2]["special"] == true);
  CHECK(json["added_tokens"][3]["content"] == "<tool>");
  CHECK(json["added_tokens"][3]["special"] == false);
  CHECK_FALSE(json["model"]["vocab"].contains("[PAD266]"));
  CHECK(json["model"]["merges"].size() == 6);
  const Json config = gguf_tokenizer_config_json(gguf);
  CHECK(config["eos_token"] == "<|im_end|>");
  CHECK(config["bos_token"] == "<|im_start|>");
  CHECK(config["chat_template"] == gguf.string("tokenizer.chat_template"));
}

TEST_CASE("a beginning that the file asks for is added by the post-processor", "[model]") {
  const test::TemporaryDirectory folder;
  const Json json = gguf_tokenizer_json(Gguf::open(variant(folder.path(), {{"tokenizer.ggml.add_bos_token", true}})));
  CHECK(json["post_processor"]["single"][0]["SpecialToken"]["id"] == "<|im_start|>");
  CHECK(json["post_processor"]["special_tokens"]["<|im_start|>"]["ids"] == Json(std::vector<int>{1}));
}

TEST_CASE("without a turn marker in the template the file's own end token holds", "[model]") {
  const test::TemporaryDirectory folder;
  const fs::path path = variant(folder.path(), {{"tokenizer.chat_template", std::string("{{ messages }}")}});
  CHECK(gguf_tokenizer_config_json(Gguf::open(path))["eos_token"] == "<|endoftext|>");
}

TEST_CASE("a template whose name leads out of the folder is an error", "[model]") {
  const test::TemporaryDirectory folder;
  const fs::path path = variant(folder.path(), {{"tokenizer.chat_template.../x", std::string("{{ messages }}")}});
  CHECK_THROWS_WITH(convert_gguf_to_hf(path, folder.path() / "hf", "float32"), Contains("that no file may have"));
}

TEST_CASE("known ways to cut text differ where the models do", "[model]") {
  CHECK(gguf_pre_tokenizer("llama-bpe", "f").ignore_merges);
  CHECK(gguf_pre_tokenizer("qwen2", "f").normalizer == Json({{"type", "NFC"}}));
  CHECK(gguf_pre_tokenizer("gpt-2", "f").pre_tokenizer["type"] == "ByteLevel");
  CHECK_THROWS_WITH(gguf_pre_tokenizer("smollm2", "f"), "f: 'tokenizer.ggml.pre' is 'smollm2', which is not supported");
}

TEST_CASE("files that do not make a model say why", "[model]") {
  const test::TemporaryDirectory folder;
  const auto config_error = [&](const std::vector<GgufKey>& keys) -> std::string {
    try {
      gguf_model_config(Gguf::open(variant(folder.path(), keys)));
    } catch (const InputError& error) {
      return error.what();
    }
    return "no error";
  };
  CHECK_THAT(config_error({{"general.architecture", std::string("lama")}}),
             Contains("architecture 'lama' is not supported"));
  CHECK_THAT(config_error({{"llama.attention.head_count", std::uint32_t{3}}}), Contains("3 heads cannot share 2"));
  CHECK_THAT(config_error({{"llama.embedding_length", ~std::uint64_t{0}}}), Contains("within 63 bits"));
  CHECK_THAT(config_error({{"tokenizer.ggml.bos_token_id", std::uint32_t{9999}}}),
             Contains("is 9999, outside the vocabulary of 288"));
  CHECK_THAT(config_error({{"llama.expert_count", std::uint32_t{8}}, {"llama.expert_used_count", std::uint32_t{9}}}),
             Contains("9 of 8 experts"));
  const fs::path out = folder.path() / "out";
  CHECK_THROWS_WITH(convert_gguf_to_hf(variant(folder.path(), {}, "blk.1.ffn_up.weight"), out, "bfloat16"),
                    Contains("tensor 'blk.1.ffn_up.weight' is missing"));
  CHECK_THROWS_WITH(
      convert_gguf_to_hf(variant(folder.path(), {{"llama.feed_forward_length", std::uint32_t{64}}}), out, "bfloat16"),
      Contains("has shape (96, 64), the metadata calls for (64, 64)"));
  CHECK_THROWS_WITH(
      convert_gguf_to_hf(variant(folder.path(), {{"tokenizer.ggml.model", std::string("lama")}}), out, "bfloat16"),
      Contains("'tokenizer.ggml.model' is 'lama', which is not supported"));
  CHECK_THROWS_AS(convert_gguf_to_hf(kTiny, out, "int8"), UsageError);
  CHECK_FALSE(fs::exists(out));
}
