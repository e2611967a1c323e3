#include <outweigh/journey/support-inl.hpp>
