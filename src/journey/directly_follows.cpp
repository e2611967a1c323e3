#include <outweigh/journey/directly_follows-inl.hpp>
