#include <outweigh/cases/exit_case.hpp>
#include <outweigh/cases/exit_case-inl.hpp>
