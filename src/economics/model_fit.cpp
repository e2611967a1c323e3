#include <outweigh/economics/model_fit.hpp>
#include <outweigh/economics/model_fit-inl.hpp>
