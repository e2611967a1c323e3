// Both builds live in one program: their types are different ones, and they say the same.
#include <cstdio>

#include "walk.hpp"

int main() {
  const Walk compiled = walk_compiled();
  const Walk header_only = walk_header_only();
  if (compiled.type_name == header_only.type_name) {
    std::puts("both builds share one namespace");
    return 1;
  }
  if (compiled.error_text.empty() || compiled.error_text != header_only.error_text) {
    std::puts("the builds disagree");
    return 1;
  }
  return 0;
}
