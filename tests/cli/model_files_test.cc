// `models inspect`, `convert` and `diff` on plain paths, and `export`, as a user meets them.
#include <filesystem>
#include <fstream>

#include "core/json.h"
#include "support/catch.h"
#include "support/workplace.h"

using namespace llmops;
using Catch::Matchers::Contains;

namespace {

struct Workplace : test::Workplace {
  std::string chat = test::golden("tiny-chat").string();

  bool has(const std::string& name) const { return std::filesystem::exists(folder.path() / name); }
};

}  // namespace

TEST_CASE("files are inspected, converted and compared without a registry", "[cli]") {
  const Workplace place;
  CHECK(place.json({"models", "convert", place.chat, "chat.gguf"})["to"] == "gguf");
  CHECK(place.json({"models", "convert", "chat.gguf", "back"})["to"] == "hf");
  CHECK(place.json({"models", "diff", place.chat, "back"})["tensors"].empty());
  CHECK(place.json({"models", "convert", "chat.gguf", "chat-q8.gguf", "--dtype", "q8_0"})["dtype"] == "q8_0");
  const Json found = place.json({"models", "inspect", "chat-q8.gguf", "--hashes"});
  CHECK(found["types"].contains("Q8_0"));
  CHECK(found["tensors"][0]["sha256"].get<std::string>().size() == 64);
  const auto text = place.run({"models", "diff", "chat.gguf", "chat-q8.gguf"});
  CHECK(text.exit_code == 0);
  CHECK_THAT(text.out, Contains("token_embd.weight") && Contains("relative L2"));
  CHECK_FALSE(place.has(".llmops"));
  CHECK(place.run({"--dry-run", "models", "convert", place.chat, "none.gguf"}).exit_code == 0);
  CHECK_FALSE(place.has("none.gguf"));
}

TEST_CASE("versions are compared by what is known of them, and by their tensors where asked", "[cli]") {
  const Workplace place;
  place.run({"models", "register", "chat", place.chat});
  CHECK(place.json({"export", "models:/chat/1", "--to", "gguf", "--dtype", "f16", "-o", "chat.gguf", "--name",
                    "chat"})["uri"] == "models:/chat/2");
  CHECK_FALSE(place.json({"models", "diff", "chat/1", "chat/2"}).contains("tensors"));
  const Json found = place.json({"models", "diff", "chat/1", "chat/2", "--tensors"});
  CHECK_FALSE(found["differences"].empty());
  CHECK(found["tensors"].is_array());
  CHECK(found["equal_tensors"].is_number());
  const Json runs = place.json({"runs", "list"});
  CHECK(runs["runs"][0]["command"] == "export");
}

TEST_CASE("what cannot be exported is said with the next step", "[cli]") {
  const Workplace place;
  const auto adapter = place.run({"export", test::golden("lora/adapter").string(), "--to", "gguf", "-o", "x.gguf"});
  CHECK(adapter.exit_code == 1);
  CHECK_THAT(adapter.err, Contains("is an adapter") && Contains("llmops merge"));
  std::ofstream(place.folder.path() / "bad.gguf") << "GGUFxxxx";
  const auto bad = place.run({"models", "inspect", "bad.gguf"});
  CHECK(bad.exit_code == 1);
  CHECK_THAT(bad.err, Contains("bad.gguf"));
  const auto hostile = place.run({"models", "inspect", test::golden("pytorch/hostile.pt").string()});
  CHECK(hostile.exit_code == 1);
  CHECK_THAT(hostile.err, Contains("posix.system"));
  CHECK(place.run({"models", "convert", place.chat, "x.npz", "--dtype", "q8_0"}).exit_code == 2);
  CHECK_FALSE(place.has("x.gguf"));
}
