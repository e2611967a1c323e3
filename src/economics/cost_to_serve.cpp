#include <outweigh/economics/cost_to_serve-inl.hpp>
