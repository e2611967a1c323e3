#include <outweigh/listening/trim-inl.hpp>
#include <outweigh/listening/trim.hpp>
