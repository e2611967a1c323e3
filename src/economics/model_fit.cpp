#include <outweigh/economics/model_fit-inl.hpp>
