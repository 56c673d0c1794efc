// "--model X": what a name may lead to.
#include "model/model_source.h"

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "registry/models.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;
using namespace llmops::model;
using Catch::Matchers::Contains;

namespace {

struct Fixture {
  Fixture() : registry(folder.path() / ".llmops" / "registry.db") {
    write_file_atomic(folder.path() / "base" / "config.json", "{}");
    write_file_atomic(folder.path() / "model.gguf", "GGUF");
    write_file_atomic(folder.path() / "notes.txt", "hello");
    write_file_atomic(folder.path() / "empty" / "readme", "");
  }
  std::string adapter(const std::string& base) {
    const fs::path path = folder.path() / "adapter";
    write_file_atomic(path / "adapter_config.json", dump_json({{"base_model_name_or_path", base}}));
    return path.string();
  }
  std::string at(const char* name) const { return (folder.path() / name).string(); }

  test::TemporaryDirectory folder;
  registry::Registry registry;
};

}  // namespace

TEST_CASE("folders and GGUF files are models", "[model]") {
  Fixture fixture;
  const ModelSource folder = resolve_model(fixture.registry, fixture.at("base"));
  CHECK(folder.kind == "model");
  CHECK(folder.adapter_path.empty());
  CHECK(resolve_model(fixture.registry, fixture.at("model.gguf")).kind == "gguf");
}

TEST_CASE("an adapter brings its base", "[model]") {
  Fixture fixture;
  for (const std::string& base : {fixture.at("base"), std::string("../base")}) {
    const ModelSource source = resolve_model(fixture.registry, fixture.adapter(base));
    CHECK(source.kind == "adapter");
    CHECK(source.adapter_path.filename() == "adapter");
    CHECK(fs::equivalent(source.model_path, fixture.folder.path() / "base"));
  }
  const ModelSource given = resolve_model(fixture.registry, fixture.adapter("nowhere"), fixture.at("model.gguf"));
  CHECK(given.model_path.filename() == "model.gguf");
}

TEST_CASE("an adapter's base can be a registered model", "[model]") {
  Fixture fixture;
  const auto artifact = registry::record_artifact(fixture.registry, fixture.folder.path() / "base", "model");
  registry::register_model(fixture.registry, "small", artifact, "", Json::object());
  const ModelSource source = resolve_model(fixture.registry, fixture.adapter("models:/small/1"));
  CHECK(fs::equivalent(source.model_path, fixture.folder.path() / "base"));
}

TEST_CASE("what is no model says what was looked for", "[model]") {
  Fixture fixture;
  CHECK_THROWS_WITH(resolve_model(fixture.registry, fixture.at("empty")),
                    Contains("it has no config.json and no adapter_config.json"));
  CHECK_THROWS_WITH(resolve_model(fixture.registry, fixture.at("notes.txt")),
                    Contains("neither a model folder nor a .gguf file"));
  CHECK_THROWS_AS(resolve_model(fixture.registry, fixture.at("missing")), NotFoundError);
  CHECK_THROWS_AS(resolve_model(fixture.registry, fixture.at("base"), fixture.at("base")), UsageError);
  CHECK_THROWS_WITH(resolve_model(fixture.registry, fixture.adapter("acme/absent")),
                    Contains("'acme/absent' does not exist here"));
  CHECK_THROWS_WITH(resolve_model(fixture.registry, fixture.adapter("")),
                    Contains("'base_model_name_or_path' is empty"));
}
