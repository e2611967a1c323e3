#include <outweigh/economics/effects-inl.hpp>
