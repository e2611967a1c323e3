#include <outweigh/lab/rank_agreement-inl.hpp>
#include <outweigh/lab/rank_agreement.hpp>
