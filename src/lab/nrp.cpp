#include <outweigh/lab/nrp-inl.hpp>
#include <outweigh/lab/nrp.hpp>
