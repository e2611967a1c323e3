#include <outweigh/listening/discovery.hpp>
#include <outweigh/listening/discovery-inl.hpp>
