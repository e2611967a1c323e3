#include <outweigh/explain/explain-inl.hpp>
#include <outweigh/explain/explain.hpp>
