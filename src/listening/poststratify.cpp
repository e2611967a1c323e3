#include <outweigh/listening/poststratify-inl.hpp>
#include <outweigh/listening/poststratify.hpp>
