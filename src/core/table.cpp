#include <outweigh/core/table-inl.hpp>
