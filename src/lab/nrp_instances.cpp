#include <outweigh/lab/nrp_instances.hpp>
#include <outweigh/lab/nrp_instances-inl.hpp>
