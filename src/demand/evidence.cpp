#include <outweigh/demand/evidence.hpp>
#include <outweigh/demand/evidence-inl.hpp>
