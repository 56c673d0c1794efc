// Made-up values, one function a type: each keeps the form of `value` and takes its choices from `draw`.
#pragma once

#include <string>
#include <string_view>

#include "data/pii/keyed_draw.h"

namespace llmops::data::pii {

std::string fake_email(std::string_view value, KeyedDraw& draw);
std::string fake_phone(std::string_view value, KeyedDraw& draw);
std::string fake_ip(std::string_view value, KeyedDraw& draw);
std::string fake_card(std::string_view value, KeyedDraw& draw);
std::string fake_iban(std::string_view value, KeyedDraw& draw);
std::string fake_secret(std::string_view value, KeyedDraw& draw);
/// "[NATIONAL_ID]" where no number of that form is found in a bounded time, which no known form needs.
std::string fake_national_id(std::string_view value, KeyedDraw& draw);
/// Word by word, so that "Ada Quill" and "Quill" share one: the key is needed for each.
std::string fake_name(std::string_view value, std::string_view key, int attempt);
std::string fake_address(std::string_view value, KeyedDraw& draw);
std::string fake_birth_date(std::string_view value, KeyedDraw& draw);
std::string fake_wallet(std::string_view value, KeyedDraw& draw);
std::string fake_device_id(std::string_view value, KeyedDraw& draw);

/// `value` with its digits, in order, replaced by those of `digits`.
std::string with_digits(std::string_view value, std::string_view digits);
/// The digits of `value`.
std::string digits_of(std::string_view value);
/// The digit that makes `digits` with it hold by Luhn.
char luhn_digit(std::string digits);

}  // namespace llmops::data::pii
