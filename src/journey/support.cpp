#include <outweigh/journey/support-inl.hpp>
#include <outweigh/journey/support.hpp>
