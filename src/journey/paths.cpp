#include <outweigh/journey/paths.hpp>
#include <outweigh/journey/paths-inl.hpp>
