#include <outweigh/scoring/rice-inl.hpp>
