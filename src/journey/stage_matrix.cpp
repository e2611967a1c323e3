#include <outweigh/journey/stage_matrix-inl.hpp>
#include <outweigh/journey/stage_matrix.hpp>
