#include <outweigh/roadmap/detail/several_budgets-inl.hpp>
#include <outweigh/roadmap/detail/several_budgets.hpp>
