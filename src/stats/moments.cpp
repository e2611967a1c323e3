#include <outweigh/stats/moments-inl.hpp>
