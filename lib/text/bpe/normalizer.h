// The place of normalizers is normalize/normalizer.h; kept while files include it from here.
#pragma once

#include "text/component.h"
#include "text/normalize/normalizer.h"
