#include <outweigh/economics/pareto_nbd-inl.hpp>
