#include <outweigh/stats/credibility-inl.hpp>
