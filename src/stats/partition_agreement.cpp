#include <outweigh/stats/partition_agreement.hpp>
#include <outweigh/stats/partition_agreement-inl.hpp>
