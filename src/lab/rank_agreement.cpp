#include <outweigh/lab/rank_agreement.hpp>
#include <outweigh/lab/rank_agreement-inl.hpp>
