#include <outweigh/listening/rake-inl.hpp>
