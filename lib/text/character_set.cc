// Sets of characters as regular expressions write them, by ICU's general categories.
#include "text/character_set.h"

#include <unicode/uchar.h>

#include <algorithm>

#include "text/unicode.h"

namespace llmops::text {
namespace {

constexpr CategoryMask kEveryCategory = ~CategoryMask{0};

struct Name {
  std::string_view name;
  CategoryMask mask;
};

constexpr Name kNames[] = {
    {"L", U_GC_L_MASK},
    {"Lu", U_GC_LU_MASK},
    {"Ll", U_GC_LL_MASK},
    {"Lt", U_GC_LT_MASK},
    {"Lm", U_GC_LM_MASK},
    {"Lo", U_GC_LO_MASK},
    {"M", U_GC_M_MASK},
    {"Mn", U_GC_MN_MASK},
    {"Mc", U_GC_MC_MASK},
    {"Me", U_GC_ME_MASK},
    {"N", U_GC_N_MASK},
    {"Nd", U_GC_ND_MASK},
    {"Nl", U_GC_NL_MASK},
    {"No", U_GC_NO_MASK},
    {"P", U_GC_P_MASK},
    {"Pc", U_GC_PC_MASK},
    {"Pd", U_GC_PD_MASK},
    {"Ps", U_GC_PS_MASK},
    {"Pe", U_GC_PE_MASK},
    {"Pi", U_GC_PI_MASK},
    {"Pf", U_GC_PF_MASK},
    {"Po", U_GC_PO_MASK},
    {"S", U_GC_S_MASK},
    {"Sm", U_GC_SM_MASK},
    {"Sc", U_GC_SC_MASK},
    {"Sk", U_GC_SK_MASK},
    {"So", U_GC_SO_MASK},
    {"Z", U_GC_Z_MASK},
    {"Zs", U_GC_ZS_MASK},
    {"Zl", U_GC_ZL_MASK},
    {"Zp", U_GC_ZP_MASK},
    {"C", U_GC_C_MASK | kNextLine},
    {"Cc", U_GC_CC_MASK | kNextLine},
    {"Cf", U_GC_CF_MASK},
    {"Co", U_GC_CO_MASK},
    {"Cn", U_GC_CN_MASK},
};

}  // namespace

CategoryMask category_bit(char32_t c) { return c == 0x85 ? kNextLine : U_MASK(u_charType(static_cast<UChar32>(c))); }

std::optional<CategoryMask> named_category(std::string_view name) {
  for (const Name& known : kNames) {
    if (known.name == name) return known.mask;
  }
  return std::nullopt;
}

CharacterSet CharacterSet::of(char32_t c) {
  CharacterSet set;
  set.add(c, c);
  return set;
}

void CharacterSet::add(char32_t first, char32_t last) {
  for (char32_t c = first; c <= last && c < 0x80; ++c) ascii_[c] = true;
  if (last >= 0x80) ranges_.emplace_back(std::max<char32_t>(first, 0x80), last);
}

void CharacterSet::add_categories(CategoryMask mask) {
  categories_ |= mask;
  for (char32_t c = 0; c < 0x80; ++c) ascii_[c] = ascii_[c] || (category_bit(c) & mask) != 0;
}

void CharacterSet::add_white_space() {
  categories_ |= U_GC_Z_MASK | kNextLine;
  for (char32_t c = 0; c < 0x80; ++c) ascii_[c] = ascii_[c] || is_white_space(c);
}

void CharacterSet::add(const CharacterSet& other) {
  for (std::size_t c = 0; c < ascii_.size(); ++c) ascii_[c] = ascii_[c] || other.ascii_[c];
  categories_ |= other.categories_;
  ranges_.insert(ranges_.end(), other.ranges_.begin(), other.ranges_.end());
}

void CharacterSet::negate() {
  for (bool& in : ascii_) in = !in;
  categories_ ^= kEveryCategory;
  negated_ = !negated_;
}

bool CharacterSet::contains_beyond_ascii(char32_t c) const {
  for (const auto& [first, last] : ranges_) {
    if (c >= first && c <= last) return !negated_;
  }
  return (categories_ & category_bit(c)) != 0;
}

bool CharacterSet::may_overlap(const CharacterSet& other) const {
  if (!ranges_.empty() || !other.ranges_.empty() || (categories_ & other.categories_) != 0) return true;
  for (std::size_t c = 0; c < ascii_.size(); ++c) {
    if (ascii_[c] && other.ascii_[c]) return true;
  }
  return false;
}

}  // namespace llmops::text
