#include <outweigh/economics/cost_to_serve-inl.hpp>
#include <outweigh/economics/cost_to_serve.hpp>
