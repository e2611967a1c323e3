#include <outweigh/lab/nrp-inl.hpp>
