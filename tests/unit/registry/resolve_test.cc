// URIs to paths, and what is said when there is nothing there.
#include "registry/resolve.h"

#include <thread>

#include "core/error.h"
#include "core/hash.h"
#include "registry/datasets.h"
#include "registry/file_hashes.h"
#include "registry/models.h"
#include "registry/run.h"
#include "support/catch.h"
#include "support/registry_fixture.h"

using namespace llmops;
using namespace llmops::registry;

namespace {

struct Fixture : test::RegistryFixture {
  std::string hint_of(const std::string& uri) {
    try {
      resolve(registry, uri);
    } catch (const Error& error) {
      return error.hint();
    }
    return "no error";
  }
};

}  // namespace

TEST_CASE("each kind of name resolves to its place and its fixed version", "[registry]") {
  Fixture fixture;
  const auto weights = fixture.write("model/config.json", "{}").parent_path();
  std::string id;
  {
    Run run(fixture.registry, {.command = "pull"});
    const auto artifact = run.add_output(weights, "model");
    register_model(fixture.registry, "triage", artifact, run.id(), {});
    register_dataset(fixture.registry, "tickets", artifact, run.id(), {{"rows", 3}});
    run.finish({});
    id = run.id();
  }
  AliasMove move{};
  move.name = "triage", move.alias = "production", move.to_version = 1;
  move_alias(fixture.registry, move);
  for (const char* uri : {"models:/triage@production", "models:/triage/1", "models:/triage", "models:/triage@latest"}) {
    const Resolved found = resolve(fixture.registry, uri);
    CHECK(found.path == weights);
    CHECK(found.uri == "models:/triage/1");
    CHECK(found.sha256 == sha256_path(weights));
    CHECK(found.kind == "model");
    CHECK(found.run_id == id);
  }
  CHECK(resolve(fixture.registry, "data:/tickets@latest").uri == "data:/tickets@1");
  for (const std::string& member : {std::string("model"), weights.filename().string()}) {
    CHECK(resolve(fixture.registry, "runs:/" + id + "/" + member).path == weights);
  }
  CHECK(resolve(fixture.registry, weights.string() + "/").path == weights);
  CHECK(resolve(fixture.registry, weights.string()).kind == "model");
}

TEST_CASE("a missing name lists near ones", "[registry]") {
  Fixture fixture;
  const auto file = fixture.write("weights.gguf", "x");
  register_model(fixture.registry, "triage", record_artifact(fixture.registry, file, "gguf"), "", {});
  CHECK_THROWS_AS(resolve(fixture.registry, "models:/triaje"), NotFoundError);
  CHECK(fixture.hint_of("models:/triaje") == "did you mean 'triage'?");
  CHECK(fixture.hint_of("models:/triage/7") == "its versions are 1 to 1");
  CHECK_THAT(fixture.hint_of("models:/triage@production"), Catch::Contains("llmops models alias"));
  CHECK(fixture.hint_of("data:/x") == "the registry holds no dataset yet");
  CHECK(fixture.hint_of("triage") == "did you mean 'models:/triage'?");
  CHECK(fixture.hint_of((fixture.folder.path() / "weihgts.gguf").string()) == "did you mean 'weights.gguf'?");
  CHECK_THROWS_AS(resolve(fixture.registry, "runs:/r-1/x"), NotFoundError);
  CHECK_THROWS_AS(resolve(fixture.registry, "hf://a/b"), UsageError);
  CHECK_THROWS_AS(resolve(fixture.registry, "prompt://a"), UsageError);
  CHECK_THROWS_AS(resolve(fixture.registry, ""), UsageError);
}

TEST_CASE("a model whose files are gone says where they were, a moved copy is found", "[registry]") {
  Fixture fixture;
  const auto file = fixture.write("a.gguf", "x");
  register_model(fixture.registry, "triage", record_artifact(fixture.registry, file, "gguf"), "", {});
  std::filesystem::rename(file, fixture.folder.path() / "b.gguf");
  CHECK_THROWS_WITH(resolve(fixture.registry, "models:/triage"), Catch::Contains(file.string()));
  record_artifact(fixture.registry, fixture.folder.path() / "b.gguf", "gguf");
  CHECK(resolve(fixture.registry, "models:/triage").path == fixture.folder.path() / "b.gguf");
}

TEST_CASE("cached hashes equal plain ones and notice changes", "[registry]") {
  Fixture fixture;
  const auto folder = fixture.write("d/one", "1").parent_path();
  fixture.write("d/sub/two", "2");
  CHECK(hash_path(fixture.registry, folder) == sha256_path(folder));
  CHECK(known_hash(fixture.registry, folder) == std::nullopt);  // too young to be trusted by its times
  for (const char* name : {"d/one", "d/sub/two"}) {
    std::filesystem::last_write_time(fixture.folder.path() / name,
                                     std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  }
  // Its change time cannot be set back: still too young.
  hash_path(fixture.registry, folder);
  CHECK(known_hash(fixture.registry, folder) == std::nullopt);
  std::this_thread::sleep_for(std::chrono::milliseconds(2200));
  hash_path(fixture.registry, folder);
  CHECK(known_hash(fixture.registry, folder) == sha256_path(folder));
  fixture.write("d/one", "3");
  CHECK(known_hash(fixture.registry, folder) == std::nullopt);
  CHECK(hash_path(fixture.registry, folder) == sha256_path(folder));
}

TEST_CASE("an ambiguous beginning of a hash is refused", "[registry]") {
  Fixture fixture;
  std::string first;
  for (int i = 0; i < 17; ++i) {  // more contents than hexadecimal digits: two share the first
    const auto text = std::to_string(i);
    first = record_artifact(fixture.registry, fixture.write("f" + text, text), "text").sha256;
  }
  int ambiguous = 0;
  for (const char digit : std::string("0123456789abcdef")) {
    try {
      find_artifact(fixture.registry, std::string(1, digit));
    } catch (const InputError&) {
      ++ambiguous;
    }
  }
  CHECK(ambiguous >= 1);
  CHECK(find_artifact(fixture.registry, first)->sha256 == first);
  CHECK_FALSE(find_artifact(fixture.registry, "not hex").has_value());
  CHECK_FALSE(find_artifact(fixture.registry, "").has_value());
}
