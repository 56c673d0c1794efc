// Exports that come back as they went, and comparisons that say where they do not.
#include "quant/export_model.h"

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "model/checkpoint.h"
#include "model/gguf.h"
#include "model/gguf_checkpoint.h"
#include "model/inspect.h"
#include "quant/compare_models.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;
using Catch::Matchers::Contains;

namespace {

const std::string kChat = LLMOPS_SOURCE_DIR "/tests/golden/tiny-chat";
const std::string kBin = LLMOPS_SOURCE_DIR "/tests/golden/pytorch/llama-bin";
const std::string kSafetensors = LLMOPS_SOURCE_DIR "/tests/golden/pytorch/llama-safetensors";

quant::ExportReport write(const std::string& model, const fs::path& output, const std::string& dtype = "") {
  Progress progress;
  return quant::export_model({model, output.string(), "", dtype}, progress);
}

quant::ModelComparison compare(const std::string& before, const fs::path& after) {
  Progress progress;
  return quant::compare_models(before, after.string(), progress);
}

}  // namespace

TEST_CASE("a folder survives the way through GGUF bit for bit", "[quant]") {
  const test::TemporaryDirectory folder;
  CHECK(write(kChat, folder.path() / "there.gguf").dtype == "bf16");
  CHECK(write((folder.path() / "there.gguf").string(), folder.path() / "back").to == "hf");
  const auto found = compare(kChat, folder.path() / "back");
  CHECK(found.equal == static_cast<std::int64_t>(model::Checkpoint::open(kChat).tensors().size()));
  CHECK(found.tensors.empty());
  CHECK(read_json_file(folder.path() / "back" / "tokenizer_config.json").contains("chat_template"));
  // Under Hugging Face's names a GGUF file compares with a folder, whatever its rows' order.
  const auto mixed = compare(kChat, folder.path() / "there.gguf");
  CHECK(mixed.tensors.empty());
  CHECK(mixed.equal == found.equal);
}

TEST_CASE("templates by name survive the way through GGUF", "[quant]") {
  const test::TemporaryDirectory folder;
  const fs::path there = folder.path() / "there";
  write(kChat, there);
  fs::create_directories(there / "additional_chat_templates");
  write_file_atomic(there / "additional_chat_templates" / "tool_use.jinja", "with tools");
  write_file_atomic(there / "additional_chat_templates" / "my-rag.jinja", "rag");
  write(there.string(), folder.path() / "there.gguf");
  const auto gguf = model::Gguf::open(folder.path() / "there.gguf");
  CHECK(gguf.string("tokenizer.chat_template.tool_use") == "with tools");
  CHECK(gguf.strings("tokenizer.chat_templates") == std::vector<std::string>{"my_rag", "tool_use"});
  CHECK(model::load_gguf_chat_template(gguf)->render(Json::array(), false, Json::array()) == "with tools");
  const fs::path back = folder.path() / "back";
  write((folder.path() / "there.gguf").string(), back);
  CHECK(read_file(back / "additional_chat_templates" / "tool_use.jinja") == "with tools");
  CHECK(read_file(back / "additional_chat_templates" / "my_rag.jinja") == "rag");
  CHECK(text::load_chat_template(back)->fingerprint() == model::load_gguf_chat_template(gguf)->fingerprint());
}

TEST_CASE("quantized weights differ, by little", "[quant]") {
  const test::TemporaryDirectory folder;
  write(kChat, folder.path() / "f32.gguf", "float32");
  const auto report = write((folder.path() / "f32.gguf").string(), folder.path() / "q8.gguf", "q8_0");
  CHECK(report.bytes_out < report.bytes_in);
  const auto found = compare((folder.path() / "f32.gguf").string(), folder.path() / "q8.gguf");
  CHECK(found.equal > 0);  // the norms
  REQUIRE_FALSE(found.tensors.empty());
  for (const quant::TensorDifference& tensor : found.tensors) {
    INFO(tensor.name);
    CHECK(tensor.kind == "values");
    CHECK(tensor.relative_l2 > 0);
    CHECK(tensor.relative_l2 < 0.02);
    CHECK(tensor.cosine > 0.999);
  }
  CHECK(std::is_sorted(found.tensors.begin(), found.tensors.end(),
                       [](const auto& a, const auto& b) { return a.relative_l2 > b.relative_l2; }));
  REQUIRE(found.settings.size() == 1);
  CHECK(found.settings[0].name == "general.file_type");
}

TEST_CASE("pickled checkpoints stand where safetensors do", "[quant]") {
  CHECK(compare(kSafetensors, kBin).tensors.empty());
  const test::TemporaryDirectory folder;
  write(kBin, folder.path() / "copy");
  CHECK(fs::exists(folder.path() / "copy" / "model.safetensors"));
  CHECK_FALSE(fs::exists(folder.path() / "copy" / "pytorch_model.bin.index.json"));
  CHECK(compare(kBin, folder.path() / "copy").tensors.empty());
  write(kBin, folder.path() / "half", "f16");
  CHECK(read_json_file(folder.path() / "half" / "config.json")["dtype"] == "float16");
  for (const auto& tensor : compare(kBin, folder.path() / "half").tensors) CHECK(tensor.relative_l2 < 1e-3);
}

TEST_CASE("files of tensors become each other", "[quant]") {
  const test::TemporaryDirectory folder;
  const std::string shard = kBin + "/pytorch_model-00001-of-00002.bin";
  for (const char* name : {"one.safetensors", "one.npz"}) {
    INFO(name);
    CHECK(write(shard, folder.path() / name).tensors > 1);
    CHECK(compare(shard, folder.path() / name).tensors.empty());
  }
  CHECK_THROWS_WITH(write(shard, folder.path() / "one.npy"), Contains("tensors, an .npy file one"));
  CHECK_THROWS_WITH(write(shard, folder.path() / "one.gguf"), Contains("has tensors but no configuration"));
  CHECK_THROWS_WITH(write(shard, folder.path() / "two.safetensors", "q8_0"), Contains("q8_0 cannot be written as"));
  CHECK_THROWS_AS(write(shard, folder.path() / "two.safetensors", "q9"), UsageError);
  CHECK_THROWS_AS(write(folder.path().string() + "/none", folder.path() / "x.gguf"), NotFoundError);
}

TEST_CASE("an adapter is refused with the next step", "[quant]") {
  const test::TemporaryDirectory folder;
  try {
    write(LLMOPS_SOURCE_DIR "/tests/golden/lora/adapter", folder.path() / "x.gguf");
    FAIL("no error");
  } catch (const InputError& error) {
    CHECK_THAT(error.what(), Contains("is an adapter"));
    CHECK_THAT(error.hint(), Contains("llmops merge"));
  }
}

TEST_CASE("differences of shape and of presence come first", "[quant]") {
  const auto found = compare(kChat, kSafetensors);
  REQUIRE(found.tensors.size() > 2);
  CHECK(found.tensors.front().kind != "values");
  CHECK(found.equal == 0);
  CHECK_FALSE(found.settings.empty());
  CHECK_THAT(found.text("a", "b", 0), Contains("0 equal"));
}

TEST_CASE("an inspection tells sizes, types, tokenizer and template", "[quant]") {
  const test::TemporaryDirectory folder;
  const std::string gguf = (folder.path() / "chat.gguf").string();
  write(kChat, gguf, "q8_0");
  const auto file = model::inspect(gguf, /*hashes=*/true);
  CHECK(file.architecture == "llama");
  CHECK(file.chat_template == model::inspect(kChat, false).chat_template);
  CHECK(file.tokenizer["vocabulary"] == model::Gguf::open(gguf).strings("tokenizer.ggml.tokens").size());
  CHECK(file.tensors.front().sha256.size() == 64);
  CHECK(file.json()["types"].contains("Q8_0"));
  CHECK_THAT(file.text(0), Contains("token_embd.weight") && Contains("Q8_0"));
  const auto model = model::inspect(kChat, false);
  CHECK(model.kind == "model");
  CHECK(model.config["hidden_size"] == 64);
  CHECK(model.tensors.front().sha256.empty());
  CHECK(model::inspect(kChat + "/tokenizer.json", false).kind == "tokenizer");
  CHECK(model::inspect(LLMOPS_SOURCE_DIR "/tests/golden/lora/adapter", false).kind == "adapter");
  CHECK(model::inspect(LLMOPS_SOURCE_DIR "/tests/golden/numpy/plain.npy", false).json()["types"]["F32"]["elements"] ==
        6);
  CHECK_THROWS_AS(model::inspect(kChat + "/none", false), NotFoundError);
}
