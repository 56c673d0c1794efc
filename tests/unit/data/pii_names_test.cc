// Names of persons and addresses: found by lists and by the words around.
#include "core/error.h"
#include "data/pii/name_book.h"
#include "data/pii/name_list.h"
#include "data/pii/pii_policy.h"
#include "support/catch.h"

namespace llmops::data {
namespace {

std::string redact(PiiType type, const std::string& text) {
  Counts counts;
  return redact_pii(text, pii_bit(type), counts);
}

TEST_CASE("names by lists, titles and introductions", "[data]") {
  struct Case {
    const char* text;
    const char* redacted;
  };
  for (const Case& each :
       {Case{"Yesterday Anna Larsson met Bob's brother.", "Yesterday [NAME] met Bob's brother."},
        Case{"Dr. Xyzzy Qwerty spoke.", "Dr. [NAME] spoke."}, Case{"My name is Xyzzy Qwerty.", "My name is [NAME]."},
        Case{"Dear Rose, hello", "Dear [NAME], hello"}, Case{"by J. R. R. Hansen", "by [NAME]"},
        Case{"then Will Smith came", "then [NAME] came"}, Case{"for Ludwig van der Berg and", "for [NAME] and"},
        Case{"Anne-Marie O'Brien's book", "[NAME]'s book"}, Case{"Herr M\u00FCller sagt", "Herr [NAME] sagt"},
        Case{"with \u00C1lvaro N\u00FA\u00F1ez today", "with [NAME] today"}, Case{"JOHN SMITH", "[NAME]"},
        Case{"i met sandra kowalski there", "i met [NAME] there"}}) {
    CAPTURE(each.text);
    CHECK(redact(PiiType::kName, each.text) == each.redacted);
  }
}

TEST_CASE("words, places, firms and peoples are no names", "[data]") {
  for (const char* text :
       {"Will you come in May? Mark the date. Rose is a colour.", "Monday in Paris, Texas",
        "The Johnson County Hospital", "Johnson & Johnson", "San Antonio and Lake Victoria", "Harvard University",
        "I am American", "Hello World", "He said Yes", "CAN I SPEAK TO A REAL PERSON", "the will of the king",
        "Santa Maria", "[NAME] and [PHONE]"}) {
    CAPTURE(text);
    CHECK(redact(PiiType::kName, text) == text);
  }
}

TEST_CASE("the lists are folded and of use", "[data]") {
  CHECK(pii::names_of(pii::kGivenName).size() > 3500);
  CHECK(pii::names_of(pii::kSurname).size() > 3500);
  for (const pii::NameFlag kind : {pii::kGivenName, pii::kSurname}) {
    for (const std::string_view name : pii::names_of(kind)) {
      CAPTURE(name);
      REQUIRE(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos);
    }
  }
  CHECK(pii::fold_word("M\u00DCller").view() == "muller");
  CHECK(pii::fold_word("\u0141\u00F8\u00DF\u0107").view() == "lossc");
  CHECK(pii::fold_word(std::string(40, 'a')).size == 0);
}

TEST_CASE("the user's own names are found in any case, and the longest counts", "[data]") {
  PiiPolicy policy = PiiPolicy::redact(pii_bit(PiiType::kName));
  policy.names =
      std::make_shared<const NameBook>("# customers\nXyzzy\nXyzzy Qwerty\n\nvan Plugh\n\u6771\u96F2\n", "names.txt");
  Counts counts;
  CHECK(treat_pii("ask xyzzy QWERTY, XYZZY's and Van Plugh; \u6771\u96F2.", policy, counts) ==
        "ask [NAME], [NAME]'s and [NAME]; [NAME].");
  CHECK(counts == Counts{{"name", 4}});
  CHECK(treat_pii("xyzzyx plugh", policy, counts) == "xyzzyx plugh");
  CHECK_THROWS_WITH(NameBook("Ada\n!!\n", "names.txt"), "names.txt:2: '!!' is not a name");
  CHECK_THROWS_AS(NameBook("a b c d e f g h i\n", "x"), ConfigError);
}

TEST_CASE("addresses of several countries", "[data]") {
  struct Case {
    const char* text;
    const char* redacted;
  };
  for (const Case& each :
       {Case{"at 221b Baker Street, then", "at [ADDRESS], then"},
        Case{"5959 Staples Ave, Suite 211, Corpus Christi, TX 78413.", "[ADDRESS]."},
        Case{"wohnt Hauptstra\u00DFe 12, 10115 Berlin und", "wohnt [ADDRESS] und"},
        Case{"12 rue de la Paix", "[ADDRESS]"}, Case{"Via Giuseppe Verdi 12", "[ADDRESS]"},
        Case{"write to P.O. Box 255 today", "write to [ADDRESS] today"}, Case{"Kent BR6 0JA.", "Kent [ADDRESS]."},
        Case{"my zip code is 90210", "my zip code is [ADDRESS]"},
        Case{"35 Kromwater 38\nApt. 705\nZoetermeer\nUtrecht 53144\nbye", "[ADDRESS]\nbye"}}) {
    CAPTURE(each.text);
    CHECK(redact(PiiType::kAddress, each.text) == each.redacted);
  }
  for (const char* text : {"10 AM is 12 hours", "sent to 600 people", "located at 3,100 metres",
                           "20 roses and 3 lilies", "the apartment 359.60", "in 1964 and 2008", "took place in 12 days",
                           "via March 27", "Chapter 12 The Way", "H2O 4EVER", "50 St"}) {
    CAPTURE(text);
    CHECK(redact(PiiType::kAddress, text) == text);
  }
}

}  // namespace
}  // namespace llmops::data
