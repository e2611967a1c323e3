#include <outweigh/cases/exit_case-inl.hpp>
