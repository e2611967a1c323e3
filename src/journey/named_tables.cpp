#include <outweigh/journey/named_tables-inl.hpp>
