#include <outweigh/scoring/any_scorer-inl.hpp>
