#include <outweigh/economics/purchase_covariates.hpp>
#include <outweigh/economics/purchase_covariates-inl.hpp>
