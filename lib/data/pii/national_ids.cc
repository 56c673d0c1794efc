// National identity numbers: a table of the forms they are written in, and the words that weak ones need near them.
#include "data/pii/national_ids.h"

#include <algorithm>
#include <array>

#include "data/pii/context.h"
#include "data/pii/national_id_rules.h"
#include "data/pii/pii_scanners.h"
#include "data/pii/scan_text.h"

namespace llmops::data::pii {

namespace {

using namespace std::string_view_literals;

constexpr std::array kSsn = {"^ssn"sv, "social security"sv, "social sec"sv, "^ss#"sv, "^ss #"sv};
constexpr std::array kTaxUs = {"^ssn"sv, "social security"sv, "^itin$"sv, "taxpayer"sv, "^tin$"sv};
constexpr std::array kNino = {"national insurance"sv, "^nino$"sv, "^ni number"sv, "^ni no"sv, "insurance number"sv};
constexpr std::array kNhs = {"^nhs"sv};
constexpr std::array kSteuer = {"steuer"sv, "^idnr"sv, "^tin$"sv, "tax id"sv, "tax number"sv};
constexpr std::array kNir = {"^nir$"sv, "sécurité sociale"sv, "securite sociale"sv, "insee"sv,
                             "^secu"sv, "numéro de sécu"sv};
constexpr std::array kDni = {"^dni"sv, "^nif$"sv, "^nie$"sv, "identidad"sv, "documento"sv, "^nif:"sv};
constexpr std::array kBsn = {"^bsn"sv, "burgerservice"sv, "sofinummer"sv, "sofi-nummer"sv, "citizen service"sv};
constexpr std::array kCpf = {"^cpf$"sv, "cadastro de pessoas"sv};
constexpr std::array kAadhaar = {"aadhaar"sv, "aadhar"sv, "adhaar"sv, "uidai"sv, "आधार"sv};
constexpr std::array kPesel = {"pesel"sv};
constexpr std::array kPnr = {"personnummer"sv,     "personnr"sv,          "^pnr$"sv,          "samordning"sv,
                             "swedish personal"sv, "personal identity"sv, "personal number"sv};

/// In a form, '9' is a digit, 'A' a letter, 'W' either; all else stands for itself. The first '9' is where a run of
/// digits begins, which is how forms are found; letters may stand in front.
struct Form {
  std::string_view form;
  bool (*holds)(std::string_view);
  Words words;  ///< one of them must be near; none: the form and the checks are enough
};

const Form kForms[] = {
    {"999-99-9999", is_us_ssn, {}},
    {"999 99 9999", is_us_ssn, kTaxUs},
    {"999-99-9999", is_us_itin, kTaxUs},
    {"999 99 9999", is_us_itin, kTaxUs},
    {"999999999", is_us_itin, kTaxUs},
    {"999999999", is_us_ssn, kSsn},
    {"AA 99 99 99 A", is_uk_nino, {}},
    {"AA999999A", is_uk_nino, kNino},
    {"AA 999999 A", is_uk_nino, kNino},
    {"999 999 9999", is_uk_nhs, kNhs},
    {"9999999999", is_uk_nhs, kNhs},
    {"99 999 999 999", is_german_tax_id, kSteuer},
    {"99999999999", is_german_tax_id, kSteuer},
    {"9 99 99 99 999 999 99", is_french_nir, {}},
    {"9 99 99 9A 999 999 99", is_french_nir, {}},
    {"999999999999999", is_french_nir, kNir},
    {"999999A99999999", is_french_nir, kNir},
    {"99999999A", is_spanish_dni, kDni},
    {"99999999-A", is_spanish_dni, kDni},
    {"99.999.999-A", is_spanish_dni, {}},
    {"A9999999A", is_spanish_dni, kDni},
    {"A-9999999-A", is_spanish_dni, kDni},
    {"AAAAAA99A99A999A", is_italian_codice, {}},
    {"AAAAAA99AWWAWWWA", is_italian_codice, {}},
    {"AAAAAA9AAWWAWWWA", is_italian_codice, {}},
    {"AAA AAA 99A99 A999A", is_italian_codice, {}},
    {"999999999", is_dutch_bsn, kBsn},
    {"9999.99.999", is_dutch_bsn, kBsn},
    {"999.999.999-99", is_brazilian_cpf, {}},
    {"99999999999", is_brazilian_cpf, kCpf},
    {"9999 9999 9999", is_indian_aadhaar, kAadhaar},
    {"9999-9999-9999", is_indian_aadhaar, kAadhaar},
    {"999999999999", is_indian_aadhaar, kAadhaar},
    {"999999999999999999", is_chinese_id, {}},
    {"99999999999999999A", is_chinese_id, {}},
    {"99999999999", is_polish_pesel, kPesel},
    {"999999-9999", is_swedish_pnr, kPnr},
    {"999999+9999", is_swedish_pnr, kPnr},
    {"9999999999", is_swedish_pnr, kPnr},
    {"99999999-9999", is_swedish_pnr, {}},
    {"999999999999", is_swedish_pnr, kPnr},
};
constexpr std::size_t kMostRun = 18, kMostForms = 12;

// The forms whose first run of digits has this length: a run that is in the text is never longer than it looks.
struct FormIndex {
  std::array<std::array<const Form*, kMostForms>, kMostRun + 1> by_run{};

  FormIndex() {
    for (const Form& form : kForms) {
      const std::size_t first = form.form.find('9');
      const std::size_t last = std::min(form.form.find_first_not_of('9', first), form.form.size());
      auto& slots = by_run[last - first];
      *std::find(slots.begin(), slots.end(), nullptr) = &form;
    }
  }
};

bool fits(char c, char form) {
  switch (form) {
    case '9': return is_digit(c);
    case 'A': return is_letter(c);
    case 'W': return is_alnum(c);
    default: return c == form;
  }
}

// The characters of text from `begin` on without separators, in upper case; 0 where the form does not fit.
std::size_t read_form(std::string_view text, std::size_t begin, std::string_view form, std::array<char, 24>& id) {
  if (begin + form.size() > text.size()) return 0;
  std::size_t size = 0;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const char c = text[begin + i];
    if (!fits(c, form[i])) return 0;
    if (is_alnum(c)) id[size++] = upper(c);
  }
  return size;
}

// Sums and lists of parts look like groups of digits too.
bool is_sum(std::string_view text, std::size_t begin, std::size_t end) {
  constexpr std::string_view kOperators = "=+*/^%$";
  std::size_t right = end;
  while (right < end + 2 && at(text, right) == ' ') ++right;
  const char left = before(text, begin), sign = left == ' ' ? before(text, begin - 1) : left;
  const auto is_operator = [&](char c) { return kOperators.find(c) != std::string_view::npos; };
  return is_operator(sign) || is_operator(at(text, right)) || left == '-' || left == '.' || at(text, end) == '-' ||
         (at(text, end) == '.' && is_digit(at(text, end + 1)));
}

constexpr std::size_t kBefore = 48, kBehind = 24;  // bytes in which a word counts as near

std::size_t id_end(std::string_view text, std::size_t run_begin, const Form& form, std::size_t& begin) {
  const std::size_t lead = form.form.find('9');
  if (run_begin < lead) return 0;
  begin = run_begin - lead;
  const std::size_t end = begin + form.form.size();
  std::array<char, 24> id{};
  const std::size_t size = read_form(text, begin, form.form, id);
  if (size == 0 || !stands_alone(text, begin, end) || is_sum(text, begin, end)) return 0;
  if (!form.holds({id.data(), size})) return 0;
  const bool said = form.words.empty() || word_before(text, begin, kBefore, form.words) ||
                    word_behind(text, end, kBehind, form.words);
  return said ? end : 0;
}

constexpr std::array kPassport = {"passport"sv,   "reisepass"sv, "pasaporte"sv,  "passeport"sv,
                                  "passaporto"sv, "护照"sv,      "passnummer"sv, "personalausweis"sv};
constexpr std::array kLicence = {"driver's licen"sv, "drivers licen"sv, "driver licen"sv,       "driving licen"sv,
                                 "driver’s licen"sv, "führerschein"sv,  "permis de conduire"sv, "^dl no"sv,
                                 "^dl number"sv,     "^dl #"sv,         "licencia de conduc"sv, "patente di guida"sv,
                                 "rijbewijs"sv};

// Passports and driving licences have no common form: a token of digits and capital letters behind the word.
PiiSpan document_around(std::string_view text, const DigitRun& run, std::size_t after) {
  std::size_t begin = run.begin;
  while (begin > after && is_alnum(text[begin - 1]) && run.begin - begin < 8) --begin;
  std::size_t end = begin;
  std::size_t digits = 0, lower_case = 0;
  for (; end < text.size() && end - begin < 24; ++end) {
    const bool joint = text[end] == '-' && end > begin && is_alnum(text[end - 1]) && is_digit(at(text, end + 1));
    if (!is_alnum(text[end]) && !joint) break;
    digits += is_digit(text[end]);
    lower_case += is_lower(text[end]);
  }
  const std::size_t size = end - begin;
  if (size < 6 || size > 20 || digits < 4 || lower_case > 3 || !stands_alone(text, begin, end))
    return {PiiType::kNationalId, 0, 0};
  const std::string_view window = text_before(text, begin, 40);
  const bool passport = size <= 10 && digits >= 5 && holds_any(window, kPassport);
  const bool document = passport || holds_any(window, kLicence);
  return {PiiType::kNationalId, begin, document ? end : 0};
}

}  // namespace

void find_national_ids(const Scan& scan, std::vector<PiiSpan>& out) {
  static const FormIndex index;
  const auto& runs = scan.anchors.digits;
  std::size_t after = 0;
  for (const DigitRun& run : runs) {
    if (run.begin < after || run.size() > kMostRun) continue;
    std::size_t begin = 0, end = 0;
    for (const Form* form : index.by_run[run.size()]) {
      if (form == nullptr) break;
      end = id_end(scan.text, run.begin, *form, begin);
      if (end > 0 && begin >= after) break;
      end = 0;
    }
    PiiSpan span{PiiType::kNationalId, begin, end};
    if (end == 0 && run.size() >= 2) span = document_around(scan.text, run, after);
    if (span.end == 0) continue;
    out.push_back(span);
    after = span.end;
  }
}

bool NationalForm::fits(std::string_view value) const {
  if (index == 0 || index > std::size(kForms)) return false;
  const Form& form = kForms[index - 1];
  std::array<char, 24> id{};
  const std::size_t size = value.size() == form.form.size() ? read_form(value, 0, form.form, id) : 0;
  return size > 0 && form.holds({id.data(), size});
}

NationalForm national_form(std::string_view value) {
  for (std::size_t i = 0; i < std::size(kForms); ++i) {
    const bool american = kForms[i].holds == is_us_ssn || kForms[i].holds == is_us_itin;
    const NationalForm form{i + 1, american};
    if (form.fits(value)) return form;
  }
  return {};
}

}  // namespace llmops::data::pii
