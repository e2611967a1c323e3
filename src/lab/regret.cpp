#include <outweigh/lab/regret-inl.hpp>
#include <outweigh/lab/regret.hpp>
