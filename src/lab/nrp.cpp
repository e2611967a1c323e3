#include <outweigh/lab/nrp.hpp>
#include <outweigh/lab/nrp-inl.hpp>
