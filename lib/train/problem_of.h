// Errors of what a recipe's value is made into, as problems of the recipe.
#pragma once

#include <string>

#include "core/error.h"

namespace llmops::train {

/// The message of the InputError that `make` throws; "" where it throws none.
template <typename Make>
std::string problem_of(const Make& make) {
  try {
    make();
    return "";
  } catch (const InputError& error) {
    return error.what();
  }
}

}  // namespace llmops::train
