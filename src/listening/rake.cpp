#include <outweigh/listening/rake.hpp>
#include <outweigh/listening/rake-inl.hpp>
