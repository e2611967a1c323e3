#include <outweigh/stats/distributions-inl.hpp>
