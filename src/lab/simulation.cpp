#include <outweigh/lab/simulation-inl.hpp>
#include <outweigh/lab/simulation.hpp>
