#include <outweigh/cases/deal_case-inl.hpp>
#include <outweigh/cases/deal_case.hpp>
