#include <outweigh/listening/trim.hpp>
#include <outweigh/listening/trim-inl.hpp>
