#include <outweigh/lab/truth-inl.hpp>
#include <outweigh/lab/truth.hpp>
