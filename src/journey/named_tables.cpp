#include <outweigh/journey/named_tables.hpp>
#include <outweigh/journey/named_tables-inl.hpp>
