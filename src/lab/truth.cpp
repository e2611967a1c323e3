#include <outweigh/lab/truth-inl.hpp>
