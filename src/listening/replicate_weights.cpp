#include <outweigh/listening/replicate_weights-inl.hpp>
