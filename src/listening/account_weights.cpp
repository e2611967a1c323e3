#include <outweigh/listening/account_weights-inl.hpp>
