#include <outweigh/cases/exit_case-inl.hpp>
#include <outweigh/cases/exit_case.hpp>
