// Lists of words: entries, matches, bounds, languages.
#include "data/rules/word_lists.h"

#include "core/error.h"
#include "core/files.h"
#include "data/rules/builtin_lists.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

namespace llmops::data {
namespace {

using test::TemporaryDirectory;

WordLists one_list(const TemporaryDirectory& folder, const std::string& content, WordListSpec spec = {}) {
  write_file_atomic(folder.path() / "words.txt", content);
  spec.name = "own";
  spec.path = "words.txt";
  return WordLists({spec}, folder.path());
}

TEST_CASE("whole words and phrases match without case", "[data]") {
  const TemporaryDirectory folder;
  const WordLists lists = one_list(
      folder, "# what is not wanted\n\nfoul\nvery bad deal # a phrase\r\nC#\nÜBEL\nΣΊΣΥΦΟΣ\nдурак\nmother-in-law\n");
  for (const char* text : {"foul", "It is FOUL!", "a very   bad\ndeal", "Very-bad deal", "c", "das ist übel.",
                           "σίσυφος", "ДУРАК,", "Mother in law"}) {
    CAPTURE(text);
    CHECK(lists.broken_rule(text) == "list_own");
  }
  for (const char* text : {"", "fouls", "befoul", "very bad", "very bad. Deal", "very, bad deal", "cc", "übelst",
                           "\xFF\xFE", "fo\xFFul", "bad deal very"}) {
    CAPTURE(text);
    CHECK(lists.broken_rule(text).empty());
  }
}

TEST_CASE("counts and shares bound what a text may hold", "[data]") {
  const TemporaryDirectory folder;
  WordListSpec count;
  count.max_count = 2;
  CHECK(one_list(folder, "bad\n", count).broken_rule("bad bad, fine words all").empty());
  CHECK(one_list(folder, "bad\n", count).broken_rule("bad bad bad, fine words all") == "list_own");
  WordListSpec share;
  share.max_share = 0.25;
  CHECK(one_list(folder, "bad\n", share).broken_rule("bad one two three").empty());
  CHECK(one_list(folder, "bad\n", share).broken_rule("bad one two") == "list_own");
  // The longest phrase counts once, and nothing in it.
  CHECK(one_list(folder, "bad\nbad bad bad\nbad bad\n", count).broken_rule("bad bad bad bad bad bad").empty());
  CHECK(one_list(folder, "a b\nb c\n", count).broken_rule("a b c. a b c").empty());
}

TEST_CASE("a list for some languages is asked only for texts in them", "[data]") {
  const TemporaryDirectory folder;
  WordListSpec german;
  german.languages = {"de", "nl"};
  const WordLists lists = one_list(folder, "gift\n", german);
  CHECK(lists.broken_rule("Gift", "de") == "list_own");
  CHECK(lists.broken_rule("gift", "en").empty());
  CHECK(lists.broken_rule("gift").empty());
}

TEST_CASE("lists built in hold words, and not their innocent neighbours", "[data]") {
  const WordLists lists({{"profanity", "builtin:profanity", -1, 0, {}}, {"toxicity", "builtin:toxicity", -1, 0, {}}},
                        ".");
  CHECK(lists.broken_rule("What a load of bullshit.") == "list_profanity");
  CHECK(lists.broken_rule("Go to hell, all of you!") == "list_toxicity");
  CHECK(lists.broken_rule("The class of Scunthorpe assessed a cocktail; hello, Dickens.").empty());
  CHECK(builtin_word_list("nothing").empty());
}

TEST_CASE("what is wrong with a list is named with its line", "[data]") {
  const TemporaryDirectory folder;
  CHECK_THROWS_WITH(one_list(folder, "good\n***\n"), Catch::EndsWith("words.txt:2: the entry has no letter or digit"));
  CHECK_THROWS_WITH(one_list(folder, "\n\xFF\n"), Catch::EndsWith("words.txt:2: the entry is not UTF-8"));
  CHECK_THROWS_WITH(one_list(folder, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17"),
                    Catch::EndsWith("words.txt:1: the entry has more than 16 words"));
  CHECK_THROWS_WITH(one_list(folder, "# only\n\n"), Catch::EndsWith("has no entry"));
  CHECK_THROWS_AS(WordLists({{"x", "missing.txt", -1, -1, {}}}, folder.path()), NotFoundError);
  CHECK_THROWS_AS(WordLists({{"x", "builtin:rude", -1, -1, {}}}, folder.path()), ConfigError);
}

TEST_CASE("other words make another fingerprint", "[data]") {
  const TemporaryDirectory folder;
  const std::string first = one_list(folder, "a\n").fingerprint();
  CHECK(one_list(folder, "a\n").fingerprint() == first);
  CHECK(one_list(folder, "b\n").fingerprint() != first);
}

TEST_CASE("lists are read from the recipe, mistakes with their lines", "[data]") {
  auto document = config::YamlDocument::from_text(
      "lists:\n  - {name: bad, path: bad.txt, max_share: 0.01, languages: [en]}\n  - {name: 'b d', path: 'builtin:x'}\n"
      "  - {name: bad, path: y, max_share: 2, max_count: -1}\n",
      "r.yaml");
  auto root = document.root();
  std::vector<WordListSpec> specs;
  read_word_lists(root, specs);
  REQUIRE(specs.size() == 3);
  CHECK(dump_json(word_lists_json(specs)[0]) ==
        R"({"name":"bad","path":"bad.txt","max_share":0.01,"languages":["en"]})");
  CHECK_THROWS_WITH(document.finish(), Catch::Contains("r.yaml:3: 'lists.1.name' has something but letters") &&
                                           Catch::Contains("r.yaml:3: 'lists.1.path' is not a list built in") &&
                                           Catch::Contains("r.yaml:4: 'lists.2.name' is the name of an earlier list") &&
                                           Catch::Contains("r.yaml:4: 'lists.2.max_share' is not between 0 and 1") &&
                                           Catch::Contains("r.yaml:4: 'lists.2.max_count' is negative"));
}

}  // namespace
}  // namespace llmops::data
