#include <outweigh/economics/pareto_nbd-inl.hpp>
#include <outweigh/economics/pareto_nbd.hpp>
