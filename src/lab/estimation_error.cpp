#include <outweigh/lab/estimation_error-inl.hpp>
