#include <outweigh/lab/regret.hpp>
#include <outweigh/lab/regret-inl.hpp>
