#include <outweigh/journey/support.hpp>
#include <outweigh/journey/support-inl.hpp>
