#include <outweigh/economics/model_fit-inl.hpp>
#include <outweigh/economics/model_fit.hpp>
