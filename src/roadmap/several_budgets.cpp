#include <outweigh/roadmap/detail/several_budgets.hpp>
#include <outweigh/roadmap/detail/several_budgets-inl.hpp>
