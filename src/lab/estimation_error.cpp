#include <outweigh/lab/estimation_error.hpp>
#include <outweigh/lab/estimation_error-inl.hpp>
