// What an application does with the library; each consumer project builds this file.
#include <outweigh/outweigh.hpp>

#include <cstdio>
#include <string>

int main() {
  const outweigh::core::InvalidInput error("named twice", {.table = "accounts", .column = "account_id", .row = 1});
  const std::string said = error.what();
  std::printf("%s %s\n", OUTWEIGH_VERSION, said.c_str());
  return said.find("account_id") == std::string::npos ? 1 : 0;
}
