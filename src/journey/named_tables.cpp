#include <outweigh/journey/named_tables-inl.hpp>
#include <outweigh/journey/named_tables.hpp>
