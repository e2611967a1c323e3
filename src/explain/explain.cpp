#include <outweigh/explain/explain.hpp>
#include <outweigh/explain/explain-inl.hpp>
