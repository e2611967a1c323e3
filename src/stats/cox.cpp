#include <outweigh/stats/cox-inl.hpp>
#include <outweigh/stats/cox.hpp>
