#include <outweigh/listening/account_weights.hpp>
#include <outweigh/listening/account_weights-inl.hpp>
