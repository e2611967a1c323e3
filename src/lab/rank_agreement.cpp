#include <outweigh/lab/rank_agreement-inl.hpp>
