#include <outweigh/stats/special-inl.hpp>
