#include <outweigh/demand/evidence-inl.hpp>
#include <outweigh/demand/evidence.hpp>
