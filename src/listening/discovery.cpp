#include <outweigh/listening/discovery-inl.hpp>
#include <outweigh/listening/discovery.hpp>
