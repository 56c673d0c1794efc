// The one place that includes Catch2, after libtorch's headers, whose logging macros would otherwise replace its own.
#pragma once

#ifdef CHECK
#undef CHECK
#endif
#include <catch2/catch.hpp>
