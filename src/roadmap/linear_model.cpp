#include <outweigh/roadmap/linear_model.hpp>
#include <outweigh/roadmap/linear_model-inl.hpp>
