#include <outweigh/listening/weights-inl.hpp>
#include <outweigh/listening/weights.hpp>
