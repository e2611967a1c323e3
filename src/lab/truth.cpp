#include <outweigh/lab/truth.hpp>
#include <outweigh/lab/truth-inl.hpp>
