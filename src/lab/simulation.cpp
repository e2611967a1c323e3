#include <outweigh/lab/simulation-inl.hpp>
