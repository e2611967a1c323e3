#include <outweigh/core/ledger-inl.hpp>
#include <outweigh/core/ledger.hpp>
