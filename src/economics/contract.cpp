#include <outweigh/economics/contract-inl.hpp>
