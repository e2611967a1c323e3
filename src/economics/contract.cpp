#include <outweigh/economics/contract.hpp>
#include <outweigh/economics/contract-inl.hpp>
