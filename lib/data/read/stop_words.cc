// One list for all languages: a menu has few words of any.
#include "data/read/stop_words.h"

#include <algorithm>
#include <array>
#include <string>

#include "data/read/word_list.h"
#include "text/utf8.h"

namespace llmops::data {

namespace {

constexpr std::string_view kWords =
    "the of and to in is that it for was on with as are be by this at from or have not an but which you we they he she "
    "his her had were has been their its will would there what if when who can more all said one our your my so do "
    "than "
    "der die das und ist nicht von zu den mit sich des dem ein eine auf für auch als wie aus bei nach wird sind noch "
    "oder aber einen einer wir ich sie man dass wenn nur haben hat war kann mehr zum zur über vor durch bis um "
    "le la les et est des que qui dans pour une sur pas plus avec sont par ce cette au aux se ne il elle nous vous ont "
    "mais ou comme leur être fait son sa ses "
    "el los las y es en un por con para su del lo como más pero sus este esta ha muy ya entre cuando hay sin sobre "
    "il di che è per non sono con una del della alla nel anche più gli dei delle questo ma si come dal "
    "o os e do da em não uma com dos das no na ao pelo pela mais foi são isso seu sua "
    "de het een en van zijn dat op te voor niet met die er aan ook naar bij maar om nog door wordt "
    "och att det som på är av för den till inte har om ett kan jag med från "
    "og er til at af ikke på som med har jeg vi kan eller "
    "w na z się nie do jest to że co jak po ale oraz za są przez od dla być "
    "je na se že v to s z o jako ale byl pro jsou by do "
    "и в не на что с по как это к из у он но за то все так же бы от для о его мы вы они был было или если есть до "
    "та що не на як до за це він але від для про й є бути "
    "ve bir bu için ile da de ne çok olan olarak gibi daha en kadar değil ama";

const std::unordered_set<std::string_view>& words() {
  static const auto kSet = word_list(kWords);
  return kSet;
}

constexpr std::size_t kLongestWord = 14;  // bytes

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & '\x80') != 0; }

constexpr std::array<std::string_view, 15> kSentenceEnds = {".",  "!",  "?",  ":", ";", "…", "。", "！",
                                                            "？", "；", "：", "।", "؟", "۔", "።"};
constexpr std::array<std::string_view, 10> kClosers = {"\"", "'", ")", "]", "”", "’", "»", "」", "』", "）"};

template <std::size_t N>
bool drop_suffix(std::string_view& text, const std::array<std::string_view, N>& suffixes) {
  return std::any_of(suffixes.begin(), suffixes.end(), [&](std::string_view suffix) {
    if (!text.ends_with(suffix)) return false;
    text.remove_suffix(suffix.size());
    return true;
  });
}

}  // namespace

std::size_t count_stop_words(std::string_view text, std::size_t most) {
  std::array<char, kLongestWord> word;
  std::size_t found = 0;
  for (std::size_t i = 0; i < text.size() && found < most;) {
    std::size_t length = 0;
    for (; i < text.size() && is_letter(text[i]); ++i, ++length) {
      const char c = text[i];
      if (length < word.size()) word[length] = static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    if (length > 0 && length <= word.size() && words().count(std::string_view(word.data(), length)) > 0) ++found;
    if (length == 0) ++i;
  }
  return found;
}

bool ends_sentence(std::string_view text) {
  while (drop_suffix(text, kClosers)) {
  }
  return drop_suffix(text, kSentenceEnds);
}

bool is_unspaced(std::string_view text) {
  std::size_t unspaced = 0, letters = 0;
  for (std::size_t at = 0; at < text.size() && letters < 40;) {
    const text::Utf8Step step = text::utf8_step(text, at);
    at += step.length;
    if (step.code_point <= 0x40) continue;
    ++letters;
    const bool east = (step.code_point >= 0x3040 && step.code_point <= 0x30FF) ||
                      (step.code_point >= 0x3400 && step.code_point <= 0x9FFF) || step.code_point >= 0x20000;
    const bool thai = step.code_point >= 0x0E00 && step.code_point <= 0x0EFF;
    if (east || thai) ++unspaced;
  }
  return unspaced * 2 > letters;
}

}  // namespace llmops::data
