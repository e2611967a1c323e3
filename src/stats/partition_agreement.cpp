#include <outweigh/stats/partition_agreement-inl.hpp>
