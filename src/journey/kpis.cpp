#include <outweigh/journey/kpis-inl.hpp>
#include <outweigh/journey/kpis.hpp>
