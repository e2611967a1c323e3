#include <outweigh/lab/nrp_instances-inl.hpp>
