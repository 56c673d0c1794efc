// The recipe's section `pii`: actions a type, and where the key comes from.
#include "data/pii/pii_policy.h"

#include <cstdlib>
#include <fstream>

#include "core/error.h"
#include "data/pii/pii_spec.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

namespace llmops::data {
namespace {

PiiSpec read(const std::string& yaml) {
  auto document = config::YamlDocument::from_text(yaml, "recipe.yaml");
  PiiSpec spec;
  read_pii(document.root(), spec);
  document.finish();
  return spec;
}

std::string treat(const std::string& yaml, const std::string& text) {
  Counts counts;
  return treat_pii(text, make_pii_policy(read(yaml), "."), counts);
}

const std::string kText = "a@b.org from 192.168.1.77, card 4111 1111 1111 1111";

TEST_CASE("every type may have an action of its own", "[data]") {
  CHECK(treat("{}", kText) == "[EMAIL] from [IP], card [CARD]");
  CHECK(treat("action: keep", kText) == kText);
  CHECK(treat("types: [email]", kText) == "[EMAIL] from 192.168.1.77, card 4111 1111 1111 1111");
  CHECK(treat("types: {ip: redact, email: keep, card: count}", kText) == "a@b.org from [IP], card 4111 1111 1111 1111");
  const std::string replaced = treat("types: {email: replace, ip: redact}", kText);
  CHECK(replaced.find("@example.") != std::string::npos);
  CHECK(replaced.find("a@b.org") == std::string::npos);
  CHECK(replaced.find("from [IP], card 4111") != std::string::npos);
}

TEST_CASE("counts leave out what is kept, and dropping is told apart", "[data]") {
  const PiiPolicy policy = make_pii_policy(read("types: {ip: keep, email: count, card: drop}"), ".");
  Counts counts;
  CHECK(treat_pii(kText, policy, counts) == "a@b.org from 192.168.1.77, card [CARD]");
  CHECK(counts == Counts{{"card", 1}, {"email", 1}});
  CHECK(find_pii_to_drop(kText, policy) == PiiType::kCard);
  CHECK_FALSE(find_pii_to_drop("a@b.org", policy).has_value());
  CHECK(policy.types() == (pii_bit(PiiType::kEmail) | pii_bit(PiiType::kCard)));
}

TEST_CASE("mistakes in the section are told with what is known", "[data]") {
  for (const auto& [yaml, message] : std::map<std::string, std::string>{
           {"action: hide", "'action' is not one of 'redact', 'replace', 'drop', 'count', 'keep'"},
           {"types: [emial]", "'types' has unknown type 'emial'"},
           {"types: {email: hide}", "'types' has unknown action 'hide'"},
           {"types: email", "'types' is neither a list of types nor a mapping of types to actions"},
           {"types: [[email]]", "'types' is neither a list"},
           {"names_file: x", "'names_file' is given, but 'name' is not among the types"},
           {"sede: 1", "unknown key 'sede'"}}) {
    CAPTURE(yaml);
    CHECK_THROWS_WITH(read(yaml), Catch::Contains(message));
  }
}

TEST_CASE("the resolved section reads as it was written", "[data]") {
  CHECK(pii_json(read("types: [email, name]\nseed: 7")) ==
        Json({{"action", "redact"}, {"types", {"email", "name"}}, {"names_file", ""}, {"key_file", ""}, {"seed", 7}}));
  CHECK(pii_json(read("action: drop\ntypes: {card: replace, email: drop}"))["types"] ==
        Json({{"email", "drop"}, {"card", "replace"}}));
}

TEST_CASE("the key comes from the file, else the environment, else the seed", "[data]") {
  const test::TemporaryDirectory scratch;
  std::ofstream(scratch.path() / "key") << "a long secret\n";
  std::ofstream(scratch.path() / "empty") << "\n";
  const auto key_of = [&](const std::string& yaml) { return make_pii_policy(read(yaml), scratch.path()).key; };
  unsetenv("LLMOPS_PII_KEY");
  const std::string seeded = key_of("action: replace\nseed: 5");
  CHECK(seeded != key_of("action: replace\nseed: 6"));
  setenv("LLMOPS_PII_KEY", "from outside", 1);
  CHECK(key_of("action: replace\nseed: 5") == "from outside");
  CHECK(key_of("action: replace\nkey_file: key") == "a long secret");
  CHECK(key_of("action: redact\nkey_file: key").empty());
  unsetenv("LLMOPS_PII_KEY");
  CHECK_THROWS_WITH(key_of("action: replace\nkey_file: empty"), "'empty' holds no key");
  CHECK_THROWS_AS(key_of("action: replace\nkey_file: none"), NotFoundError);
  const std::string id = pii_key_id(make_pii_policy(read("action: replace\nkey_file: key"), scratch.path()));
  CHECK(id.size() == 12);
  CHECK(id != pii_key_id(make_pii_policy(read("action: replace"), scratch.path())));
}

}  // namespace
}  // namespace llmops::data
