#include <outweigh/demand/evidence-inl.hpp>
