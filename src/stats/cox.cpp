#include <outweigh/stats/cox.hpp>
#include <outweigh/stats/cox-inl.hpp>
