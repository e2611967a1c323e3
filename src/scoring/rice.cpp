#include <outweigh/scoring/rice.hpp>
#include <outweigh/scoring/rice-inl.hpp>
