#include <outweigh/core/integer_dictionary-inl.hpp>
#include <outweigh/core/integer_dictionary.hpp>
