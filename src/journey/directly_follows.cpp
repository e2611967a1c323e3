#include <outweigh/journey/directly_follows.hpp>
#include <outweigh/journey/directly_follows-inl.hpp>
