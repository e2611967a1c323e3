#include <outweigh/listening/dimension-inl.hpp>
