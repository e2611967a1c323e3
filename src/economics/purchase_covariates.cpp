#include <outweigh/economics/purchase_covariates-inl.hpp>
