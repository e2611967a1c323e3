#include <outweigh/journey/paths-inl.hpp>
