// What becomes of axolotl's keys, in tables by what becomes of them; axolotl_keys() has all.
#pragma once

#include "train/import/import_keys.h"

namespace llmops::train {

std::span<const KeyRule> axolotl_harmless_keys();
std::span<const KeyRule> axolotl_lost_keys();

}  // namespace llmops::train
