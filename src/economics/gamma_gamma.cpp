#include <outweigh/economics/gamma_gamma-inl.hpp>
