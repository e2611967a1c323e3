#include <outweigh/cases/deal_case.hpp>
#include <outweigh/cases/deal_case-inl.hpp>
