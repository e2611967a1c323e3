#include <outweigh/listening/account_weights-inl.hpp>
#include <outweigh/listening/account_weights.hpp>
