#include <outweigh/stats/kaplan_meier-inl.hpp>
#include <outweigh/stats/kaplan_meier.hpp>
