#include <outweigh/stats/partition_agreement-inl.hpp>
#include <outweigh/stats/partition_agreement.hpp>
