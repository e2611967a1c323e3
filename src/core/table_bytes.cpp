#include <outweigh/core/table_bytes-inl.hpp>
#include <outweigh/core/table_bytes.hpp>
