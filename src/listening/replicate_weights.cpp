#include <outweigh/listening/replicate_weights.hpp>
#include <outweigh/listening/replicate_weights-inl.hpp>
