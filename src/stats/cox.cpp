#include <outweigh/stats/cox-inl.hpp>
