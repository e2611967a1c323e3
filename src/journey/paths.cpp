#include <outweigh/journey/paths-inl.hpp>
#include <outweigh/journey/paths.hpp>
