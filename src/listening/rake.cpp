#include <outweigh/listening/rake-inl.hpp>
#include <outweigh/listening/rake.hpp>
