#include <outweigh/core/table.hpp>
#include <outweigh/core/table-inl.hpp>
