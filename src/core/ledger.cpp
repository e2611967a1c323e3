#include <outweigh/core/ledger.hpp>
#include <outweigh/core/ledger-inl.hpp>
