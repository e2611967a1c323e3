// The same use of the library, compiled once against each build; only plain types cross between them.
#pragma once

#include <string>

struct Walk {
  std::string type_name;
  std::string error_text;
};

Walk walk_compiled();
Walk walk_header_only();
