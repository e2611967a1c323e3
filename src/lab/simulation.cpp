#include <outweigh/lab/simulation.hpp>
#include <outweigh/lab/simulation-inl.hpp>
