#include <outweigh/cases/deal_case-inl.hpp>
