#include <outweigh/lab/estimation_error-inl.hpp>
#include <outweigh/lab/estimation_error.hpp>
