#include <outweigh/lab/regret-inl.hpp>
