#include <outweigh/listening/discovery-inl.hpp>
