#include <outweigh/journey/stage_matrix-inl.hpp>
