#include <outweigh/demand/voices-inl.hpp>
#include <outweigh/demand/voices.hpp>
