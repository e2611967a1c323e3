#include <outweigh/core/string_dictionary-inl.hpp>
#include <outweigh/core/string_dictionary.hpp>
