#include <outweigh/economics/purchase_covariates-inl.hpp>
#include <outweigh/economics/purchase_covariates.hpp>
