#include <outweigh/explain/explain-inl.hpp>
