#include <outweigh/core/integer_dictionary.hpp>
#include <outweigh/core/integer_dictionary-inl.hpp>
