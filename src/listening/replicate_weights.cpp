#include <outweigh/listening/replicate_weights-inl.hpp>
#include <outweigh/listening/replicate_weights.hpp>
