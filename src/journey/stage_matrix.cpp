#include <outweigh/journey/stage_matrix.hpp>
#include <outweigh/journey/stage_matrix-inl.hpp>
