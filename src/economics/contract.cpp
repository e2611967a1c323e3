#include <outweigh/economics/contract-inl.hpp>
#include <outweigh/economics/contract.hpp>
