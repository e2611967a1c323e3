#include <outweigh/demand/voices.hpp>
#include <outweigh/demand/voices-inl.hpp>
