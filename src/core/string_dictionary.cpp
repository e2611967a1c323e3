#include <outweigh/core/string_dictionary.hpp>
#include <outweigh/core/string_dictionary-inl.hpp>
