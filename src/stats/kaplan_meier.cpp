#include <outweigh/stats/kaplan_meier.hpp>
#include <outweigh/stats/kaplan_meier-inl.hpp>
