#include <outweigh/core/table-inl.hpp>
#include <outweigh/core/table.hpp>
