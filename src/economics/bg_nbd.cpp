#include <outweigh/economics/bg_nbd-inl.hpp>
