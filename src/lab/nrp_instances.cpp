#include <outweigh/lab/nrp_instances-inl.hpp>
#include <outweigh/lab/nrp_instances.hpp>
