#include <outweigh/listening/poststratify.hpp>
#include <outweigh/listening/poststratify-inl.hpp>
