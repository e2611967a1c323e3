#include <outweigh/scoring/rice-inl.hpp>
#include <outweigh/scoring/rice.hpp>
