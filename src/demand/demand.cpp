#include <outweigh/demand/demand-inl.hpp>
