#include <outweigh/journey/kpis-inl.hpp>
