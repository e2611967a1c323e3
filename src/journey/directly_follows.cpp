#include <outweigh/journey/directly_follows-inl.hpp>
#include <outweigh/journey/directly_follows.hpp>
