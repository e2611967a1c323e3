#include <outweigh/stats/kaplan_meier-inl.hpp>
