#include <outweigh/journey/kpis.hpp>
#include <outweigh/journey/kpis-inl.hpp>
