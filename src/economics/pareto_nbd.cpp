#include <outweigh/economics/pareto_nbd.hpp>
#include <outweigh/economics/pareto_nbd-inl.hpp>
