#include <outweigh/core/ledger-inl.hpp>
