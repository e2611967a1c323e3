#include <outweigh/economics/cost_to_serve.hpp>
#include <outweigh/economics/cost_to_serve-inl.hpp>
